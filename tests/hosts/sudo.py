"""sudo on a terminal, and without one: -S, -A and ansible's way."""

from support.askpass import Helper
from support.case import Case
from support.etc import PASSWORD
from support.machine import Machine
from support.matrix import Cases, Matrix, Played
from support.pipes import converse
from support.prompts import ENTER, MENU
from support.terminal import Rule, talk, tidy

ASKED = r"\[sudo\] password for demo: "


class OnATerminal(Cases, Matrix):
    """The usual way."""

    title = "sudo, on a terminal"
    about = """
`sudo id -un` with `pam.d/sudo.debian` and Debian's sudoers. A refusal ends sudo; after a timeout or an outage it asks for
the password again, and the person presses Ctrl-C there. `ends with` is sudo's exit status.
"""
    service_name = "sudo"
    started_by_a_person = True

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("sudo", "sudo:sudo-i")

    def play(self, case: Case) -> Played:
        rules = [Rule(ASKED, PASSWORD, "^C"), Rule(ENTER, self.tapped), Rule(MENU, case.menu or "^C", "^C")]
        told = talk(self.machine.on_terminal("sudo", "id", "-un", user="demo"), rules)
        return Played(told.text, f"exit {told.exit}", told.exit == 0 and told.text.endswith("\nroot"))


class FromAProgram(Cases, Matrix):
    """`sudo -S`: a program gives the answers, as ansible's become does, and takes the output."""

    title = "sudo, without a terminal (`sudo -S`)"
    about = """
`sudo -S id -un` in a session without a terminal; the answers come on stdin. What is shown is what sudo wrote to stderr.
Its stdout has to be the command's alone. When sudo asks for the password again, the program that calls it gives up.
"""
    service_name = "sudo"
    started_by_a_person = True

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("sudo", "sudo:sudo-i")

    def play(self, case: Case) -> Played:
        rules = [Rule(ASKED, PASSWORD, "^D"), Rule(ENTER, self.tapped), Rule(MENU, case.menu or "^D", "^D")]
        told, output = converse(self.machine.command("sudo", "-S", "id", "-un", user="demo"), rules)
        self.assertEqual(output, "root\n" if told.exit == 0 else "", "stdout is the command's")
        return Played(told.text, f"exit {told.exit}", told.exit == 0)


class ByAHelper(Cases, Matrix):
    """`sudo -A`: a helper asks in a window of its own, as desktops and Cockpit have it."""

    title = "sudo, with a helper that asks (`sudo -A`)"
    about = """
`sudo -A id -un` in a session without a terminal. Lines that begin with `asked:` are what the helper showed; the others
are sudo's stderr. Its stdout has to be the command's alone. The helper gives no second password.
"""
    service_name = "sudo"
    started_by_a_person = True

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("sudo", "sudo:sudo-i")

    def play(self, case: Case) -> Played:
        helper = Helper(self.machine, case.menu)
        command = self.machine.command("sudo", "-A", "id", "-un", user="demo", env=helper.env)
        told, output = converse(command, [])
        self.assertEqual(output, "root\n" if told.exit == 0 else "", "stdout is the command's")
        return Played(tidy(f"{helper.asked()}{told.text}"), f"exit {told.exit}", told.exit == 0)
