"""A client of sshd's whose connection can be handled, and cut, while it logs in."""

import socket
import struct
import threading

import paramiko

from .etc import PASSWORD
from .machine import Machine


class Client:
    """One connection. With a key it uses that, else bob the method `password` and all others keyboard-interactive."""

    def __init__(self, port: int, user: str, key: paramiko.PKey | None = None):
        self.transport = paramiko.Transport(("127.0.0.1", port))
        self.transport.start_client(timeout=20)
        self.transport.auth_timeout = 60
        self.key = key
        self.asked: list[str] = []
        # The menu is there; it may be left, with Enter.
        self.menu = threading.Event()
        self.left = threading.Event()
        # "in", or why not.
        self.ended = ""
        self._login = threading.Thread(target=self._log_in, args=[user], daemon=True)

    def log_in(self) -> "Client":
        """Begins to."""
        self._login.start()
        return self

    def _log_in(self, user: str) -> None:
        try:
            if self.key is not None:
                self.transport.auth_publickey(user, self.key)
            elif user == "bob":
                self.transport.auth_password(user, PASSWORD, fallback=False)
            else:
                self.transport.auth_interactive(user, self._answer)
            self.ended = "in"
        except (paramiko.SSHException, EOFError, OSError) as error:
            self.ended = repr(error)

    def _answer(self, title: str, instructions: str, prompts: list) -> list[str]:
        answers = []
        for prompt, _ in prompts:
            self.asked.append(prompt)
            if "Password" in prompt:
                answers.append(PASSWORD)
                continue
            self.menu.set()
            self.left.wait(60)
            answers.append("")
        return answers

    def close(self) -> None:
        """As a client that ends: FIN."""
        self.transport.sock.shutdown(socket.SHUT_RDWR)
        self.transport.sock.close()
        self.end()

    def reset(self) -> None:
        """As a machine that was switched off and on: RST."""
        self.transport.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.sock.close()
        self.end()

    def wait(self) -> str:
        """How it ended."""
        self._login.join(30)
        return self.ended

    def end(self) -> None:
        """Nothing of it stays."""
        self.left.set()
        self.transport.close()
        if self._login.ident is not None:
            self._login.join(30)


def key_of(machine: Machine, user: str) -> paramiko.PKey:
    """A new key, which sshd takes from this user."""
    machine.run("mkdir", "-p", "-m", "0700", ".ssh", user=user)
    machine.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ".ssh/id_ed25519", user=user)
    machine.run("cp", ".ssh/id_ed25519.pub", ".ssh/authorized_keys", user=user)
    return paramiko.Ed25519Key.from_private_key_file(str(machine.home(user) / ".ssh" / "id_ed25519"))


def asks_after_keys(machine: Machine) -> str:
    """The line for the account phase in sshd's stack; the option that goes with it."""
    stack = (machine.etc.folder / "pam.d" / "sshd").read_text(encoding="utf-8")
    machine.etc.write("pam.d/sshd", stack + "\naccount required pam_duo2.so\n")
    return "[service.sshd]\naccount = true"
