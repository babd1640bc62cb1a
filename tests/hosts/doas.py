"""doas on a terminal, with its output in a file."""

from support.case import CASES
from support.etc import PASSWORD
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


class IntoAFile(Hosted):
    """demo's `doas id -un >out`: what the command writes is the command's alone."""

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
