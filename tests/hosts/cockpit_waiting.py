"""Cockpit: phones that are slow, with Cockpit's default time-outs. The logins of a class go on side by side."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from support import cockpit_login
from support.browser import Browser
from support.case import PASSCODE, Case
from support.etc import PASSWORD
from support.hosted import OUTCOME, Hosted, patience
from support.machine import Machine
from support.places import ARTEFACTS
from support.prompts import MENU
from support.terminal import Rule

STILL = r"Push sent to iPhone\. Still waiting: press Enter, or type a passcode\."
REFUSED_PASSCODE = (
    r"(?:Incorrect passcode|That passcode was not accepted)[^:]*\. "
    r"Still waiting for the push to iPhone: press Enter, or type a passcode\."
)
MS = re.compile(r" ms=(\d+)")
# The decision may be this much late, in seconds, until it is in the log of a busy machine.
LATE = 15


@dataclass(frozen=True)
class Person:
    """One login: the account, what its phone does by itself, and what is typed."""

    name: str
    phone: str
    typed: tuple[str, ...]
    # How it ends: let in, the word in the log, the factor there, and the seconds that it takes at least.
    lets_in: bool = True
    outcome: str = "allow"
    factor: str = "push"
    seconds: float = 0
    prompts: int = 0
    # Is Enter pressed only after the phone was answered?
    phone_first: bool = False

    def scenario(self) -> str:
        """For mockduo."""
        return (
            f'[[users]]\nname = "{self.name}"\nauto = "{self.phone}"\npasscodes = ["{PASSCODE}"]\n'
            f'[[users.devices]]\nid = "DP{self.name.upper()}"\nname = "iPhone"\n'
        )


def approved(seconds: int, prompts: int, suffix: str = "", phone_first: bool = False) -> Person:
    """A push that is approved after so many seconds."""
    name = f"after{seconds}{suffix}"
    return Person(name, f"approve={seconds}s", ("",), seconds=seconds, prompts=prompts, phone_first=phone_first)


APPROVED = (approved(5, 0), approved(25, 0), approved(40, 1), approved(58, 2))
PHONE_FIRST = approved(40, 1, suffix="first", phone_first=True)
DENIED = Person("denied40", "deny=40s", ("",), lets_in=False, outcome="deny", seconds=40, prompts=1)
RIGHT = Person("right", "off", (PASSCODE,), factor="passcode", seconds=25, prompts=1)
WRONG = Person("wrong", "approve=35s", ("000000", "", ""), seconds=35, prompts=2)
GARBAGE = Person("garbage", "approve=40s", ("push2", ""), seconds=40, prompts=1)
LATER = Person("later", "off", ("", "", PASSCODE), factor="passcode", seconds=60, prompts=3)


class SlowPhones(Hosted):
    """What the two ways to Cockpit's login have in common."""

    service_name = "cockpit"
    url = ""
    people: tuple[Person, ...] = ()

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.people([person.name for person in cls.people], first=5000)
        cls.url = cockpit_login.start(machine)

    def wait_for_decision(self, person: Person) -> str:
        """Enter, once the phone has its answer."""
        until = time.monotonic() + patience(3 * 60)
        while time.monotonic() < until:
            if any(line.get("event") == "decided" and line["user"] == person.name for line in self.mock.lines()):
                return ""
            time.sleep(0.1)
        raise TimeoutError(f"the phone of {person.name} has no answer")

    def rules(self, person: Person) -> list[Rule]:
        """What the person does at each prompt."""
        reply: Callable[[], str] | str = person.typed[0]
        if person.phone_first:
            reply = lambda: self.wait_for_decision(person)
        last = person.typed[-1]
        return [Rule(STILL, reply, *person.typed[1:]), Rule(REFUSED_PASSCODE, last), Rule(MENU, last)]

    def held(self, person: Person, read: list[str], entered: bool) -> None:
        """Asserts what became of one login."""
        lines = [line for line in self.lines() if f"'{person.name}'" in line]
        seen = "\n".join(["--- read:", *read, "--- logged:", *lines])
        self.assertEqual(len(lines), 1, seen)
        verdict = OUTCOME.search(lines[0])
        self.assertIsNotNone(verdict, seen)
        self.assertEqual(verdict[5], person.outcome, seen)
        self.assertEqual(verdict[3], "Successful" if person.lets_in else "Failed", seen)
        self.assertIn(f" factor={person.factor} ", lines[0], seen)
        took = int(MS.search(lines[0])[1]) / 1000
        self.assertGreater(took, person.seconds - 1, seen)
        self.assertLess(took, person.seconds + LATE, seen)
        prompts = [line for line in read if re.match("prompt: |label: ", line)]
        self.assertEqual(len(prompts), person.prompts, seen)
        pushes = [request for request in self.pushes() if request["user"] == person.name]
        self.assertEqual(len(pushes), 1, f"one push, whatever is typed: {seen}")
        self.assertEqual(entered, person.lets_in, seen)

    def play_all(self, play: Callable[[Person], tuple[list[str], bool]]) -> dict[str, list[str]]:
        """All log in at once; what each has read."""
        faults = "\n".join(person.scenario() for person in self.people)
        case = Case("slow", "", True, "allow", 1, config="prompts = 2", faults=faults)
        with self.service(case), ThreadPoolExecutor(len(self.people)) as pool:
            played = list(pool.map(play, self.people))
        self.assertEqual(len(played), len(self.people))
        for person, (read, entered) in zip(self.people, played):
            with self.subTest(person.name):
                self.held(person, read, entered)
        return {person.name: read for person, (read, _) in zip(self.people, played)}


class OverHttp(SlowPhones):
    """As the login page speaks it."""

    people = (*APPROVED, PHONE_FIRST, DENIED, RIGHT, WRONG, GARBAGE, LATER)

    def play(self, person: Person) -> tuple[list[str], bool]:
        login = cockpit_login.Login(self.url, person.name, PASSWORD)
        status, phrase = login.run(self.rules(person))
        login.read.append(f"ended: {status} {phrase}")
        return login.read, status == 200

    def test_slow_phones_log_in_with_one_push_and_refusals_are_read(self):
        read = self.play_all(self.play)
        self.assertEqual(read[DENIED.name][-1], "ended: 403 The login request was denied.")
        self.assertIn("message: Nobody answered in time.", read[LATER.name])
        self.assertRegex(read[WRONG.name][-3], f"^prompt: {REFUSED_PASSCODE}$")


class InABrowser(SlowPhones):
    """As people see it. The pictures are kept."""

    people = (APPROVED[2], APPROVED[3], DENIED, RIGHT)

    def play(self, person: Person) -> tuple[list[str], bool]:
        with Browser(ARTEFACTS / "cockpit") as browser:
            return browser.log_in(self.url, person.name, PASSWORD, self.rules(person), f"waiting {person.name}")

    def test_slow_phones_lead_inside_and_refusals_are_on_the_page(self):
        read = self.play_all(self.play)
        self.assertEqual(read[DENIED.name][-1], "error: The login request was denied.")
