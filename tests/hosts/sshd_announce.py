"""sshd with `announce = "prompt"`: what OpenSSH's client shows before anything is sent."""

from dataclasses import replace

from support import ssh_daemon
from support.case import CASES, PASSCODE, Case
from support.etc import PASSWORD
from support.hosted import Hosted
from support.machine import Machine
from support.terminal import Rule, Transcript, talk

ANNOUNCED = r"Press Enter to send a push to iPhone[^\n]*, or type a passcode: "
APPROVED = replace(CASES[0], config='announce = "prompt"')


class Announced(Hosted):
    """By keyboard-interactive, with the stack as shipped."""

    service_name = "sshd"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        ssh_daemon.start(machine, "KbdInteractiveAuthentication yes\nPasswordAuthentication no\n")

    def log_in(self, case: Case, typed: str) -> Transcript:
        """alice logs in as demo and answers the announcement."""
        command = ("ssh", "demo@127.0.0.1", "id", "-un")
        with self.service(case):
            rules = [Rule("Password: ", PASSWORD, "^C"), Rule(ANNOUNCED, typed, "^C")]
            return talk(self.machine.on_terminal(*command, user="alice"), rules)

    def test_enter_sends_the_push_that_was_read_about(self):
        told = self.log_in(APPROVED, "")
        self.ended("demo", "allow", pushes=1, seen=told.text)
        self.assertRegex(told.text, r"Press Enter to send a push to iPhone \(XXX-XXX-0100\), or type a passcode:")
        self.assertEqual((told.exit, told.text.splitlines()[-1]), (0, "demo"), told.text)

    def test_a_passcode_in_its_place_sends_none(self):
        told = self.log_in(APPROVED, PASSCODE)
        self.ended("demo", "allow", pushes=0, seen=told.text)
        self.assertEqual(told.exit, 0, told.text)

    def test_who_goes_away_is_sent_none(self):
        told = self.log_in(APPROVED, "^C")
        self.assertNotEqual(told.exit, 0, told.text)
        self.assertRegex(told.text, ANNOUNCED.removesuffix(": "))
        self.assertEqual(self.pushes(), [], told.text)
