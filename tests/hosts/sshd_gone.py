"""sshd: clients that go away while the phone or the person is asked."""

import os
import signal
import time
from dataclasses import replace

import paramiko
import pexpect

from support.case import Case
from support.etc import PASSWORD
from support.hosted import OUTCOME, Hosted
from support.machine import Machine, descendants
from support.ssh_client import Client, asks_after_keys, key_of
from support.ssh_daemon import start

SETTINGS = """\
KbdInteractiveAuthentication yes
PasswordAuthentication yes
AuthenticationMethods keyboard-interactive
Match User bob
    AuthenticationMethods password publickey
"""
UNANSWERED = Case("nobody answers", "", False, "peer_gone", 1, server='push_ttl = "50s"')
# A second, and another until the line is in the log of a busy machine.
SOON = 2
# A module above ours that takes its time.
SLOW = "/usr/bin/timeout 2 /usr/bin/tail -f /dev/null"
AT_THE_MENU = Case("nobody types", "", False, "peer_gone", 0, autopush=False)


class Gone(Hosted):
    """Each ends the wait within a second, and opens nothing whatever the phone says afterwards."""

    service_name = "sshd"
    port: int
    key: paramiko.PKey
    # For the configuration.
    account: str

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.port = start(machine, SETTINGS)
        cls.key = key_of(machine, "bob")
        cls.account = asks_after_keys(machine)

    def assert_gone(self, since: float) -> None:
        """The log says so at once; an approval comes too late."""
        line = self.wait_for_line()
        self.assertLess(time.monotonic() - since, SOON, line)
        self.assertIn("outcome=peer_gone", line)
        self.decide("approve")
        # As long as a login takes.
        time.sleep(1)
        opened = [line for line in self.machine.log()[self.log_began:] if "session opened" in line]
        self.assertEqual(opened, [])

    def goes(self, user: str, how, key: paramiko.PKey | None = None) -> None:
        """A client that goes while a push is out."""
        with self.service(replace(UNANSWERED, config=self.account if key else ""), user) as mock:
            client = Client(self.port, user, key).log_in()
            try:
                mock.wait_for("push")
                gone = time.monotonic()
                how(client)
                self.assert_gone(gone)
            finally:
                client.end()
        self.ended(user, "peer_gone", pushes=1, phase="account" if key else "auth")

    def test_a_client_that_closes_its_connection_is_seen_to_go(self):
        self.goes("demo", Client.close)

    def test_a_client_whose_connection_is_reset_is_seen_to_go(self):
        self.goes("demo", Client.reset)

    def test_in_the_method_password_too_a_client_that_closes_is_seen_to_go(self):
        self.goes("bob", Client.close)

    def test_in_the_method_password_too_a_client_that_is_reset_is_seen_to_go(self):
        self.goes("bob", Client.reset)

    def test_after_a_key_too_a_client_that_closes_is_seen_to_go(self):
        self.goes("bob", Client.close, self.key)

    def test_after_a_key_too_a_client_that_is_reset_is_seen_to_go(self):
        self.goes("bob", Client.reset, self.key)

    def openssh(self, act) -> None:
        """OpenSSH's client at alice's terminal, waiting for demo's phone."""
        with self.service(UNANSWERED) as mock:
            command = self.machine.on_terminal("ssh", "demo@127.0.0.1", user="alice")
            client = pexpect.spawn(command[0], command[1:])
            try:
                client.expect("Password: ")
                client.sendline(PASSWORD)
                mock.wait_for("push")
                gone = time.monotonic()
                act(client)
                self.assert_gone(gone)
            finally:
                client.close(force=True)
        self.ended("demo", "peer_gone", pushes=1)

    def test_a_client_that_is_killed_is_seen_to_go(self):
        self.openssh(lambda client: os.kill(descendants(client.pid)[-1], signal.SIGKILL))

    def test_ctrl_c_in_the_client_ends_the_wait(self):
        self.openssh(lambda client: client.sendcontrol("c"))

    def test_of_two_clients_from_one_address_the_one_that_stays_logs_in(self):
        with self.service(UNANSWERED) as mock:
            goes, stays = Client(self.port, "demo").log_in(), Client(self.port, "demo").log_in()
            try:
                mock.wait_for("push")
                self.wait_until(lambda: len([line for line in mock.lines() if line.get("event") == "push"]) == 2)
                gone = time.monotonic()
                goes.close()
                line = self.wait_for_line()
                self.assertLess(time.monotonic() - gone, SOON, line)
                self.assertIn("outcome=peer_gone", line)
                self.assertEqual(stays.ended, "", "the other still waits")
                self.decide("approve")
                self.decide("approve")
                self.assertEqual(stays.wait(), "in")
            finally:
                goes.end()
                stays.end()
        outcomes = [found[5] for line in self.lines() if (found := OUTCOME.search(line))]
        self.assertEqual(outcomes, ["peer_gone", "allow"])

    def wait_until(self, what, seconds: float = 10) -> None:
        until = time.monotonic() + seconds
        while not what():
            self.assertLess(time.monotonic(), until, "in vain")
            time.sleep(0.02)

    def test_a_client_that_goes_at_the_menu_is_ended_by_sshd_itself(self):
        for how in (Client.close, Client.reset):
            with self.subTest(how=how.__name__), self.service(AT_THE_MENU):
                client = Client(self.port, "demo").log_in()
                before = len(self.machine.said_by_daemons())
                try:
                    self.assertTrue(client.menu.wait(20), client.ended)
                    how(client)
                    # sshd sees it, and ends the process that asks before the module can write a line.
                    self.wait_until(lambda: "by authenticating user demo" in self.machine.said_by_daemons()[before:])
                    time.sleep(0.5)
                finally:
                    client.end()
            self.assertEqual((self.lines(), self.pushes()), ([], []))


