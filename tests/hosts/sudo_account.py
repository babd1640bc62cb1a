"""sudo: the account phase, which runs without a password too. No shipped stack asks there; who writes the line gets this."""

import re

from support.case import Case, answered
from support.hosted import Hosted
from support.machine import Machine
from support.places import ROOT
from support.terminal import Rule, Transcript, talk

SENT = r"Approve it there[^\n]*\s*"
APPROVED = Case("approved", "", True, "allow", 1, server=answered("approve"))
DENIED = Case("denied", "", False, "deny", 1, server=answered("deny"))
UNANSWERED = Case("nobody answers", "", False, "cancelled", 1, server='push_ttl = "30s"')


class WithoutAPassword(Hosted):
    """alice needs no password here, so that sudo goes to the account phase at once."""

    service_name = "sudo"
    phase = "account"
    tables = "[service.sudo]\naccount = true\n[service.sudo-i]\naccount = true\n"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        stack = (ROOT / "pam.d" / "sudo.debian").read_text(encoding="utf-8")
        line = "@include common-account\n"
        assert line in stack
        machine.etc.write("pam.d/sudo", stack.replace(line, f"account required pam_duo2.so\n{line}"))
        machine.etc.write("sudoers.d/alice", "alice ALL=(ALL:ALL) NOPASSWD: /usr/bin/id\n", 0o440)

    def sudo(self, *rules: Rule) -> Transcript:
        return talk(self.machine.on_terminal("sudo", "id", "-un", user="alice"), list(rules))

    def test_an_approval_runs_the_command(self):
        with self.service(APPROVED, "alice"):
            told = self.sudo()
        self.assertEqual((told.exit, told.text.split("\n")[-1]), (0, "root"), told.text)
        self.ended("alice", "allow", 1, told.text)
        self.assertEqual(dict(self.pushes()[0]["pushinfo"])["Command"], "sudo id -un")

    def test_a_denial_ends_it_with_one_push(self):
        with self.service(DENIED, "alice"):
            told = self.sudo()
        self.assertEqual(told.exit, 1, told.text)
        self.assertIn("The login request was denied.", told.text)
        self.assertNotIn("is your account locked", told.text)
        self.ended("alice", "deny", 1, told.text)

    def test_ctrl_c_is_answered_within_a_second(self):
        with self.service(UNANSWERED, "alice"):
            told = self.sudo(Rule(SENT, "^C"))
        self.assertEqual(len(told.asked), 1, told.text)
        self.assertNotEqual(told.exit, 0, told.text)
        self.ended("alice", "cancelled", 1, told.text)
        took = int(re.search(r" ms=(\d+) ", self.lines()[0])[1]) / 1000
        self.assertLess(took, told.asked[0] + 1, self.lines()[0])
