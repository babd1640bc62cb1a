"""sudo on a terminal, and without one: -S, -A and ansible's way."""

from support.case import Case
from support.etc import PASSWORD
from support.machine import Machine
from support.matrix import Cases, Matrix, Played
from support.prompts import ENTER, MENU
from support.terminal import Rule, talk

ASKED = r"\[sudo\] password for demo: "


class OnATerminal(Cases, Matrix):
    """The usual way."""

    title = "sudo, on a terminal"
    about = """
`sudo id -un` with `pam.d/sudo.debian` and Debian's sudoers. After a refusal sudo asks for the password again; the person
presses Ctrl-C there. `ends with` is sudo's exit status.
"""
    service = "sudo"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("sudo", "sudo:sudo-i")

    def play(self, case: Case) -> Played:
        rules = [Rule(ASKED, PASSWORD, "^C"), Rule(ENTER, ""), Rule(MENU, case.menu or "^C", "^C")]
        told = talk(self.machine.on_terminal("sudo", "id", "-un", user="demo"), rules)
        return Played(told.text, f"exit {told.exit}", told.exit == 0 and told.text.endswith("\nroot"))
