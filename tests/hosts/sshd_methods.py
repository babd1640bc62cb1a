"""sshd: several methods on one connection, and how often the phone is asked then."""

import asyncio

import asyncssh
import paramiko

from support.case import Case, answered
from support.etc import PASSWORD
from support.hosted import OUTCOME
from support.keys import APPROVED, DENIED, WithKeys
from support.prompts import SSH_PASSWORD
from support.terminal import Rule, talk


class Methods(WithKeys):
    """Each test is one connection."""

    def outcomes(self) -> list[tuple[str, str]]:
        """Phase and outcome of each line, in order."""
        found = [OUTCOME.search(line) for line in self.lines()]
        return [(verdict[2], verdict[5]) for verdict in found if verdict]

    def connects(self, user: str, case: Case, *, passwords: int) -> bool:
        """OpenSSH's client at a terminal; whether it came in."""
        asked = Rule(SSH_PASSWORD, *[PASSWORD] * passwords, "^C")
        command = self.machine.on_terminal("ssh", f"{user}@127.0.0.1", "id", "-un", user="alice")
        with self.service(case, user):
            told = talk(command, [asked])
        self.assertEqual(asked.used, passwords, told.text)
        return told.exit == 0 and told.text.endswith(user)

    def test_password_and_keyboard_interactive_together_send_one_push(self):
        self.assertTrue(self.connects("alice", APPROVED, passwords=2))
        self.assertEqual(self.outcomes(), [("auth", "allow"), ("auth", "earlier"), ("account", "earlier")])
        self.assertEqual(len(self.pushes()), 1)

    def test_a_key_and_keyboard_interactive_send_one_push(self):
        self.assertTrue(self.connects("bob", APPROVED, passwords=1))
        self.assertEqual(self.outcomes(), [("auth", "allow"), ("account", "earlier")])
        self.assertEqual(len(self.pushes()), 1)

    def transport(self) -> paramiko.Transport:
        transport = paramiko.Transport(("127.0.0.1", self.port))
        transport.auth_timeout = 30
        transport.connect()
        return transport

    def paramiko_key(self) -> paramiko.Ed25519Key:
        return paramiko.Ed25519Key.from_private_key_file(self.key())

    def test_a_password_and_then_a_key_send_one_push(self):
        with self.service(APPROVED, "bob"), self.transport() as transport:
            self.assertEqual(transport.auth_password("bob", PASSWORD), ["publickey"])
            transport.auth_publickey("bob", self.paramiko_key())
            self.assertTrue(transport.is_authenticated())
        self.assertEqual(self.outcomes(), [("auth", "allow"), ("account", "earlier")])
        self.assertEqual(len(self.pushes()), 1)

    def test_a_key_after_a_wrong_password_is_asked(self):
        with self.service(APPROVED), self.transport() as transport:
            with self.assertRaises(paramiko.AuthenticationException):
                transport.auth_password("demo", "wrong")
            transport.auth_publickey("demo", self.paramiko_key())
            self.assertTrue(transport.is_authenticated())
        self.ended("demo", "allow", 1)

    def test_a_key_after_a_denied_push_is_asked_again_and_refused(self):
        denied = Case("denied", "", False, "deny", 2, server=answered("deny"), config="prompts = 1")
        with self.service(denied), self.transport() as transport:
            with self.assertRaises(paramiko.AuthenticationException):
                transport.auth_password("demo", PASSWORD)
            with self.assertRaises(paramiko.SSHException):
                transport.auth_publickey("demo", self.paramiko_key())
            self.assertFalse(transport.is_authenticated())
        self.assertEqual(self.outcomes(), [("auth", "deny"), ("account", "deny")])
        self.assertEqual(len(self.pushes()), 2)

    def test_a_password_alone_is_asked_once_for_both_parts(self):
        with self.service(APPROVED), self.transport() as transport:
            transport.auth_password("demo", PASSWORD)
            self.assertTrue(transport.is_authenticated())
        self.assertEqual(self.outcomes(), [("auth", "allow"), ("account", "earlier")])
        self.assertEqual(len(self.pushes()), 1)

    def test_paramiko_logs_in_with_a_key_and_a_push(self):
        with self.service(APPROVED), paramiko.SSHClient() as client:
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
            client.connect(
                "127.0.0.1", self.port, "demo", key_filename=self.key(), look_for_keys=False, allow_agent=False, auth_timeout=30
            )
            _, out, _ = client.exec_command("id -un")
            self.assertEqual(out.read(), b"demo\n")
        self.ended("demo", "allow", 1)

    def test_asyncssh_logs_in_with_a_key_and_a_push(self):
        async def log_in():
            async with asyncssh.connect(
                "127.0.0.1", self.port, username="demo", known_hosts=None, client_keys=[self.key()]
            ) as connection:
                return (await connection.run("id -un", check=True)).stdout

        with self.service(APPROVED):
            self.assertEqual(asyncio.run(log_in()), "demo\n")
        self.ended("demo", "allow", 1)

    def test_the_account_line_alone_asks_nobody_and_the_log_says_so(self):
        # Nobody would be let in by this service; the key alone does it.
        with self.service(DENIED), self.without_the_option(), self.transport() as transport:
            transport.auth_publickey("demo", self.paramiko_key())
            self.assertTrue(transport.is_authenticated())
        self.assertEqual(self.requests, [])
        self.assertEqual(len(self.lines()), 1, self.lines())
        self.assertIn("write account = true below [service.sshd]", self.lines()[0])

    def without_the_option(self):
        """A configuration that does not say that the account phase asks."""
        return Without(self)


class Without:
    """The option is gone while the block runs."""

    def __init__(self, test: WithKeys):
        self.path = test.machine.etc.folder / "duo" / "pam_duo2.toml"
        self.text = self.path.read_text(encoding="utf-8")

    def __enter__(self) -> None:
        self.path.write_text(self.text.replace("account = true", ""), encoding="utf-8")

    def __exit__(self, *_) -> None:
        self.path.write_text(self.text, encoding="utf-8")
