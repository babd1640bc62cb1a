"""Logins through a real host: a machine for each class of tests, a service for each login, and what became of it."""

import re
import subprocess
import time
import unittest
from collections.abc import Iterator
from contextlib import contextmanager

from . import places  # noqa: F401  (finds the next)
from service import Mock, built, patience

from .case import PASSCODE, Case
from .machine import Machine

OUTCOME = re.compile(
    r"pam_duo2\((\S+?):(\w+)\): (\w+) (?:in )?Duo login for '([^']*)'(?: from \S+)?: service=\S+ outcome=(\w+)"
)
SENDING = ": Sending Duo factor for "


class Hosted(unittest.TestCase):
    """A subclass says how its machine is prepared."""

    service_name = ""
    # Which part of the stack asks.
    phase = "auth"
    # More of the module's configuration, behind [duo].
    tables = ""
    maxDiff = None

    machine: Machine
    # The service of the login that goes on.
    mock: Mock
    # What it was asked, once it has ended, and where our machine's log began then.
    requests: list[dict]
    log_began: int

    @classmethod
    def setUpClass(cls) -> None:
        cls.machine = cls.enterClassContext(Machine())
        cls.prepare(cls.machine)

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        """Stacks, settings and daemons."""
        raise NotImplementedError

    @contextmanager
    def service(self, case: Case, user: str = "demo") -> Iterator[Mock]:
        """A Duo service as the case wants it, and the module's configuration for it."""
        self.log_began = len(self.machine.log())
        with Mock(scenario=case.scenario(user)) as self.mock:
            authority = self.machine.etc.authority(self.mock.hello["cafile"])
            self.machine.etc.config(configuration(self.mock, authority, case.options() + self.tables))
            yield self.mock
            self.requests = self.mock.stop()

    def tapped(self) -> str:
        """Enter, once the phone has its answer: nobody types a code on a phone and on a keyboard at the same time."""
        self.mock.wait_for("decided")
        return ""

    def decide(self, answer: str, txid: str | None = None) -> None:
        """A tap on the phone, for this push or the newest."""
        command = [built("MOCKDUO_BIN", "mockduo"), "decide", "--state", self.mock.state, answer]
        command += ["--txid", txid] if txid else []
        subprocess.run(command, check=True, capture_output=True, timeout=20)

    def lines(self) -> list[str]:
        """What the module logged since the service began, but for the lines before a factor."""
        return [line for line in self._logged() if SENDING not in line]

    def sending(self) -> list[str]:
        """The lines that tell of a factor that goes out."""
        return [line for line in self._logged() if SENDING in line]

    def _logged(self) -> list[str]:
        return [line for line in self.machine.log()[self.log_began:] if "pam_duo2" in line]

    def wait_for_line(self, seconds: float = 30) -> str:
        """The module's next line in the log, for a login that nobody waits for any more."""
        until = time.monotonic() + patience(seconds)
        while time.monotonic() < until:
            if lines := self.lines():
                return lines[0]
            time.sleep(0.02)
        raise TimeoutError("the module logs nothing")

    def took(self) -> float:
        """The seconds that the module's first line tells."""
        return int(re.search(r" ms=(\d+) ", self.lines()[0])[1]) / 1000

    def pushes(self) -> list[dict]:
        """Every push that the service sent out."""
        return [request for request in self.requests if request.get("event") == "push"]

    def ended(self, user: str, outcome: str, pushes: int, seen: str = "", phase: str | None = None) -> str:
        """Asserts one verdict in the log and that many pushes; gives the verdict in two words."""
        self.machine.catch_up()
        lines = self.lines()
        seen += "\n--- logged:\n" + "\n".join(lines)
        self.assertEqual(len(lines), 1, f"one line in the log: {seen}")
        verdict = OUTCOME.search(lines[0])
        self.assertIsNotNone(verdict, f"the line is a verdict: {seen}")
        service, called, headline, name, word = verdict.groups()
        self.assertEqual((service, called, name, word), (self.service_name, phase or self.phase, user, outcome), seen)
        self.assertEqual(len(self.pushes()), pushes, f"pushes: {seen}")
        self.assertGreaterEqual(len(self.sending()), pushes, f"a line before each: {seen}")
        return f"{headline}, {word}"


def configuration(mock: Mock, authority: str, options: str) -> str:
    """pam_duo2.toml for this service."""
    hello = mock.hello
    where = f'ikey = "{hello["ikey"]}"\nskey = "{hello["skey"]}"\nhost = "{hello["host"]}:{hello["port"]}"\n'
    return f'[duo]\n{where}cafile = "{authority}"\n{options}'


def plain(text: str) -> str:
    """Without what differs from run to run: the code of a verified push, the seconds that are left, a port."""
    text = re.sub(rf"\b(?!{PASSCODE}\b)\d{{6}}\b", "NNNNNN", text)
    text = re.sub(r"\b(within|ends in) \d+ s\b", r"\1 NN s", text)
    return re.sub(r"(?<=127\.0\.0\.1:)\d+|(?<=127\.0\.0\.1 port )\d+", "PORT", text)
