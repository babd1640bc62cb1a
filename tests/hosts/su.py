"""su on a terminal: to root, where the caller's phone is asked, and to another user, whose phone is asked."""

from support.case import Case
from support.etc import PASSWORD, ROOT_PASSWORD
from support.machine import Machine
from support.matrix import Cases, Matrix, Played
from support.prompts import ENTER, MENU
from support.terminal import Rule, talk


class Su(Matrix):
    """demo is asked, by whatever way."""

    service_name = "su"
    caller, target, password = "", "", ""

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("su")

    def play(self, case: Case) -> Played:
        rules = [Rule("Password: ", self.password), Rule(ENTER, self.tapped), Rule(MENU, case.menu or "^C", "^C")]
        command = self.machine.on_terminal("su", self.target, "-c", "id -un", user=self.caller)
        told = talk(command, rules)
        return Played(told.text, f"exit {told.exit}", told.exit == 0 and told.text.endswith(f"\n{self.target}"))


class ToRoot(Cases, Su):
    """With root's password and one's own phone."""

    title = "su, to root"
    about = """
demo runs `su root -c 'id -un'` with `pam.d/su.debian` and types root's password; demo's phone is asked (`su_subject`).
`ends with` is su's exit status.
"""
    caller, target, password = "demo", "root", ROOT_PASSWORD
    user = "root"


class ToAnother(Cases, Su):
    """With the other's password and the other's phone."""

    title = "su, to another user"
    about = """
alice runs `su demo -c 'id -un'` and types demo's password; demo's phone is asked.
"""
    caller, target, password = "alice", "demo", PASSWORD
