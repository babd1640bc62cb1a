"""Logins to Cockpit as its login page speaks them, over HTTP."""

from .case import Case
from .cockpit_http import Login
from .etc import PASSWORD
from .matrix import Matrix, Played
from .prompts import ENTER, MENU
from .rule import Rule


class LoginPage(Matrix):
    """A subclass says where the page is."""

    service_name = "cockpit"
    url = ""
    # "Connect to", if not the machine itself.
    host = ""

    def rules(self, case: Case) -> list[Rule]:
        """What the person does at each prompt."""
        return [Rule(ENTER, self.tapped), Rule(MENU, case.menu or "no", "no")]

    def play(self, case: Case) -> Played:
        login = Login(self.url, "demo", PASSWORD, host=self.host)
        status, phrase = login.run(self.rules(case))
        if status != 200:
            login.read.append(f"refused: {phrase}")
        return Played("\n".join(login.read) or "(nothing)", f"HTTP {status}", status == 200)
