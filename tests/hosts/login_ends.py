"""login ends itself by its own alarm, LOGIN_TIMEOUT in login.defs: the module gives up before."""

import re
import time

from support.case import Case, answered
from support.etc import PASSWORD
from support.hosted import Hosted
from support.login_program import leave_key
from support.machine import Machine
from support.prompts import MENU, SHELL
from support.terminal import Rule, Transcript, talk

# "Login timed out", says shadow's, and "login: timed out" util-linux's.
TIMED_OUT = "timed out after"
TOO_LONG = "The login took too long."
UNANSWERED = Case("nobody answers", "", False, "grace_over", 1, server='push_ttl = "5m"')
AT_THE_MENU = Case("at the menu", "", False, "grace_over", 0, autopush=False)


class Ends(Hosted):
    """At a terminal, with login's default of 60 s or what the test sets."""

    service_name = "login"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("login")
        (machine.home("demo") / ".hushlogin").touch()
        (machine.home("demo") / ".bash_profile").write_text(SHELL)

    def log_in(self, *rules: Rule, timeout: int = 60) -> Transcript:
        """What a person reads that gives the right password."""
        path = self.machine.etc.folder / "login.defs"
        defs, times = re.subn(r"(?m)^LOGIN_TIMEOUT\s.*$", f"LOGIN_TIMEOUT {timeout}", path.read_text())
        self.assertEqual(times, 1)
        path.write_text(defs)
        known = [Rule("machine login: ", leave_key()), Rule(r"demo\$ ", "exit"), Rule("Password: ", PASSWORD)]
        return talk(self.machine.by_getty("login", "demo"), [*rules, *known], limit=120)

    def test_a_push_that_nobody_answers_ends_in_our_words_before_login_ends_itself(self):
        with self.service(UNANSWERED):
            told = self.log_in(timeout=20)
        self.assertRegex(told.text, r"Approve it there within (10|5) s to log in\.")
        self.assertIn(TOO_LONG, told.text)
        self.assertNotIn(TIMED_OUT, told.text.split(TOO_LONG)[0])
        self.ended("demo", "grace_over", pushes=1)

    def test_who_logs_in_is_told_how_long_the_push_can_be_answered(self):
        with self.service(Case("approved", "", True, "allow", 1, server=answered("approve"))):
            told = self.log_in()
        self.assertRegex(told.text, r"Approve it there within (40|45|50) s to log in\.")
        self.assertIn("demo$ exit", told.text)
        self.ended("demo", "allow", pushes=1)

    def test_who_is_asked_is_told_when_the_login_ends(self):
        with self.service(AT_THE_MENU):
            told = self.log_in(Rule(MENU, "123456"))
        self.assertRegex(told.text, r"This login ends in (40|45|50) s\.\n(?s:.*)Passcode")
        self.assertIn("demo$ exit", told.text)

    def test_without_a_timeout_nobody_is_told_of_one(self):
        with self.service(AT_THE_MENU):
            told = self.log_in(Rule(MENU, "123456"), timeout=0)
        self.assertIn("Passcode", told.text)
        self.assertNotIn("ends in", told.text)
        self.assertIn("demo$ exit", told.text)

    def test_who_answers_the_menu_too_late_sends_nothing(self):
        def late() -> str:
            time.sleep(12)
            return "1"

        with self.service(AT_THE_MENU):
            told = self.log_in(Rule(MENU, late), timeout=20)
        self.assertIn(TOO_LONG, told.text)
        self.ended("demo", "grace_over", pushes=0)

    def test_who_types_nothing_is_ended_by_login_and_no_verdict_is_logged(self):
        with self.service(AT_THE_MENU):
            told = self.log_in(Rule(MENU, lambda: time.sleep(25) or ""), timeout=20)
        self.assertRegex(told.text, r"This login ends in \d+ s\.\n(?s:.*)Passcode")
        self.assertIn(f"{TIMED_OUT} 20 seconds", told.text)
        self.assertNotIn("demo$", told.text)
        self.assertEqual((self.lines(), self.pushes()), ([], []))
