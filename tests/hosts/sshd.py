"""sshd: OpenSSH's own client with a command and with a shell."""

from support.case import Case
from support.etc import PASSWORD
from support.machine import Machine
from support.matrix import Cases, Matrix, Played
from support.prompts import ENTER, MENU, SHELL
from support.ssh_daemon import start
from support.terminal import Rule, talk

ASKED = r"Password: "


class Sshd(Matrix):
    """An sshd with the stack as shipped; a subclass says by which methods people come."""

    service_name = "sshd"
    settings = "KbdInteractiveAuthentication yes\nPasswordAuthentication no\n"
    command: tuple[str, ...] = ()

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        start(machine, cls.settings)

    def ssh(self, *command: str) -> list[str]:
        """alice calls it at her own terminal to log in as demo."""
        return self.machine.on_terminal("ssh", "demo@127.0.0.1", *command, user="alice")

    def rules(self, case: Case) -> list[Rule]:
        """A person who knows demo's password, and presses Ctrl-C when it is asked for again."""
        return [Rule(ASKED, PASSWORD, "^C"), Rule(ENTER, self.tapped), Rule(MENU, case.menu or "^C", "^C")]


class ACommand(Cases, Sshd):
    """`ssh host command`: nothing is shown but prompts and what comes in front of them."""

    title = "sshd, `ssh host command`"
    about = """
OpenSSH's client runs `id -un` by keyboard-interactive, with `pam.d/sshd.debian`. sshd holds messages back until the next
prompt or the end. A refusal ends the connection; after an outage the client asks again, and the person presses Ctrl-C.
`ends with` is ssh's exit status.
"""

    def play(self, case: Case) -> Played:
        told = talk(self.ssh("id", "-un"), self.rules(case))
        return Played(told.text, f"exit {told.exit}", told.exit == 0 and told.text.endswith("demo"))


class AShell(Cases, Sshd):
    """`ssh host`, and a shell."""

    title = "sshd, `ssh host`"
    about = """
The same with a shell at the end, in which the person types `exit`. Before the shell sshd shows once more what the module
has said.
"""

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        super().prepare(machine)
        (machine.home("demo") / ".bash_profile").write_text(SHELL)

    def play(self, case: Case) -> Played:
        told = talk(self.ssh(), [Rule(r"demo\$ ", "exit"), *self.rules(case)])
        return Played(told.text, f"exit {told.exit}", told.exit == 0 and "demo$ exit" in told.text)
