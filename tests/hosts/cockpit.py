"""Cockpit: the login conversation over HTTP."""

from support import cockpit_login
from support.case import Case
from support.etc import PASSWORD
from support.machine import Machine
from support.matrix import Cases, Matrix, Played
from support.prompts import ENTER, MENU
from support.terminal import Rule


class OverHttp(Cases, Matrix):
    """As the login page speaks it."""

    title = "Cockpit, over HTTP"
    about = """
The conversation that the login page has, with `pam.d/cockpit.debian` and Cockpit's default settings. A `message` stands
above the `prompt`; the phrase of a refusal is what the page shows. `ends with` is the last HTTP status.
"""
    service = "cockpit"
    url = ""

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.url = cockpit_login.start(machine)

    def play(self, case: Case) -> Played:
        login = cockpit_login.Login(self.url, "demo", PASSWORD)
        status, phrase = login.run([Rule(ENTER, ""), Rule(MENU, case.menu or "no", "no")])
        if status != 200:
            login.read.append(f"refused: {phrase}")
        return Played("\n".join(login.read) or "(nothing)", f"HTTP {status}", status == 200)
