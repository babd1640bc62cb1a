"""sudo: what a person can do at the terminal, and what stands on the phone."""

from support.case import Case, answered
from support.etc import PASSWORD
from support.hosted import OUTCOME, Hosted
from support.machine import Machine
from support.pipes import converse
from support.prompts import MENU
from support.terminal import Rule, Transcript, talk

ASKED = r"\[sudo\] password for demo: "
SENT = r"Approve it there to log in\.\s*"
APPROVED = Case("approved", "", True, "allow", 1, server=answered("approve"))
DENIED = Case("denied", "", False, "deny", 1, server=answered("deny"))
UNANSWERED = Case("nobody answers", "", False, "cancelled", 1, server='push_ttl = "30s"')


class AtTheTerminal(Hosted):
    """Each test is one call of sudo."""

    service_name = "sudo"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("sudo", "sudo:sudo-i")
        machine.etc.write("sudoers.d/alice", "alice ALL=(ALL:ALL) NOPASSWD: /usr/bin/id\n", 0o440)
        machine.etc.write("sudoers.d/bob", "bob ALL=(ALL:ALL) ALL\nDefaults:bob timestamp_timeout=5\n", 0o440)

    def sudo(self, *words: str, user: str = "demo", rules: list[Rule] | None = None, **env: str) -> Transcript:
        """`sudo WORDS` by somebody who has these variables."""
        with_env = [f"{name}={value}" for name, value in env.items()]
        command = self.machine.on_terminal("env", *with_env, "sudo", *words, user=user)
        return talk(command, rules or [Rule(ASKED, PASSWORD, "^C")])

    def test_ctrl_c_is_answered_within_a_second_and_nothing_is_asked_again(self):
        with self.service(UNANSWERED):
            told = self.sudo("id", "-un", rules=[Rule(ASKED, PASSWORD, "asked again"), Rule(SENT, "^C")])
        self.assertEqual((len(told.asked), told.exit), (2, 1), told.text)
        self.ended("demo", "cancelled", pushes=1)
        # The module's own time, from the password on; libpam then waits 2 s, as pam_unix wants it after each failure.
        password, ctrl_c = told.asked
        self.assertLess(self.took(), ctrl_c - password + 1)

    def test_ctrl_c_at_the_menu_is_no_missing_answer_and_nothing_is_asked_again(self):
        case = Case("at the menu", "", False, "cancelled", 0, autopush=False)
        with self.service(case):
            told = self.sudo("id", "-un", rules=[Rule(ASKED, PASSWORD, "asked again"), Rule(MENU, "^C")])
        self.assertEqual((len(told.asked), told.exit), (2, 1), told.text)
        self.assertTrue(told.text.endswith("^C\nsudo: a password is required"), told.text)
        self.ended("demo", "cancelled", pushes=0)

    def test_three_passwords_after_a_denial_are_one_push(self):
        with self.service(DENIED):
            told = self.sudo("id", "-un", rules=[Rule(ASKED, PASSWORD)])
        self.assertEqual((len(told.asked), told.exit), (1, 1), told.text)
        self.assertIn("\nThe login request was denied.\n", told.text)
        self.assertNotIn("try again", told.text)
        self.ended("demo", "deny", pushes=1)

    def test_three_passwords_of_a_program_after_a_denial_are_one_push(self):
        with self.service(DENIED):
            # All three at once, as a script has them; the session has no terminal.
            program = f"yes '{PASSWORD}' | head -n 3 | sudo -S id -un"
            told, output = converse(self.machine.command("sh", "-c", program, user="demo"), [])
        self.assertEqual((told.exit, output), (1, ""), told.text)
        self.assertIn("The login request was denied.\n", told.text)
        self.ended("demo", "deny", pushes=1)

    def test_what_a_program_takes_out_of_sudo_s_is_the_commands_alone_on_a_terminal_too(self):
        with self.service(APPROVED):
            script = f"echo '{PASSWORD}' | sudo -S id -un >out; echo; cat out"
            told = talk(self.machine.on_terminal("sh", "-c", script, user="demo"), [])
        self.assertTrue(told.text.endswith(":\nroot"), told.text)
        self.ended("demo", "allow", pushes=1)

    def test_after_a_push_that_nobody_saw_the_password_brings_another(self):
        case = Case("in another room", "", False, "timeout", 2, server='push_ttl = "1s"', config="prompts = 1")
        with self.service(case):
            told = self.sudo("id", "-un", rules=[Rule(ASKED, PASSWORD, PASSWORD, "^C")])
        self.assertEqual((len(told.asked), told.exit), (3, 1), told.text)
        self.assertEqual(told.text.count("Nobody answered in time.\nSorry, try again."), 2, told.text)
        self.assertEqual(len(self.pushes()), 2)
        self.assertEqual([OUTCOME.search(line)[5] for line in self.lines()], ["timeout", "timeout"])

    def test_within_the_timestamp_the_phone_is_left_alone(self):
        with self.service(APPROVED, "bob"):
            script = "sudo id -un && sudo id -un && sudo -k && sudo -n id -un"
            told = talk(self.machine.on_terminal("sh", "-c", script, user="bob"), [Rule("password for bob: ", PASSWORD)])
        self.assertTrue(told.text.endswith("\nroot\nroot\nsudo: a password is required"), told.text)
        self.ended("bob", "allow", pushes=1)

    def test_the_phone_shows_the_command(self):
        with self.service(APPROVED):
            told = self.sudo("/usr/bin/printf", "%s|%s", "two words", "semi;colon")
        self.assertTrue(told.text.endswith("two words|semi;colon"), told.text)
        self.ended("demo", "allow", pushes=1)
        shown = dict(self.pushes()[0]["pushinfo"])
        self.assertEqual(shown["Command"], "sudo /usr/bin/printf '%s|%s' 'two words' 'semi;colon'")

    def test_a_forged_sudo_command_does_not_reach_the_phone(self):
        with self.service(APPROVED):
            told = self.sudo("id", "-un", SUDO_COMMAND="/bin/true", SUDO_USER="root")
        self.assertTrue(told.text.endswith("\nroot"), told.text)
        self.ended("demo", "allow", pushes=1)
        self.assertEqual(dict(self.pushes()[0]["pushinfo"])["Command"], "sudo id -un")

    def test_a_proxy_and_a_trust_store_of_the_callers_are_not_used(self):
        with self.service(APPROVED):
            nowhere = "http://127.0.0.1:1"
            told = self.sudo("id", "-un", https_proxy=nowhere, ALL_PROXY=nowhere, SSL_CERT_FILE="/dev/null")
        self.assertTrue(told.text.endswith("\nroot"), told.text)
        self.ended("demo", "allow", pushes=1)

    def test_sudo_i_asks_the_phone_too(self):
        with self.service(APPROVED):
            told = self.sudo("-i", "id", "-un")
        self.assertTrue(told.text.endswith("\nroot"), told.text)
        self.service_name = "sudo-i"
        self.ended("demo", "allow", pushes=1)

    def test_sudo_n_asks_nothing_and_says_so_and_the_same_command_without_n_sends_a_push(self):
        with self.service(APPROVED):
            told = self.sudo("-n", "id", "-un")
            self.assertEqual((told.exit, told.text), (1, "sudo: a password is required"))
            self.assertEqual(self.lines(), [])
            self.assertTrue(self.sudo("id", "-un").text.endswith("\nroot"))
        self.ended("demo", "allow", pushes=1)

    def test_a_command_with_nopasswd_runs_without_a_phone_and_another_does_not(self):
        with self.service(UNANSWERED, "alice"):
            told = self.sudo("id", "-un", user="alice", rules=[Rule("password for alice: ", "wrong")])
            self.assertEqual((told.exit, told.text), (0, "root"))
            self.assertEqual(self.lines(), [])
        self.assertEqual(self.requests_to_the_api(), [])
        self.assert_our_module_is_there()

    def requests_to_the_api(self) -> list[dict]:
        """Whatever the service was asked."""
        return [request for request in self.requests if "path" in request]

    def assert_our_module_is_there(self) -> None:
        """What was not asked for proves something only where it would have been asked for."""
        with self.service(APPROVED):
            self.sudo("id", "-un")
        self.ended("demo", "allow", pushes=1)
