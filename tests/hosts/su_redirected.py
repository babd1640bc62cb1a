"""su and doas on a terminal, with their standard output in a file: what the command writes is the command's alone."""

from support.case import CASES
from support.etc import PASSWORD, ROOT_PASSWORD
from support.hosted import Hosted
from support.machine import Machine
from support.prompts import ENTER
from support.terminal import Rule, talk

STACK = """\
auth     required pam_unix.so
auth     required pam_duo2.so
account  required pam_unix.so
session  required pam_permit.so
"""


class Su(Hosted):
    """demo's `su root -c 'id -un' >out`."""

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


class Doas(Hosted):
    """demo's `doas id -un >out`."""

    service_name = "doas"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.write("pam.d/doas", STACK)
        machine.etc.write("doas.conf", "permit demo as root\n", 0o400)

    def test_the_output_of_a_command_holds_no_word_of_ours(self):
        for name, words in (("approve", "Push sent to iPhone"), ("verified push", " there.")):
            with self.subTest(name):
                with self.service(next(case for case in CASES if case.name == name)):
                    rules = [Rule("password: ", PASSWORD), Rule(ENTER, self.tapped)]
                    told = talk(self.machine.on_terminal("sh", "-c", "doas id -un >out", user="demo"), rules)
                self.assertEqual(told.exit, 0, told.text)
                self.ended("demo", "allow", pushes=1, seen=told.text)
                self.assertEqual((self.machine.home("demo") / "out").read_text(encoding="utf-8"), "root\n")
                self.assertIn(words, told.text)
