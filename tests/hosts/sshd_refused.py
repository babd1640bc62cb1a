"""sshd: a refusal ends the login, by each client's own defaults. None is told how often to ask."""

from support.case import PASSCODE, Case
from support.etc import PASSWORD
from support.hosted import OUTCOME, Hosted
from support.machine import Machine
from support.prompts import MENU, SSH_PASSWORD
from support.refusals import APPROVED, ENDS
from support.ssh_client import key_of
from support.ssh_daemon import start
from support.terminal import Rule, Transcript, talk

SETTINGS = """\
KbdInteractiveAuthentication yes
PasswordAuthentication yes
Match User alice
    AuthenticationMethods publickey,keyboard-interactive
Match User bob
    AuthenticationMethods password
"""
AT_THE_MENU = Case("a passcode", "", True, "allow", 0, autopush=False)
# PuTTY's own questions: an unknown host's key, and whether a session may begin.
UNASKED = (Rule(r"\(y/n, Return cancels connection, i for more info\) ", "n"), Rule(r"Press Return to begin session\. ?", ""))


class Refused(Hosted):
    """A person who gives the right password as often as it is asked for."""

    service_name = "sshd"
    port: int

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.port = start(machine, SETTINGS)
        key_of(machine, "alice")

    def logs_in(self, case: Case, *command: str, user: str = "demo", rules: tuple[Rule, ...] = ()) -> Transcript:
        with self.service(case, user):
            return talk(self.machine.on_terminal(*command, user="alice"), [*rules, Rule(SSH_PASSWORD, PASSWORD)])

    def ends(self, case: Case, *command: str, user: str = "demo", rules: tuple[Rule, ...] = ()) -> None:
        """One verdict, no second push, and the client has nothing more to try."""
        with self.subTest(case.name):
            told = self.logs_in(case, *command, user=user, rules=rules)
            self.assertNotEqual(told.exit, 0, told.text)
            # The method `password` shows nothing.
            self.assertIn("" if user == "bob" else case.reads, told.text)
            self.ended(user, case.outcome, case.pushes, told.text)


class OpenSSH(Refused):
    """Its `NumberOfPasswordPrompts` is 3."""

    def test_a_refused_push_ends_the_ssh_connection_after_one_push(self):
        for case in ENDS:
            self.ends(case, "ssh", "demo@127.0.0.1", "id", "-un")

    def test_a_code_that_the_method_password_cannot_show_is_one_push(self):
        unread = Case("verified push", "", False, "no_answer", 1, user="verified_push = true")
        self.ends(unread, "ssh", "bob@127.0.0.1", "id", "-un", user="bob")

    def test_the_method_password_ends_after_one_push(self):
        for case in ENDS:
            self.ends(case, "ssh", "bob@127.0.0.1", "id", "-un", user="bob")

    def test_a_wrong_password_can_be_given_again_and_sends_nothing(self):
        told = self.logs_in(APPROVED, "ssh", "demo@127.0.0.1", "id", "-un", rules=(Rule(SSH_PASSWORD, "wrong", PASSWORD),))
        self.assertEqual((told.exit, told.text.split("\n")[-1]), (0, "demo"), told.text)
        self.assertEqual(len(told.asked), 2, told.text)
        self.assertEqual(len(self.pushes()), 1, self.lines())

    def test_who_cannot_read_the_menu_in_the_method_password_reads_it_in_the_next(self):
        order = "PreferredAuthentications=password,keyboard-interactive"
        told = self.logs_in(AT_THE_MENU, "ssh", "-o", order, "demo@127.0.0.1", "id", "-un", rules=(Rule(MENU, PASSCODE),))
        self.assertRegex(told.text, MENU)
        # sshd lets nobody in then: after a failed `password` its pam_setcred(3) fails, whatever the stack.
        outcomes = [OUTCOME.search(line)[5] for line in self.lines()]
        self.assertEqual(outcomes, ["no_answer"] * 3 + ["allow"], told.text)


class AKeyAndNothingTyped(Refused):
    """The key, then the phone alone: a client that is refused tries again without asking anybody."""

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        super().prepare(machine)
        path = machine.etc.folder / "pam.d" / "sshd"
        machine.etc.write("pam.d/sshd", path.read_text(encoding="utf-8").replace("@include common-auth\n", ""))

    def test_one_push_whatever_becomes_of_it(self):
        for case in ENDS:
            self.ends(case, "ssh", "alice@127.0.0.1", "id", "-un", user="alice")

    def test_an_approval_lets_in(self):
        told = self.logs_in(APPROVED, "ssh", "alice@127.0.0.1", "id", "-un", user="alice")
        self.assertEqual((told.exit, told.text.split("\n")[-1], told.asked), (0, "alice", []), told.text)
        self.ended("alice", "allow", 1)


class Plink(Refused):
    """PuTTY asks as long as sshd lets it (`MaxAuthTries`, 6)."""

    def plink(self, user: str) -> tuple[str, ...]:
        return ("plink", "-ssh", "-P", str(self.port), f"{user}@127.0.0.1", "id", "-un")

    def test_a_refused_push_ends_plinks_connection_after_one_push(self):
        for user in ("demo", "bob"):
            for case in ENDS:
                self.ends(case, *self.plink(user), user=user, rules=UNASKED)

    def test_plink_logs_in_after_a_wrong_password(self):
        told = self.logs_in(APPROVED, *self.plink("demo"), rules=(*UNASKED, Rule(SSH_PASSWORD, "wrong", PASSWORD)))
        self.assertEqual((told.exit, told.text.split("\n")[-1]), (0, "demo"), told.text)
        self.assertEqual(len(self.pushes()), 1, self.lines())
