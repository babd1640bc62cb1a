"""Cockpit: the login conversation over HTTP."""

from support import cockpit_login
from support.browser import Browser
from support.case import Case
from support.etc import PASSWORD
from support.login_page import LoginPage
from support.machine import Machine
from support.matrix import Cases, Matrix, Played
from support.places import ARTEFACTS
from support.prompts import ENTER, MENU
from support.terminal import Rule


class OverHttp(Cases, LoginPage):
    """As the login page speaks it."""

    title = "Cockpit, over HTTP"
    about = """
The conversation that the login page has, with `pam.d/cockpit.debian` and Cockpit's default settings. A `message` stands
above the `prompt`; the phrase of a refusal is what the page shows. `ends with` is the last HTTP status.
"""

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.url = cockpit_login.start(machine)


class InABrowser(Cases, Matrix):
    """As people see it. The pictures are kept."""

    title = "Cockpit, in Chromium"
    about = """
The login page in Debian's Chromium, with `pam.d/cockpit.debian` and Cockpit's default settings. `label` is the prompt, in
bold; `above` stands over it; `error` is in the red box above the form. `ends with` says which page is there at last.
"""
    service_name = "cockpit"
    url = ""
    browser: Browser

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.url = cockpit_login.start(machine)
        cls.browser = cls.enterClassContext(Browser(ARTEFACTS / "cockpit"))

    def play(self, case: Case) -> Played:
        self.browser.forget(self.url)
        rules = [Rule(ENTER, self.tapped), Rule(MENU, case.menu or "no", "no")]
        read, inside = self.browser.log_in(self.url, "demo", PASSWORD, rules, case.name)
        return Played("\n".join(read) or "(nothing)", "Cockpit" if inside else "the login page", inside)

    def test_who_is_locked_out_reads_so(self):
        self.hold(Case("locked out", "", False, "refused", 0, user='policy = "locked_out"', reads="locked out"))
