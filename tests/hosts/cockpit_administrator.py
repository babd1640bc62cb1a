"""Cockpit's administrative access: `sudo -A` behind a dialog, and by itself at the next login."""

from support import cockpit_login
from support.administrator import Dialog
from support.browser import Browser
from support.case import PASSCODE, Case, answered
from support.etc import PASSWORD
from support.hosted import Hosted
from support.machine import Machine
from support.matrix import Cases, Matrix, Played
from support.places import ARTEFACTS
from support.prompts import ENTER, MENU
from support.terminal import Rule


class ByTheDialog(Cases, Matrix):
    """A click on "Limited access"."""

    title = "Cockpit, administrative access"
    about = """
Somebody who is logged in clicks on "Limited access": Cockpit runs `sudo -A` with `pam.d/sudo.debian` (its own login asks
no phone here). `label` is what the dialog asks, `alert` the red box in it. `problem` is how it ends where sudo does,
under the title "Problem becoming administrator". After a timeout or an outage it asks for the password again; the
person clicks on Cancel.
"""
    service_name = "sudo"
    started_by_a_person = True
    dialog: Dialog

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        url = cockpit_login.start(machine, asks_the_phone=False)
        machine.etc.ships("sudo", "sudo:sudo-i")
        browser = cls.enterClassContext(Browser(ARTEFACTS / "cockpit"))
        browser.forget(url)
        browser.log_in(url, "demo", PASSWORD, [], "administrator")
        cls.dialog = Dialog(browser)

    def play(self, case: Case) -> Played:
        rules = [Rule("Password for demo: ", PASSWORD, "^C"), Rule(ENTER, self.tapped), Rule(MENU, case.menu or "^C", "^C")]
        read, given = self.dialog.ask(rules, case.name)
        if given:
            self.dialog.give_up()
        return Played("\n".join(read), "administrative access" if given else "limited access", given)


# A password that could be a passcode.
DIGITS = "83746192"


class AtTheNextLogin(Hosted):
    """Cockpit remembers the choice and asks for the access by itself, with the login's password for each answer."""

    service_name = "sudo"
    url = ""
    browser: Browser

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.url = cockpit_login.start(machine, asks_the_phone=False)
        machine.etc.ships("sudo", "sudo:sudo-i")
        machine.etc.password("demo", DIGITS)
        cls.browser = cls.enterClassContext(Browser(ARTEFACTS / "cockpit"))

    def choose_access(self, case: Case) -> Dialog:
        """A first login, in which the person asks for it; then the session ends."""
        dialog = Dialog(self.browser)
        self.browser.forget(self.url)
        self.browser.log_in(self.url, "demo", DIGITS, [], "administrator")
        rules = [Rule("Password for demo: ", DIGITS, "^C"), Rule(MENU, case.menu or "^C", "^C")]
        with self.service(case):
            self.assertTrue(dialog.ask(rules, case.name)[1])
        self.ended("demo", "allow", case.pushes)
        self.browser.log_out(self.url)
        return dialog

    def test_a_push_at_once_is_approved_and_the_person_has_access(self):
        case = Case("next login", "", True, "allow", 1, server=answered("approve"))
        dialog = self.choose_access(case)
        with self.service(case):
            _, inside = self.browser.log_in(self.url, "demo", DIGITS, [], "next login")
            self.assertTrue(inside)
            dialog.until(dialog.has_access, "no access")
        self.ended("demo", "allow", pushes=1)

    def test_at_the_menu_the_login_password_is_not_sent_to_the_service(self):
        case = Case("next login at the menu", "", True, "allow", 0, autopush=False, menu=PASSCODE)
        dialog = self.choose_access(case)
        with self.service(case):
            _, inside = self.browser.log_in(self.url, "demo", DIGITS, [], "next login at the menu")
            self.assertTrue(inside)
            line = self.wait_for_line(30)
            self.assertIn("Duo login for 'demo'", line)
            self.assertFalse(dialog.has_access())
        # sudo does not try it three times.
        self.ended("demo", "no_answer", pushes=0)
        sent = [request["path"] for request in self.requests if "path" in request]
        self.assertEqual(sent, ["/auth/v2/preauth"], line)

    def test_a_push_at_once_that_is_denied_is_one_push_and_the_session_goes_on_without_access(self):
        dialog = self.choose_access(Case("first", "", True, "allow", 1, server=answered("approve")))
        with self.service(Case("next login, denied", "", False, "deny", 1, server=answered("deny"))):
            _, inside = self.browser.log_in(self.url, "demo", DIGITS, [], "next login denied")
            self.assertTrue(inside)
            self.wait_for_line(30)
            dialog.until(dialog.is_limited, "no word of limited access")
            self.browser.picture("next login denied", self.browser.access())
        self.ended("demo", "deny", pushes=1)


class WithAServiceOfItsOwn(Hosted):
    """The shipped drop-in for sudoers (`pam_askpass_service`) on a machine with Cockpit."""

    service_name = "sudo-askpass"
    dialog: Dialog

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        url = cockpit_login.start(machine, asks_the_phone=False)
        machine.etc.ships("sudo", "sudo:sudo-i")
        machine.etc.drops_in()
        browser = cls.enterClassContext(Browser(ARTEFACTS / "cockpit"))
        browser.forget(url)
        browser.log_in(url, "demo", PASSWORD, [], "administrator with drop-in")
        cls.dialog = Dialog(browser)

    def ask(self, case: Case) -> list[str]:
        """What was read, after it ended as the case says."""
        rules = [Rule("Password for demo: ", PASSWORD, "^C"), Rule(ENTER, self.tapped), Rule(MENU, case.menu or "^C", "^C")]
        with self.service(case):
            read, given = self.dialog.ask(rules, f"drop-in {case.name}")
            if given:
                self.dialog.give_up()
            self.wait_for_line()
            # Cockpit loses who asks again while the sudo that failed is still there (libpam delays its end by 2 s).
            self.dialog.until(self.sudo_has_ended, "sudo goes on")
        self.ended("demo", case.outcome, case.pushes, f"\n--- read: {read}")
        self.assertEqual(given, case.lets_in, read)
        return read

    def sudo_has_ended(self) -> bool:
        """No process of that name is left."""
        return "sudo" not in self.machine.run("ps", "-eo", "comm").stdout.split()

    def test_the_dialog_gives_access_after_an_approval_and_after_a_passcode(self):
        self.ask(Case("approved", "", True, "allow", 1, server=answered("approve")))
        read = self.ask(Case("passcode", "", True, "allow", 0, autopush=False, menu=PASSCODE))
        self.assertRegex(read[1], "^label: Duo: .*1 = push to iPhone")

    def test_the_dialog_shows_the_code_of_a_verified_push(self):
        case = Case("verified", "", True, "allow", 1, server=answered("approve"), user="verified_push = true")
        self.assertRegex(self.ask(case)[1], r"^label: Push sent to iPhone.*\. Type \d{6} there")

    def test_the_dialog_tells_of_a_denial_after_one_push(self):
        read = self.ask(Case("denied", "", False, "deny", 1, server=answered("deny")))
        self.assertEqual(len(read), 2, read)
        self.assertTrue(read[1].startswith("problem: The login request was denied."), read)

    def test_a_dialog_that_is_cancelled_at_the_menu_is_a_cancelled_login(self):
        read = self.ask(Case("cancelled", "", False, "cancelled", 0, autopush=False))
        self.assertEqual(len(read), 2, read)
