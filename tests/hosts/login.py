"""login on a terminal, as getty starts it."""

import re

from support.case import Case
from support.etc import PASSWORD
from support.login_program import is_of_util_linux, leave_key
from support.machine import Machine
from support.matrix import Cases, Matrix, Played
from support.prompts import ENTER, MENU, SHELL
from support.terminal import Rule, talk


class OnAConsole(Cases, Matrix):
    """The name is known; the password and the phone are asked for."""

    title = "login"
    about = """
`login demo` on a terminal, with `pam.d/login.debian`, and a shell at the end, in which the person types `exit`. After a
refusal login asks for a name; the person presses Ctrl-C there. `ends with` is login's exit status.
"""
    service_name = "login"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("login")
        (machine.home("demo") / ".hushlogin").touch()
        (machine.home("demo") / ".bash_profile").write_text(SHELL)

    def play(self, case: Case) -> Played:
        rules = [
            Rule(r"machine login: ", leave_key()),
            Rule(r"demo\$ ", "exit"),
            Rule(r"Password: ", PASSWORD),
            Rule(ENTER, self.tapped),
            Rule(MENU, case.menu or "^C", "^C"),
        ]
        told = talk(self.machine.by_getty("login", "demo"), rules)
        text, status, entered = told.text, told.exit, "demo$ exit" in told.text
        if is_of_util_linux() and not entered:
            # It asks some more times or not at all, and ends well. The document has what shadow's does.
            text, status = re.sub(r"(?s)\n+Login incorrect(\n.*)?\Z", "\n\nLogin incorrect\nmachine login: ^C", text), 130
        return Played(text, f"exit {status}", entered)
