"""Plays the table of cases on one host and holds the result against what the table and the document say."""

import re
import unittest
from dataclasses import dataclass

from . import places
from service import Mock

from .case import CASES, PASSCODE, Case
from .document import Row, compare
from .machine import Machine

OUTCOME = re.compile(r"pam_duo2\((\S+?):(\w+)\): (\w+) (?:in )?Duo login for '([^']*)'(?: from \S+)?: service=\S+ outcome=(\w+)")


@dataclass
class Played:
    """What a host's own driver tells of one login."""

    # What the person read, in order.
    text: str
    # In the host's own terms: an exit status, an HTTP status.
    ended: str
    entered: bool


class Matrix(unittest.TestCase):
    """One host. A subclass says how it is prepared and driven; the cases are the same for all."""

    # As it stands in the document.
    title = ""
    about = ""
    service = ""
    # Who is asked: whom the log line names.
    user = "demo"
    # Cases whose words do not reach the person here, with the reason.
    unread: dict[str, str] = {}
    maxDiff = None

    machine: Machine
    # The service of the case that is being played.
    mock: Mock

    @classmethod
    def setUpClass(cls) -> None:
        cls.machine = cls.enterClassContext(Machine())
        cls.prepare(cls.machine)

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        """Stacks, settings and daemons."""
        raise NotImplementedError

    def play(self, case: Case) -> Played:
        """One login by a person who does what the case says."""
        raise NotImplementedError

    def tapped(self) -> str:
        """Enter, once the phone has its answer: nobody types a code on a phone and on a keyboard at the same time."""
        self.mock.wait_for("decided")
        return ""

    def attempt(self, case: Case) -> tuple[Played, list[str], list[dict]]:
        """A login against a service of its own: what the person saw, the module's log lines, the service's log."""
        before = len(self.machine.log())
        with Mock(scenario=case.scenario()) as mock:
            self.mock = mock
            self.machine.etc.config(configuration(mock, case.options()))
            played = self.play(case)
            requests = mock.stop()
        lines = [line for line in self.machine.log()[before:] if "pam_duo2" in line]
        return played, lines, requests

    def hold(self, case: Case) -> Row:
        """Plays a case and asserts what the table claims."""
        played, lines, requests = self.attempt(case)
        seen = f"\n--- read:\n{played.text}\n--- logged:\n" + "\n".join(lines)
        self.assertEqual(played.entered, case.lets_in, f"let in: {seen}")
        self.assertEqual(len(lines), 1, f"one line in the log: {seen}")
        verdict = OUTCOME.search(lines[0])
        self.assertIsNotNone(verdict, f"the line is a verdict: {seen}")
        self.assertEqual((verdict[1], verdict[2], verdict[4], verdict[5]), (self.service, "auth", self.user, case.outcome), seen)
        pushes = sum(request.get("event") == "push" for request in requests)
        self.assertEqual(pushes, case.pushes, f"pushes: {seen}")
        text = plain(played.text)
        if case.name not in self.unread:
            self.assertIn(case.reads, text, f"what is to be read: {seen}")
        return Row(case, text, played.ended, f"{verdict[3]}, {verdict[5]}", pushes)


class Cases:
    """The tests of a matrix, apart so that Matrix itself is none."""

    def test_each_case_ends_as_the_table_says_and_reads_as_the_document_shows(self):
        rows = []
        for case in CASES:
            with self.subTest(case.name):
                rows.append(self.hold(case))
        self.assertEqual(len(rows), len(CASES), "the document is compared when each case is as it should be")
        compare(self, self.title, self.about, rows)


def configuration(mock: Mock, options: str) -> str:
    """pam_duo2.toml for this service."""
    hello = mock.hello
    where = f'ikey = "{hello["ikey"]}"\nskey = "{hello["skey"]}"\nhost = "{hello["host"]}:{hello["port"]}"\n'
    return f'[duo]\n{where}cafile = "{hello["cafile"]}"\n{options}'


def plain(text: str) -> str:
    """Without what differs from run to run: the code of a verified push, a port."""
    text = re.sub(rf"\b(?!{PASSCODE}\b)\d{{6}}\b", "NNNNNN", text)
    return re.sub(r"(?<=127\.0\.0\.1:)\d+", "PORT", text)
