"""Ctrl-C in su and login while a phone is asked: they die of it at once, and the log says so.

And su that its caller ends by what nothing can hold back: the log says that a phone was asked."""

from support.case import Case
from support.etc import PASSWORD, ROOT_PASSWORD
from support.hosted import Hosted
from support.machine import Machine
from support.terminal import Rule, talk

SENT = r"Approve it there(?: within \d+ s)? to log in\.\s*"
UNANSWERED = Case("nobody answers", "", False, "cancelled", 1, server='push_ttl = "30s"')
# As a shell has it.
ENDED_BY = {"INT": 128 + 2, "QUIT": 128 + 3, "TERM": 128 + 15, "HUP": 128 + 1, "KILL": 128 + 9, "ALRM": 128 + 14}


class WhileAPhoneIsAsked(Hosted):
    """Hosts that no handler of their own saves."""

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("su", "login")

    def hold(self, service: str, user: str, signal: str, command: list[str], rules: list[Rule]) -> None:
        """It ended by that signal, within a second, after one verdict in the log."""
        with self.service(UNANSWERED):
            # Neither a shell nor another try goes on.
            told = talk(command, [*rules, Rule(r"\$ ", "exit")])
        self.service_name = service
        self.ended(user, "cancelled", 1, f"\n--- read:\n{told.text}")
        self.assertEqual(told.exit, ENDED_BY[signal], told.text)
        # The module's time, which began after the password was typed.
        password, pressed = told.asked[-2:]
        self.assertLess(self.took(), pressed - password + 1)

    def test_a_key_ends_su_at_once(self):
        for key, signal in (("^C", "INT"), ("^\\", "QUIT")):
            with self.subTest(key):
                command = self.machine.on_terminal("su", "-c", "id -un", user="demo")
                self.hold("su", "root", signal, command, [Rule("Password: ", ROOT_PASSWORD), Rule(SENT, key)])

    def test_who_kills_su_finds_it_in_the_log(self):
        for signal in ("TERM", "HUP"):
            with self.subTest(signal):

                def kill(signal: str = signal) -> str:
                    self.machine.run("pkill", f"-{signal}", "--exact", "su")
                    return ""

                command = self.machine.on_terminal("su", "-c", "id -un", user="demo")
                self.hold("su", "root", signal, command, [Rule("Password: ", ROOT_PASSWORD), Rule(SENT, kill)])

    def test_ctrl_c_ends_login_at_once(self):
        rules = [Rule("login: ", "demo", "^C"), Rule("Password: ", PASSWORD), Rule(SENT, "^C")]
        self.hold("login", "demo", "INT", self.machine.on_terminal("login"), rules)


class WithoutAVerdict(Hosted):
    """The process is the caller's own."""

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("su")

    def hold(self, signal: str, command: list[str], rules: list[Rule]) -> None:
        """It ended by that signal, with one push and the line that tells of it, and nothing else of ours."""
        with self.service(UNANSWERED):
            told = talk(command, [Rule("Password: ", ROOT_PASSWORD), *rules])
        self.machine.catch_up()
        self.assertEqual(told.exit, ENDED_BY[signal], told.text)
        self.assertEqual((len(self.pushes()), self.lines()), (1, []))
        line = "\n".join(self.sending())
        self.assertRegex(line, r"^[^\n]* su(\[\d+\])?: pam_duo2\(su:auth\): Sending Duo factor for 'root' from \S+: service=su ")
        self.assertRegex(line, r' account=demo asked=demo factor=push device=".*" ms=\d+ [^\n]*$')

    def test_who_kills_su_after_the_push_leaves_its_line(self):
        def kill() -> str:
            self.mock.wait_for("push")
            self.machine.run("pkill", "-KILL", "--exact", "su", user="demo")
            return ""

        command = self.machine.on_terminal("su", "-c", "id -un", user="demo")
        self.hold("KILL", command, [Rule(SENT, kill)])

    def test_an_alarm_set_before_su_leaves_its_line(self):
        program = "import os, signal; signal.alarm(6); os.execvp('su', ['su', '-c', 'id -un'])"
        self.hold("ALRM", self.machine.on_terminal("/usr/bin/python3", "-c", program, user="demo"), [])
