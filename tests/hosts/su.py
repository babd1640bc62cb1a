"""su on a terminal: to root, where the caller's phone is asked, and to another user, whose phone is asked."""

from support.case import Case, answered
from support.etc import PASSWORD, ROOT_PASSWORD
from support.hosted import Hosted
from support.machine import Machine
from support.matrix import Cases, Matrix, Played
from support.prompts import ENTER, MENU
from support.terminal import Rule, talk


class Su(Matrix):
    """demo is asked, by whatever way."""

    service_name = "su"
    started_by_a_person = True
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


class Exempt(Hosted):
    """demo, who is in no group but its own, becomes root, who is in none but its own."""

    service_name = "su"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("su")

    def becomes_root(self, groups: str, outcome: str, pushes: int) -> None:
        case = Case(groups, "", True, outcome, pushes, server=answered("approve"), config=f'groups = "{groups}"')
        with self.service(case):
            told = talk(self.machine.on_terminal("su", "root", "-c", "id -un", user="demo"), [Rule("Password: ", ROOT_PASSWORD)])
        self.assertEqual((told.exit, told.text.split("\n")[-1]), (0, "root"), told.text)
        self.ended("root", outcome, pushes, told.text)

    def test_groups_that_name_root_ask_a_caller_who_is_in_none_of_them(self):
        self.becomes_root("root", "allow", 1)

    def test_a_caller_in_one_of_the_groups_is_asked_although_root_is_in_none(self):
        self.becomes_root("demo", "allow", 1)

    def test_nobody_is_asked_where_both_are_exempt(self):
        self.becomes_root("alice", "exempt", 0)
