"""sudo with the stacks of Duo's own documents, as docs/migration.md has them changed, and with one word changed only."""

from support.case import CASES, Case
from support.etc import PASSWORD
from support.hosted import Hosted
from support.machine import Machine
from support.terminal import Rule, talk

ASKED = r"\[sudo\] password for demo: "
DENY = next(case for case in CASES if case.name == "deny")
APPROVE = next(case for case in CASES if case.name == "approve")

# For Debian's common-auth, and for Red Hat's system-auth.
DEBIAN = "auth requisite pam_unix.so nullok\nauth {line}\nauth requisite pam_deny.so\nauth required pam_permit.so\n"
RED_HAT = "auth required pam_env.so\nauth requisite pam_unix.so nullok\nauth {line}\nauth required pam_deny.so\n"
WITHOUT_DENY = RED_HAT.replace("auth required pam_deny.so\n", "")
# Debian's own.
REST = "@include common-account\n@include common-session-noninteractive\n"

ADVISED = {
    "Debian, die": DEBIAN.format(line="[success=1 default=die] pam_duo2.so"),
    "Red Hat, die": RED_HAT.format(line="[success=done default=die] pam_duo2.so"),
    "Red Hat, required": WITHOUT_DENY.format(line="required pam_duo2.so"),
}
ONE_WORD = {
    "Debian": DEBIAN.format(line="[success=1 default=ignore] pam_duo2.so"),
    "Red Hat": RED_HAT.format(line="sufficient pam_duo2.so"),
}


class DuosStacks(Hosted):
    """A person who gives the right password as often as sudo asks, which by default is three times."""

    service_name = "sudo"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.etc = machine.etc

    def pushes_of(self, stack: str, case: Case, *passwords: str) -> tuple[bool, int]:
        """Is it root's command that ran, and how many pushes were sent?"""
        self.etc.write("pam.d/sudo", stack + REST)
        with self.service(case):
            told = talk(self.machine.on_terminal("sudo", "id", "-un", user="demo"), [Rule(ASKED, *passwords)])
        return told.exit == 0 and told.text.endswith("\nroot"), len(self.pushes())

    def test_with_the_stacks_that_we_advise_a_denied_push_is_the_only_one_and_an_approved_one_is_enough(self):
        for name, stack in ADVISED.items():
            with self.subTest(name):
                self.assertEqual(self.pushes_of(stack, DENY, PASSWORD), (False, 1))
                self.assertEqual(self.pushes_of(stack, APPROVE, PASSWORD), (True, 1))
                # Twice a wrong password, and Ctrl-C.
                self.assertEqual(self.pushes_of(stack, APPROVE, "wrong", "wrong", "^C"), (False, 0))

    def test_with_one_word_changed_in_them_a_denied_push_comes_three_times(self):
        for name, stack in ONE_WORD.items():
            with self.subTest(name):
                self.assertEqual(self.pushes_of(stack, DENY, PASSWORD), (False, 3))
                self.assertEqual(self.pushes_of(stack, APPROVE, PASSWORD), (True, 1))