class GoneByName(Hosted):
    """`UseDNS yes`: sshd tells libpam the client's name, and its address elsewhere."""

    service_name = "sshd"
    port: int

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.port = start(machine, f"UseDNS yes\n{SETTINGS}")
        machine.etc.write("hosts", "127.0.0.1 client.example localhost machine\n::1 localhost\n")

    def test_a_client_with_a_name_is_seen_to_go_and_its_address_is_told(self):
        for user, how in (("demo", Client.close), ("bob", Client.reset)):
            with self.subTest(user):
                with self.service(UNANSWERED, user) as mock:
                    client = Client(self.port, user).log_in()
                    try:
                        mock.wait_for("push")
                        gone = time.monotonic()
                        how(client)
                        line = self.wait_for_line()
                        self.assertLess(time.monotonic() - gone, SOON, line)
                    finally:
                        client.end()
                self.ended(user, "peer_gone", pushes=1)
                self.assertIn(" from client.example:", line)
                told = [r["params"].get("ipaddr") for r in self.requests if r.get("path", "").endswith("auth")]
                self.assertEqual(told, ["127.0.0.1"] * 2)


class GoneBefore(Hosted):
    """The client goes while the password is looked at, which may take long, and before the module is called."""

    service_name = "sshd"
    port: int

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.port = start(machine, SETTINGS)
        ours = "auth       required     pam_duo2.so"
        stack = (machine.etc.folder / "pam.d" / "sshd").read_text(encoding="utf-8")
        machine.etc.write("pam.d/sshd", stack.replace(ours, f"auth optional pam_exec.so quiet {SLOW}\n{ours}"))

    def wait_for_the_stack(self) -> None:
        """Until the line above the module's is at its work."""
        until = time.monotonic() + 30
        while not self.machine.finds("timeout"):
            self.assertLess(time.monotonic(), until, "the stack was never called")
            time.sleep(0.1)

    def goes(self, user: str, how) -> None:
        with self.service(UNANSWERED, user):
            client = Client(self.port, user).log_in()
            try:
                self.wait_for_the_stack()
                how(client)
                self.assertIn("outcome=peer_gone", self.wait_for_line())
            finally:
                client.end()
        self.ended(user, "peer_gone", pushes=0)

    def test_who_has_closed_the_connection_is_not_asked_about(self):
        self.goes("demo", Client.close)

    def test_who_has_closed_the_connection_is_not_asked_about_in_the_method_password(self):
        self.goes("bob", Client.close)

    def test_who_was_reset_is_not_asked_about(self):
        self.goes("demo", Client.reset)

    def test_who_was_reset_is_not_asked_about_in_the_method_password(self):
        self.goes("bob", Client.reset)
