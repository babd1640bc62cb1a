"""sshd: a key and then the phone, with each program that people use ssh by."""

import socket
import subprocess
import time

from support.document import Row, compare
from support.hosted import plain
from support.keys import APPROVED, DENIED, NO_AUTOPUSH, UNANSWERED, UNREADABLE, WITHOUT_PROMPTS, WithKeys
from support.machine import descendants, free_port, wait_for_port
from support.prompts import SHELL
from support.terminal import Rule, talk


class KeyAndPush(WithKeys):
    """What becomes of `ssh host command`."""

    title = "sshd, a key and a push"
    about = """
OpenSSH's client runs `id -un` with a key, with `pam.d/sshd.debian`, the `#` taken off its `account` line,
`AuthenticationMethods publickey` and `account = true`. Nothing can be asked there, and what is said arrives when it is
over. `ends with` is ssh's exit status.
"""

    def test_every_end_is_as_the_document_shows_it(self):
        rows = []
        for case in (*WITHOUT_PROMPTS, NO_AUTOPUSH, UNREADABLE):
            with self.subTest(case.name):
                with self.service(case):
                    told = talk(self.machine.on_terminal("ssh", "demo@127.0.0.1", "id", "-un", user="alice"), [])
                text = plain(told.text)
                logged = self.ended("demo", case.outcome, case.pushes, text)
                self.assertEqual(told.exit == 0 and text.endswith("demo"), case.lets_in, text)
                self.assertIn(case.reads, text)
                rows.append(Row(case, text, f"exit {told.exit}", logged, case.pushes))
        self.assertEqual(len(rows), len(WITHOUT_PROMPTS) + 2, "the document is compared when each case is as it should be")
        compare(self, self.title, self.about, rows)


