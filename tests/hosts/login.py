"""login on a terminal, as getty starts it."""

import re

from support.case import Case
from support.etc import PASSWORD
from support.hosted import Hosted
from support.login_program import is_of_util_linux, leave_key
from support.machine import Machine
from support.matrix import Cases, Matrix, Played
from support.prompts import ENTER, MENU, SHELL
from support.refusals import APPROVED, ENDS
from support.terminal import Rule, Transcript, talk


class OnAConsole(Cases, Matrix):
    """The name is known; the password and the phone are asked for."""

    title = "login"
    about = """
`login demo` on a terminal, with `pam.d/login.debian`, and a shell at the end, in which the person types `exit`. A refusal
ends login; after an outage it asks for a name, and the person presses Ctrl-C there. `ends with` is login's exit status.
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
            # It ends with the same words and well. The document has what shadow's does, which asks again after an outage.
            again = case.outcome == "unreachable"
            end, status = ("\n\nLogin incorrect\nmachine login: ^C", 130) if again else ("\nMaximum number of tries exceeded (1)", 0)
            text = re.sub(r"(?s)\n+Login incorrect(\n.*)?\Z", end, text)
        return Played(text, f"exit {status}", entered)


class AgainAndAgain(Hosted):
    """A person who answers login whatever it asks: it does so five times (`LOGIN_RETRIES`)."""

    service_name = "login"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        OnAConsole.prepare(machine)

    def log_in(self, case: Case, *passwords: str) -> Transcript:
        rules = [Rule("machine login: ", "demo"), Rule(r"demo\$ ", "exit"), Rule("Password: ", *passwords)]
        with self.service(case):
            return talk(self.machine.by_getty("login", "demo"), rules)

    def test_a_refused_push_ends_login_after_one_push(self):
        for case in ENDS:
            with self.subTest(case.name):
                told = self.log_in(case, PASSWORD)
                self.assertIn(case.reads, told.text)
                self.ended("demo", case.outcome, case.pushes, told.text)

    def test_a_wrong_password_can_be_given_again_and_sends_nothing(self):
        told = self.log_in(APPROVED, "wrong", PASSWORD)
        self.assertIn("demo$ exit", told.text)
        self.assertEqual(len(self.pushes()), 1, told.text)
