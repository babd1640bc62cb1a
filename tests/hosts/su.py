"""su on a terminal: to root, where the caller's phone is asked, and to another user, whose phone is asked."""

from support.case import CASES, Case, answered
from support.etc import PASSWORD, ROOT_PASSWORD
from support.machine import Machine
from support.hosted import Hosted
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


class IntoAFile(Hosted):
    """demo's `su root -c 'id -un' >out`: what the command writes is the command's alone."""

    service_name = "su"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("su")

    def becomes_root(self, case: str, redirected: str) -> tuple[str, str]:
        """What is on the screen, and in `out`."""
        out = self.machine.home("demo") / "out"
        out.unlink(missing_ok=True)
        chosen = next(one for one in CASES if one.name == case)
        with self.service(chosen):
            rules = [Rule("Password: ", ROOT_PASSWORD), Rule(ENTER, self.tapped)]
            told = talk(self.machine.on_terminal("sh", "-c", f"su root -c 'id -un' {redirected}", user="demo"), rules)
        self.assertEqual(told.exit, 0, told.text)
        self.ended("root", "allow", pushes=1, seen=told.text)
        return told.text, out.read_text(encoding="utf-8")

    def test_the_output_of_a_command_holds_no_word_of_ours(self):
        for case, words in (("approve", "Push sent to iPhone"), ("verified push", " there.")):
            with self.subTest(case):
                screen, out = self.becomes_root(case, ">out")
                self.assertEqual(out, "root\n")
                self.assertIn(words, screen)
                self.assertIn("Approved.", screen)

    def test_where_errors_go_into_the_file_too_only_prompts_do(self):
        _, out = self.becomes_root("approve", "2>&1 | tee out")
        self.assertEqual(out, "Password: \nroot\n")
        _, out = self.becomes_root("verified push", "2>&1 | tee out")
        self.assertRegex(out, r"^Password: \nPush sent to \S+ \S+ Type \d{6} there, then press Enter here: root\n$")


# 39 beside the usual one, with names so long that no prompt has room for them all.
PHONES = "".join(
    f'[[users.devices]]\nid = "DPDEMO{n:014}"\nname = "Phone {n}"\ndisplay_name = "Phone {n}, {"of the help desk, " * 5}"\n'
    f'number = "XXX-XXX-{n:04}"\n'
    for n in range(2, 41)
)
MANY = Case("forty phones", "", True, "allow", 1, autopush=False, menu="118", server=answered("approve"), faults=PHONES)


class ManyPhones(Hosted):
    """Forty phones on one account."""

    service_name = "su"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("su")

    def test_the_question_is_whole_and_a_phone_that_is_not_shown_can_be_chosen(self):
        with self.service(MANY):
            rules = [Rule("Password: ", ROOT_PASSWORD), Rule(MENU, MANY.menu)]
            told = talk(self.machine.on_terminal("su", "root", "-c", "id -un", user="demo"), rules)
        self.assertEqual(told.exit, 0, told.text)
        lines = told.text.split("\n")
        shown = [line for line in lines if line.startswith(" ")]
        self.assertEqual(shown.pop(), " … and more, up to 120", told.text)
        self.assertGreater(len(shown), 30)
        for number, line in enumerate(shown, 1):
            self.assertRegex(line, rf"^ {number}\. .*(of the help desk,|-\d{{4}}\)?)$")
        self.assertIn("Passcode or option (1-120) [1]: 118", lines)
        self.ended("root", "allow", pushes=1, seen=told.text)
        self.assertEqual(self.pushes()[0]["device"], "DPDEMO00000000000040")
