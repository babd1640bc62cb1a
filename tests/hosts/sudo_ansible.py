"""ansible's become: sudo -S on a terminal of ansible's own, which is no place to read anything."""

import re

from support import ansible
from support.case import Case, answered
from support.hosted import Hosted
from support.machine import Machine


class Become(Hosted):
    """`ansible localhost --become`, with the password in a variable."""

    service_name = "sudo"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("sudo", "sudo:sudo-i")
        ansible.install(machine)

    def test_an_approval_runs_the_task_and_no_word_of_ours_is_in_its_output(self):
        with self.service(Case("approved", "", True, "allow", 1, server=answered("approve"))):
            told = ansible.become(self.machine, "id -un")
        self.assertEqual(told.stdout, "localhost | CHANGED | rc=0 >>\nroot\n", told.stderr)
        # Words beside the task's own are warned of: "Module invocation had junk after the JSON data".
        self.assertNotIn("Push", told.stdout + told.stderr)
        self.ended("demo", "allow", pushes=1)
        command = dict(self.pushes()[0]["pushinfo"])["Command"]
        self.assertTrue(command.startswith("sudo -H -S -p '[sudo via ansible, key="), command)
        self.assertRegex(command, r"AnsiballZ_command\.py'$")

    def test_a_denial_is_one_push_and_the_task_tells_it(self):
        with self.service(Case("denied", "", False, "deny", 1, server=answered("deny"))):
            told = ansible.become(self.machine, "id -un")
        self.assertEqual(told.returncode, 2, told)
        self.assertIn("The login request was denied.", told.stdout)
        self.ended("demo", "deny", pushes=1)

    def test_a_slow_person_needs_a_play_that_waits(self):
        slow = Case("slow", "", True, "allow", 1, server='auto = "approve=12s"')
        with self.service(slow):
            told = ansible.become(self.machine, "id -un", "ansible_local_become_success_timeout=70")
        self.assertEqual(told.stdout, "localhost | CHANGED | rc=0 >>\nroot\n", told.stderr)
        self.ended("demo", "allow", pushes=1)

    def test_a_menu_that_nobody_sees_ends_the_task_at_once_without_a_push(self):
        with self.service(Case("at the menu", "", False, "no_answer", 0, autopush=False)):
            told = ansible.become(self.machine, "id -un")
        self.assertEqual(told.returncode, 2, told)
        # sudo shows what `-p` says instead of the menu.
        self.assertTrue(re.search("Duplicate become password prompt", told.stdout), told)
        self.ended("demo", "no_answer", pushes=0)
        self.assertEqual([request for request in self.requests if request.get("path") == "/auth/v2/auth"], [])
