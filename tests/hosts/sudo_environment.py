"""sudo -E: the caller's variables reach every name service in sudo's process."""

from support.case import Case, answered
from support.etc import PASSWORD
from support.hosted import Hosted
from support.machine import Machine
from support.prompts import ENTER
from support.terminal import Rule, Transcript, talk
from support.userdb import Userdb

GROUPS = 'groups = "ops"'


class HiddenGroups(Hosted):
    """demo is in ops, which asks for the second factor, by the word of systemd's userdb alone."""

    service_name = "sudo"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("sudo", "sudo:sudo-i")
        machine.etc.write("nsswitch.conf", "passwd: files systemd\ngroup: files systemd\nshadow: files\nhosts: files\n")
        with open(machine.folder / "etc" / "group", "a", encoding="utf-8") as file:
            file.write("ops:x:7000:\n")
        cls.enterClassContext(Userdb(machine.folder / "run", "demo", "ops", 7000))

    def sudo(self, case: Case, *variables: str) -> Transcript:
        """`VARIABLE=… sudo -E id -un`, by demo on a terminal."""
        rules = [Rule(r"\[sudo\] password for demo: ", PASSWORD, "^C"), Rule(ENTER, self.tapped)]
        with self.service(case):
            told = talk(self.machine.on_terminal("env", *variables, "sudo", "-E", "id", "-un", user="demo"), rules)
        self.ended("demo", case.outcome, case.pushes, f"\n--- terminal:\n{told.text}")
        return told

    def test_who_is_in_a_group_of_the_userdb_is_asked(self):
        told = self.sudo(Case("asked", "", True, "allow", 1, server=answered("approve"), config=GROUPS), "A=1")
        self.assertEqual(told.exit, 0, told.text)

    def test_systemd_s_variables_exempt_nobody(self):
        for variable in ("SYSTEMD_BYPASS_USERDB=1", "SYSTEMD_ONLY_USERDB=nothing.here"):
            with self.subTest(variable):
                told = self.sudo(Case("hidden", "", False, "local", 0, config=GROUPS), variable)
                self.assertEqual(told.exit, 1, told.text)
                self.assertIn("the environment hides a name service", self.lines()[0])
