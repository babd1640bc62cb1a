"""Ctrl-C in su and login while a phone is asked: they die of it at once, and the log says so."""

from support.case import Case
from support.etc import PASSWORD, ROOT_PASSWORD
from support.hosted import Hosted
from support.machine import Machine
from support.terminal import Rule, talk

SENT = r"Approve it there to log in\.\s*"
UNANSWERED = Case("nobody answers", "", False, "cancelled", 1, server='push_ttl = "30s"')
AT_THE_MENU = Case("nobody answers the menu", "", False, "", 0, autopush=False)
# As a shell has it.
ENDED_BY = {"INT": 128 + 2, "QUIT": 128 + 3, "TERM": 128 + 15, "HUP": 128 + 1}


class WhileAPhoneIsAsked(Hosted):
    """Hosts that no handler of their own saves."""

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("su", "login")

    def hold(self, service: str, user: str, signal: str, command: list[str], rules: list[Rule]) -> None:
        """It ended by that signal, within a second, after one verdict in the log."""
        with self.service(UNANSWERED):
            told = talk(command, rules)
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
        rules = [Rule("login: ", "demo"), Rule("Password: ", PASSWORD), Rule(SENT, "^C")]
        self.hold("login", "demo", "INT", self.machine.on_terminal("login"), rules)

    def test_login_still_ends_by_its_own_alarm(self):
        self.machine.etc.write("login.defs", self.login_defs("LOGIN_TIMEOUT", "3"))
        with self.service(AT_THE_MENU):
            told = talk(self.machine.on_terminal("login"), [Rule("login: ", "demo"), Rule("Password: ", PASSWORD)])
        self.assertIn("Login timed out after 3 seconds.", told.text)
        self.assertIn("Duo login for demo\n", told.text)

    def login_defs(self, name: str, value: str) -> str:
        """The machine's own with another value."""
        text = (self.machine.etc.folder / "login.defs").read_text(encoding="utf-8")
        return "\n".join(f"{name} {value}" if line.startswith(name) else line for line in text.splitlines()) + "\n"
