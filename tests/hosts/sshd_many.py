"""sshd: two hundred people log in at the same time, and each gets the answer that was given to them."""

import asyncio
import json
import random
import urllib.request
from collections import Counter

import asyncssh

from support import ssh_daemon
from support.case import Case
from support.etc import PASSWORD
from support.hosted import OUTCOME, Hosted
from support.machine import Machine

PEOPLE = [f"person{number:03}" for number in range(200)]
SETTINGS = """\
KbdInteractiveAuthentication yes
PasswordAuthentication no
MaxStartups 500
LoginGraceTime 300
"""


def user(name: str) -> str:
    """One person with a phone, for mockduo's scenario."""
    return f'[[users]]\nname = "{name}"\n[[users.devices]]\nid = "DP{name.upper()}"\nname = "iPhone"\n'


class AtOnce(Hosted):
    """All of them are waiting before the first is answered."""

    service_name = "sshd"
    port = 0

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.people(PEOPLE, first=5000)
        cls.port = ssh_daemon.start(machine, SETTINGS)

    async def log_in(self, name: str) -> str:
        """Who the person is on the other side, or that access was denied."""
        try:
            async with asyncssh.connect(
                "127.0.0.1", self.port, username=name, password=PASSWORD, known_hosts=None, client_keys=None,
                config=None, login_timeout=200, connect_timeout=200,
            ) as connection:
                return (await connection.run("id -un", check=True)).stdout.strip()
        except asyncssh.PermissionDenied:
            return "denied"

    def answer(self, txid: str, answer: str) -> None:
        """A tap on one phone."""
        request = urllib.request.Request(
            f"{self.mock.web.rstrip('/')}/api/push/{txid}",
            data=json.dumps({"answer": answer}).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=30).close()

    async def play(self, answers: dict[str, str]) -> dict[str, str]:
        """Everybody logs in; once each has a push, they are answered in an order of chance."""
        logins = {name: asyncio.create_task(self.log_in(name)) for name in PEOPLE}
        while len(sent := self.sent()) < len(PEOPLE):
            self.assertFalse([name for name, login in logins.items() if login.done()], "nobody is in before the answer")
            await asyncio.sleep(0.2)
        order = list(PEOPLE)
        random.shuffle(order)
        for name in order:
            await asyncio.to_thread(self.answer, sent[name], answers[name])
        return dict(zip(logins, await asyncio.gather(*logins.values())))

    def sent(self) -> dict[str, str]:
        """Each person's push so far."""
        return {line["user"]: line["txid"] for line in self.mock.lines() if line.get("event") == "push"}

    def test_two_hundred_logins_at_once_each_end_as_their_own_push_was_answered(self):
        answers = {name: random.choice(["approve", "deny"]) for name in PEOPLE}
        case = Case("many", "", True, "allow", len(PEOPLE), server='push_ttl = "5m"', config="prompts = 1\ntimeout = 60",
                    faults="\n".join(map(user, PEOPLE)))
        with self.service(case):
            ended = asyncio.run(self.play(answers))
        wanted = {name: name if answer == "approve" else "denied" for name, answer in answers.items()}
        self.assertEqual(ended, wanted)
        logged = {verdict[4]: verdict[5] for line in self.lines() if (verdict := OUTCOME.search(line))}
        self.assertEqual(logged, {name: {"approve": "allow", "deny": "deny"}[answer] for name, answer in answers.items()})
        self.assertEqual(Counter(push["user"] for push in self.pushes()), Counter(PEOPLE), "one push each")
