"""Cockpit: the login to another machine, by ssh."""

from support import cockpit_login, ssh_daemon
from support.browser import Browser
from support.case import Case, answered
from support.etc import PASSWORD
from support.hosted import Hosted
from support.login_page import LoginPage
from support.machine import Machine
from support.matrix import Cases
from support.places import ARTEFACTS
from support.terminal import Rule


class ByWayOfSsh(Cases, LoginPage):
    """The other machine's sshd asks; Cockpit's page shows what it says."""

    title = "Cockpit, to another machine"
    about = """
The login page's "Connect to": Cockpit logs in to the other machine's sshd, which has `pam.d/sshd.debian`, and relays its
prompts. The words of a refusal do not get through: an sshd sends them behind the last prompt, where Cockpit's ssh client
does not look. `ends with` is the last HTTP status.
"""
    refusals_are_read = False
    service_name = "sshd"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        port = ssh_daemon.start(machine, "KbdInteractiveAuthentication yes\nPasswordAuthentication no\n")
        cls.host = f"127.0.0.1:{port}"
        cls.url = cockpit_login.start(machine)

    def rules(self, case: Case) -> list[Rule]:
        return [*super().rules(case), Rule("Password: ?", PASSWORD)]


class InABrowser(Hosted):
    """As people see it: the page knows no lines, and sshd does not know of the page."""

    service_name = "sshd"
    url = ""
    browser: Browser

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        port = ssh_daemon.start(machine, "KbdInteractiveAuthentication yes\nPasswordAuthentication no\n")
        cls.url = f"{cockpit_login.start(machine)}/=127.0.0.1:{port}"
        cls.browser = cls.enterClassContext(Browser(ARTEFACTS / "cockpit"))

    def test_the_other_machines_menu_is_answered_on_the_login_page(self):
        case = Case("elsewhere", "", True, "allow", 1, autopush=False, server=answered("approve"))
        with self.service(case):
            read, inside = self.browser.log_in(self.url, "demo", PASSWORD, [Rule("Passcode or option .*", "1")], case.name)
        self.ended("demo", "allow", 1, f"{read}")
        self.assertTrue(inside, read)