class EachProgram(WithKeys):
    """Each lets in with one push, and fails with a denial."""

    @classmethod
    def prepare(cls, machine):
        super().prepare(machine)
        (machine.home("demo") / ".bash_profile").write_text(SHELL)
        (machine.home("alice") / "letter").write_text("Dear Demo\n")
        for words in (
            ("init", "--quiet", "repository"), ("-C", "repository", "config", "user.name", "Demo"),
            ("-C", "repository", "config", "user.email", "demo@localhost"),
            ("-C", "repository", "commit", "--quiet", "--allow-empty", "-m", "First"),
        ):
            machine.run("git", *words, user="demo")

    def alice(self, *command: str) -> subprocess.CompletedProcess:
        """Runs it for alice, without a terminal."""
        return subprocess.run(
            self.machine.command(*command, user="alice"), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )

    def works(self, *command: str) -> str:
        """With an approval, and with one push; what it printed."""
        with self.service(APPROVED):
            done = self.alice(*command)
        self.assertEqual(done.returncode, 0, done)
        self.ended("demo", "allow", 1, str(done))
        return done.stdout

    def fails(self, *command: str, says: str = DENIED.reads) -> None:
        """With a denial, whose words are to be read, and with one push."""
        with self.service(DENIED):
            done = self.alice(*command)
        self.assertNotEqual(done.returncode, 0, done)
        self.assertIn(says, done.stderr)
        self.ended("demo", "deny", 1, str(done))

    def test_a_command(self):
        command = ("ssh", "demo@127.0.0.1", "id", "-un")
        self.assertEqual(self.works(*command), "demo\n")
        self.fails(*command)

    def test_a_command_with_a_quiet_client(self):
        self.assertEqual(self.works("ssh", "-q", "demo@127.0.0.1", "id", "-un"), "demo\n")
        # It says nothing of anything.
        self.fails("ssh", "-q", "demo@127.0.0.1", "id", "-un", says="")

    def test_a_shell(self):
        shell = self.machine.on_terminal("ssh", "demo@127.0.0.1", user="alice")
        with self.service(APPROVED):
            told = talk(shell, [Rule(r"demo\$ ", "exit")])
        self.assertEqual(told.exit, 0, told.text)
        self.assertIn("demo$ exit", told.text)
        self.ended("demo", "allow", 1, told.text)
        with self.service(DENIED):
            told = talk(shell, [])
        self.assertEqual(told.exit, 255, told.text)
        self.assertIn(DENIED.reads, told.text)
        self.ended("demo", "deny", 1, told.text)

    def test_scp(self):
        for words in (("scp",), ("scp", "-O")):
            with self.subTest(words=words):
                kept = self.machine.home("demo") / "by-scp"
                self.works(*words, "letter", "demo@127.0.0.1:by-scp")
                self.assertEqual(kept.read_text(), "Dear Demo\n")
                kept.unlink()
                self.fails(*words, "letter", "demo@127.0.0.1:by-scp")
                self.assertFalse(kept.exists())

    def test_sftp(self):
        (self.machine.home("alice") / "batch").write_text("put letter by-sftp\nget by-sftp back\n")
        self.works("sftp", "-b", "batch", "demo@127.0.0.1")
        self.assertEqual((self.machine.home("alice") / "back").read_text(), "Dear Demo\n")
        self.fails("sftp", "-b", "batch", "demo@127.0.0.1")

    def test_rsync(self):
        kept = self.machine.home("demo") / "by-rsync"
        self.works("rsync", "letter", "demo@127.0.0.1:by-rsync")
        self.assertEqual(kept.read_text(), "Dear Demo\n")
        kept.unlink()
        self.fails("rsync", "letter", "demo@127.0.0.1:by-rsync")
        self.assertFalse(kept.exists())

    def test_git(self):
        self.works("git", "clone", "demo@127.0.0.1:repository", "clone")
        self.assertTrue((self.machine.home("alice") / "clone" / ".git" / "HEAD").exists())
        self.fails("git", "clone", "demo@127.0.0.1:repository", "another")
        self.assertFalse((self.machine.home("alice") / "another").exists())

    def test_a_tunnel_without_a_session(self):
        port = free_port()
        words = ("ssh", "-N", "-o", "ExitOnForwardFailure=yes", "-L", f"127.0.0.1:{port}:127.0.0.1:{self.port}", "demo@127.0.0.1")
        with self.service(APPROVED):
            client = subprocess.Popen(self.machine.command(*words, user="alice"), stdin=subprocess.DEVNULL)
            try:
                wait_for_port(port)
                with socket.create_connection(("127.0.0.1", port), timeout=20) as through:
                    # The daemon itself, at the far end.
                    self.assertEqual(through.makefile("rb").read(4), b"SSH-")
            finally:
                client.terminate()
                client.wait(timeout=20)
        self.ended("demo", "allow", 1)
        self.fails(*words)

    def test_further_sessions_of_one_connection_send_no_push(self):
        shared = ("-o", "ControlPath=/home/alice/shared")
        self.works("ssh", *shared, "-M", "-o", "ControlPersist=60", "-f", "-N", "demo@127.0.0.1")
        with self.service(DENIED):
            for _ in range(2):
                done = self.alice("ssh", *shared, "demo@127.0.0.1", "id", "-un")
                self.assertEqual((done.returncode, done.stdout), (0, "demo\n"), done)
            closed = self.alice("ssh", *shared, "-O", "exit", "demo@127.0.0.1")
            self.assertEqual(closed.returncode, 0, closed)
        self.assertEqual((self.lines(), self.requests), ([], []))

    def test_a_client_that_goes_away_ends_the_wait(self):
        with self.service(UNANSWERED) as mock:
            words = self.machine.command("ssh", "demo@127.0.0.1", "touch", "/home/demo/inside", user="alice")
            client = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            mock.wait_for("push")
            for pid in descendants(client.pid):
                subprocess.run(["kill", "-KILL", str(pid)], check=True)
            client.kill()
            client.wait(timeout=20)
            gone = time.monotonic()
            self.assertIn("outcome=peer_gone phase=account", self.wait_for_line())
            self.assertLess(time.monotonic() - gone, 2)
            self.decide("approve")
            # As long as a login takes.
            time.sleep(1)
        self.assertFalse((self.machine.home("demo") / "inside").exists())
        self.ended("demo", "peer_gone", 1)
