"""sshd ends a login after LoginGraceTime, without a word: the module gives up before."""

import time

import paramiko

from support.case import Case
from support.etc import PASSWORD
from support.hosted import Hosted
from support.machine import Machine
from support.prompts import MENU, SSH_PASSWORD
from support.ssh_client import Client, asks_after_keys, key_of
from support.ssh_daemon import start
from support.terminal import Rule, talk

# Seconds; the shortest that `login_grace` takes.
GRACE = 20
SETTINGS = f"""\
KbdInteractiveAuthentication yes
PasswordAuthentication yes
LoginGraceTime {GRACE}
AuthenticationMethods keyboard-interactive
Match User alice
    AuthenticationMethods publickey,keyboard-interactive
Match User bob
    AuthenticationMethods password publickey
"""
TOO_LONG = "The login took too long."
SAID = f"login_grace = {GRACE}"


def unanswered(config: str) -> Case:
    """A push that outlives the login."""
    return Case("nobody answers", "", False, "grace_over", 1, server='push_ttl = "5m"', config=config)


class Grace(Hosted):
    """An sshd that ends logins soon."""

    service_name = "sshd"
    port: int
    keys: dict[str, paramiko.PKey]
    # For the configuration.
    account: str

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.port = start(machine, SETTINGS)
        cls.keys = {user: key_of(machine, user) for user in ("alice", "bob")}
        cls.account = asks_after_keys(machine)

    def ssh(self, user: str) -> list[str]:
        """alice calls OpenSSH's client at her terminal; it ends in any case."""
        return self.machine.on_terminal("ssh", f"{user}@127.0.0.1", "id", "-un", user="alice")

    def took(self) -> float:
        """Seconds from the module's call to its verdict, as it logged them."""
        return int(self.lines()[0].partition(" ms=")[2].split()[0]) / 1000

    def assert_nothing_opened(self) -> None:
        opened = [line for line in self.machine.log()[self.log_began:] if "session opened" in line]
        self.assertEqual(opened, [])


class Ends(Grace):
    """While the phone is asked, sshd's end is never waited for."""

    def test_a_push_that_nobody_answers_ends_in_our_words_before_sshd_ends_the_login(self):
        with self.service(unanswered(SAID)):
            told = talk(self.ssh("demo"), [Rule(SSH_PASSWORD, PASSWORD)])
        self.assertLess(told.seconds, GRACE, told.text)
        self.assertIn(TOO_LONG, told.text)
        self.assertRegex(told.text, r"Approve it there within \d+ s to log in\.")
        self.ended("demo", "grace_over", pushes=1)

    def knows_the_alarm(self, config: str, phase: str, key: paramiko.PKey | None = None) -> None:
        """In its own process sshd's end can be asked for. Its answer may be later: it makes a refusal take as long as others."""
        with self.service(unanswered(config), "bob"):
            began = time.monotonic()
            client = Client(self.port, "bob", key).log_in()
            try:
                self.wait_for_line(60)
                self.assertLess(time.monotonic() - began, GRACE)
                self.assertNotEqual(client.wait(), "in")
            finally:
                client.end()
        self.ended("bob", "grace_over", pushes=1, phase=phase)

    def test_the_method_password_knows_sshds_own_alarm_without_being_told(self):
        self.knows_the_alarm("", "auth")

    def test_after_a_key_too_sshds_own_alarm_is_known(self):
        self.knows_the_alarm(self.account, "account", self.keys["bob"])

    def test_sshd_ends_who_was_told_a_time_that_is_too_long_and_a_later_approval_opens_nothing(self):
        with self.service(unanswered("login_grace = 600")):
            began = time.monotonic()
            told = talk(self.ssh("demo"), [Rule("Password: ", PASSWORD)])
            self.assertGreaterEqual(time.monotonic() - began, GRACE, told.text)
            self.decide("approve")
            # As long as a login takes.
            time.sleep(1)
        self.assertNotEqual(told.exit, 0, told.text)
        self.assert_nothing_opened()
        # What sshd ends is logged as ended, and the approval comes to nothing.
        self.ended("demo", "cancelled", pushes=1)


class Counts(Grace):
    """The time that is gone before the phone is asked."""

    def idle_first(self, user: str, begin) -> None:
        """The time before the second factor is asked for is gone, too."""
        with self.service(unanswered(SAID), user):
            client = Client(self.port, user)
            try:
                begin(client.transport)
                time.sleep(8)
                self.assertNotEqual(client.log_in().wait(), "in")
            finally:
                client.end()
        self.ended(user, "grace_over", pushes=1)
        self.assertLess(self.took(), GRACE - 8, self.lines())

    def test_the_time_counts_from_the_connection(self):
        self.idle_first("demo", lambda transport: None)

    def test_the_time_counts_from_the_connection_after_a_key_too(self):
        self.idle_first("alice", lambda transport: self.assertEqual(
            transport.auth_publickey("alice", self.keys["alice"]), ["keyboard-interactive"]))

    def test_who_answers_the_menu_too_late_sends_nothing(self):
        def late() -> str:
            # A push would end with the login, seconds later.
            time.sleep(12)
            return "1"

        menu = Case("too late", "", False, "grace_over", 0, autopush=False, config=SAID)
        with self.service(menu):
            told = talk(self.ssh("demo"), [Rule(SSH_PASSWORD, PASSWORD), Rule(MENU, late)])
        self.assertRegex(told.text, r"This login ends in \d+ s\.")
        self.assertIn(TOO_LONG, told.text)
        self.ended("demo", "grace_over", pushes=0)
