"""cron, which runs the account phase for every job, without a conversation. No shipped stack asks there."""

import re
import shutil
import time

from support.case import Case
from support.hosted import OUTCOME, Hosted
from support.machine import Machine

# Two people with jobs: demo's phone says yes, and bob's no.
BOTH = Case("two jobs", "", True, "allow", 2, user='auto = "approve=300ms"', faults="""
[[users]]
name = "bob"
auto = "deny=300ms"
[[users.devices]]
id = "DPBOB000000000000001"
name = "Pixel"
number = "XXX-XXX-0101"
""")
STACK = """\
account required pam_duo2.so
@include common-auth
@include common-account
@include common-session-noninteractive
"""
JOBS = """\
* * * * * demo touch /home/demo/ran
* * * * * bob touch /home/bob/ran
"""


class Jobs(Hosted):
    """cron looks once a minute."""

    service_name = "cron"
    phase = "account"
    tables = "[service.cron]\naccount = true\n"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        for folder in machine.etc.folder.glob("cron.*"):
            shutil.rmtree(folder)
            folder.mkdir()
        machine.etc.write("pam.d/cron", STACK)
        machine.etc.write("crontab", JOBS)

    def verdicts(self) -> dict[str, str]:
        """Who was asked, and how it ended."""
        found = [OUTCOME.search(line) for line in self.lines()]
        return {verdict[4]: verdict[5] for verdict in found if verdict}

    def tried(self) -> list[str]:
        """What cron itself says of each job: begun, or refused by PAM."""
        return [line for line in self.machine.log()[self.log_began:] if re.search(r"CRON\[\d+\]: (?!pam_)", line)]

    def test_a_job_runs_after_an_approval_and_not_after_a_denial(self):
        ran = {user: self.machine.home(user) / "ran" for user in ("demo", "bob")}
        with self.service(BOTH):
            self.machine.start("/usr/sbin/cron", "-f")
            until = time.monotonic() + 150
            while len(self.tried()) < 2:
                self.assertLess(time.monotonic(), until, self.machine.log()[self.log_began:])
                time.sleep(0.2)
            while not ran["demo"].exists():
                self.assertLess(time.monotonic(), until, "what was approved has not run")
                time.sleep(0.2)
            # As long as a command takes that was begun.
            time.sleep(1)
        self.assertEqual(self.verdicts(), {"demo": "allow", "bob": "deny"}, self.machine.log()[self.log_began:])
        self.assertFalse(ran["bob"].exists())
        self.assertEqual(len(self.pushes()), 2)
