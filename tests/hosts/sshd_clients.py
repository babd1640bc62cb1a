"""sshd: other ways in, other clients, and clients that go away."""

import asyncio
import os
import signal
import time

import asyncssh
import paramiko
import pexpect

from support.case import PASSCODE, Case, answered
from support.etc import PASSWORD
from support.hosted import Hosted
from support.machine import Machine, descendants
from support.prompts import MENU
from support.ssh_daemon import start
from support.terminal import Rule, talk

# One daemon; who comes decides how.
SETTINGS = """\
KbdInteractiveAuthentication yes
PasswordAuthentication yes
AuthenticationMethods keyboard-interactive
Match User alice
    AuthenticationMethods publickey,keyboard-interactive
Match User bob
    AuthenticationMethods password
"""
APPROVED = Case("approved", "", True, "allow", 1, server=answered("approve"))
AT_THE_MENU = Case("a passcode", "", True, "allow", 0, autopush=False, menu=PASSCODE)
UNANSWERED = Case("nobody answers", "", False, "peer_gone", 1, server='push_ttl = "30s"')


class Clients(Hosted):
    """Each test is one login."""

    service_name = "sshd"
    port: int

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.port = start(machine, SETTINGS)
        machine.run("mkdir", "-m", "0700", ".ssh", user="alice")
        machine.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ".ssh/id_ed25519", user="alice")
        machine.run("cp", ".ssh/id_ed25519.pub", ".ssh/authorized_keys", user="alice")

    def ssh(self, user: str) -> list[str]:
        """alice calls OpenSSH's client at her terminal."""
        return self.machine.on_terminal("ssh", f"{user}@127.0.0.1", "id", "-un", user="alice")

    def test_after_a_key_the_password_and_the_phone_are_asked_for(self):
        with self.service(APPROVED, "alice"):
            told = talk(self.ssh("alice"), [Rule("Password: ", PASSWORD)])
        self.assertEqual((told.exit, told.text.split("\n")[-1]), (0, "alice"), told.text)
        self.assertIn("(alice@127.0.0.1) Password:", told.text)
        self.ended("alice", "allow", pushes=1)

    def test_a_key_and_a_denial_on_the_phone_do_not_let_in(self):
        denied = Case("denied", "", False, "deny", 1, server=answered("deny"), config="prompts = 1")
        with self.service(denied, "alice"):
            # With no method left, the client asks for a password once more, for nothing.
            told = talk(self.ssh("alice"), [Rule("(?:Password|password): ", PASSWORD)])
        self.assertEqual(told.exit, 255, told.text)
        self.assertIn("The login request was denied.", told.text)
        self.ended("alice", "deny", pushes=1)

    def test_the_method_password_logs_in_with_one_push(self):
        with self.service(APPROVED, "bob"):
            told = talk(self.ssh("bob"), [Rule("password: ", PASSWORD)])
        self.assertEqual((told.exit, told.text.split("\n")[-1]), (0, "bob"), told.text)
        self.ended("bob", "allow", pushes=1)

    def test_the_method_password_cannot_show_the_menu_and_sends_nothing(self):
        with self.service(AT_THE_MENU, "bob"):
            told = talk(self.ssh("bob"), [Rule("password: ", PASSWORD, "^C")])
        self.assertNotEqual(told.exit, 0, told.text)
        self.ended("bob", "no_answer", pushes=0)

    def test_paramiko_logs_in_with_a_password_and_a_push(self):
        with self.service(APPROVED), paramiko.SSHClient() as client:
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
            client.connect("127.0.0.1", self.port, "demo", PASSWORD, look_for_keys=False, allow_agent=False, auth_timeout=30)
            _, out, _ = client.exec_command("id -un")
            self.assertEqual(out.read(), b"demo\n")
        self.ended("demo", "allow", pushes=1)

    def test_paramiko_answers_the_menu(self):
        asked = []

        def handler(title, instructions, prompts):
            asked.extend(prompt for prompt, _ in prompts)
            return [PASSWORD if "Password" in prompt else PASSCODE for prompt, _ in prompts]

        with self.service(AT_THE_MENU), paramiko.Transport(("127.0.0.1", self.port)) as transport:
            transport.auth_timeout = 30
            transport.connect()
            transport.auth_interactive("demo", handler)
            self.assertTrue(transport.is_authenticated())
        self.assertEqual(len(asked), 2, asked)
        self.assertRegex(asked[1], f"(?s){MENU}$")
        self.ended("demo", "allow", pushes=0)

    def test_asyncssh_answers_the_menu(self):
        class Person(asyncssh.SSHClient):
            def kbdint_auth_requested(self):
                return ""

            def kbdint_challenge_received(self, name, instructions, lang, prompts):
                return [PASSWORD if "Password" in prompt else PASSCODE for prompt, _ in prompts]

        async def log_in():
            async with asyncssh.connect(
                "127.0.0.1", self.port, username="demo", known_hosts=None, client_factory=Person, client_keys=None
            ) as connection:
                return (await connection.run("id -un", check=True)).stdout

        with self.service(AT_THE_MENU):
            self.assertEqual(asyncio.run(log_in()), "demo\n")
        self.ended("demo", "allow", pushes=0)

    def test_asyncssh_logs_in_with_a_password_and_a_push(self):
        async def log_in():
            async with asyncssh.connect(
                "127.0.0.1", self.port, username="demo", password=PASSWORD, known_hosts=None, client_keys=None
            ) as connection:
                return (await connection.run("id -un", check=True)).stdout

        with self.service(APPROVED):
            self.assertEqual(asyncio.run(log_in()), "demo\n")
        self.ended("demo", "allow", pushes=1)

    def test_a_client_that_is_killed_ends_the_wait_and_a_later_approval_opens_nothing(self):
        with self.service(UNANSWERED) as mock:
            command = self.machine.on_terminal("ssh", "demo@127.0.0.1", "touch", "/home/demo/inside", user="alice")
            client = pexpect.spawn(command[0], command[1:])
            client.expect("Password: ")
            client.sendline(PASSWORD)
            mock.wait_for("push")
            os.kill(descendants(client.pid)[-1], signal.SIGKILL)
            gone = time.monotonic()
            line = self.wait_for_line()
            # The module has a second; the log and this test, another.
            self.assertLess(time.monotonic() - gone, 2)
            self.assertIn("outcome=peer_gone", line)
            client.close(force=True)
            self.decide("approve")
            # As long as a login takes.
            time.sleep(1)
        self.assertFalse((self.machine.home("demo") / "inside").exists())
        self.assertEqual([line for line in self.machine.log()[self.log_began:] if "session opened" in line], [])
        self.ended("demo", "peer_gone", pushes=1)
