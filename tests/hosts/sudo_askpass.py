"""sudo -A with the shipped drop-in for sudoers: a PAM service of its own, here on a terminal."""

from support.askpass import Helper
from support.case import PASSCODE, Case, answered
from support.hosted import Hosted
from support.machine import Machine
from support.terminal import Transcript, talk


class OnATerminal(Hosted):
    """A desktop's: the person works on a terminal, and a window asks."""

    service_name = "sudo-askpass"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("sudo", "sudo:sudo-i")
        machine.etc.drops_in()
        machine.run("visudo", "--check", "--strict")

    def sudo(self, case: Case, *words: str) -> tuple[str, Transcript]:
        """What the window showed, and what the terminal did."""
        helper = Helper(self.machine, case.menu)
        env = [f"{name}={value}" for name, value in helper.env.items()]
        with self.service(case):
            told = talk(self.machine.on_terminal("env", *env, "sudo", "-A", *words, user="demo"), [])
        self.ended("demo", case.outcome, case.pushes, f"\n--- window:\n{helper.asked()}\n--- terminal:\n{told.text}")
        return helper.asked(), told

    def test_a_push_at_once_shows_the_command_and_nothing_is_in_front_of_its_output(self):
        case = Case("approved", "", True, "allow", 1, server=answered("approve"))
        for words in (["id", "-un"], ["-i", "id", "-un"]):
            asked, told = self.sudo(case, *words)
            self.assertEqual((told.text, told.exit), ("root", 0))
            self.assertEqual(asked.count("asked:"), 1, asked)
            shown = dict(self.pushes()[0]["pushinfo"])
            self.assertEqual(shown["Command"], " ".join(["sudo", "-A", *words]))

    def test_the_menu_is_one_line_although_there_is_a_terminal(self):
        asked, told = self.sudo(Case("passcode", "", True, "allow", 0, autopush=False, menu=PASSCODE), "id", "-un")
        self.assertEqual((told.text, told.exit), ("root", 0))
        self.assertEqual(len(asked.splitlines()), 2, asked)
        self.assertRegex(asked, "asked: Duo: .*1 = push to iPhone")

    def test_the_code_of_a_verified_push_stands_in_the_window(self):
        case = Case("verified", "", True, "allow", 1, server=answered("approve"), user="verified_push = true")
        asked, told = self.sudo(case, "id", "-un")
        self.assertEqual((told.text, told.exit), ("root", 0))
        self.assertRegex(asked, r"asked: Push sent to iPhone.*\. Type \d{6} there")

    def test_a_denial_is_read_and_nothing_is_asked_again(self):
        asked, told = self.sudo(Case("denied", "", False, "deny", 1, server=answered("deny")), "id", "-un")
        self.assertEqual(told.exit, 1)
        self.assertTrue(told.text.startswith("The login request was denied.\n"), told.text)
        self.assertEqual(asked.count("asked:"), 1, asked)

    def test_a_window_that_is_closed_at_the_menu_is_a_cancelled_login(self):
        asked, told = self.sudo(Case("closed", "", False, "cancelled", 0, autopush=False), "id", "-un")
        self.assertEqual(told.exit, 1)
        self.assertEqual(asked.count("asked:"), 2, asked)
