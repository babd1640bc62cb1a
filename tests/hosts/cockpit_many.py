"""Cockpit: several logins at a time, and browsers that go away."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from support import cockpit_login
from support.case import PASSCODE, Case
from support.etc import PASSWORD
from support.hosted import Hosted, patience
from support.machine import Machine
from support.prompts import MENU

SESSION = re.compile(r"session (opened|closed) for user demo")
UNANSWERED = Case("waits for the phone", "", True, "allow", 2, config="prompts = 1")
AT_THE_MENU = Case("waits at the menu", "", False, "no_answer", 0, autopush=False)
PUSHED = Case("a closed page", "", True, "allow", 1)
# Cockpit's own, of logins that wait.
MAX_STARTUPS = 10


class Several(Hosted):
    """With Cockpit's default settings."""

    service_name = "cockpit"
    url = ""

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.url = cockpit_login.start(machine)

    def login(self) -> cockpit_login.Login:
        return cockpit_login.Login(self.url, "demo", PASSWORD)

    def sent(self, count: int) -> list[str]:
        """The pushes, once there are as many."""
        end = time.monotonic() + patience(30)
        while time.monotonic() < end:
            pushes = [line["txid"] for line in self.mock.lines() if line.get("event") == "push"]
            if len(pushes) == count:
                return pushes
            time.sleep(0.05)
        raise TimeoutError(f"not {count} pushes")

    def test_of_two_logins_each_is_answered_for_itself(self):
        with self.service(UNANSWERED), ThreadPoolExecutor() as pool:
            first = pool.submit(self.login().run, [])
            one = self.sent(1)[0]
            second = pool.submit(self.login().run, [])
            other = next(txid for txid in self.sent(2) if txid != one)
            self.decide("deny", one)
            self.assertEqual(first.result(timeout=30), (403, "The login request was denied."))
            self.assertFalse(second.done())
            self.decide("approve", other)
            self.assertEqual(second.result(timeout=30), (200, "OK"))
        self.assertEqual(len(self.lines()), 2, self.lines())

    def test_an_eleventh_login_is_refused_while_ten_wait_for_phones_and_those_log_in(self):
        with self.service(UNANSWERED), ThreadPoolExecutor(MAX_STARTUPS) as pool:
            waiting = [pool.submit(self.login().run, []) for _ in range(MAX_STARTUPS)]
            pushes = self.sent(MAX_STARTUPS)
            self.assertEqual(self.login().step(), (500, "Connection closed by host", None))
            for txid in pushes:
                self.decide("approve", txid)
            self.assertEqual([login.result(timeout=60) for login in waiting], [(200, "OK")] * MAX_STARTUPS)
        self.assertEqual(len(self.pushes()), MAX_STARTUPS, "none for the eleventh")
        self.assertEqual(sum("outcome=allow" in line for line in self.lines()), MAX_STARTUPS)

    def test_logins_that_wait_at_the_menu_keep_nobody_out(self):
        with self.service(AT_THE_MENU):
            waiting = [self.login() for _ in range(MAX_STARTUPS + 1)]
            for login in waiting:
                self.assertRegex(login.step()[2] or "(no prompt)", MENU)
            for login in waiting:
                login.authorization += cockpit_login.encoded(PASSCODE)
                self.assertEqual(login.step()[0], 200)


class GoneAway(Hosted):
    """The page is closed while it waits. Little patience, for the test's sake; by default it is 60 s at a prompt."""

    service_name = "cockpit"
    url = ""

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.url = cockpit_login.start(machine, "[basic]\nresponse-timeout = 3\n")

    def ends(self) -> None:
        """Waits until no process of a login is left."""
        end = time.monotonic() + 60
        while self.machine.finds("cockpit-session"):
            self.assertLess(time.monotonic(), end, "the login goes on")
            time.sleep(0.1)

    def sessions(self) -> list[str]:
        """What became of sessions: "opened", "closed"."""
        told = (SESSION.search(line) for line in self.machine.log()[self.log_began:])
        return [found[1] for found in told if found]

    def test_a_page_that_is_closed_at_the_menu_leaves_no_login_behind(self):
        with self.service(AT_THE_MENU):
            self.assertRegex(cockpit_login.Login(self.url, "demo", PASSWORD).step()[2] or "(no prompt)", MENU)
            self.assertTrue(self.machine.finds("cockpit-session"))
            self.ends()
        self.assertEqual((self.pushes(), self.sessions()), ([], []))

    def test_an_approval_after_the_page_was_closed_opens_a_session_for_nobody_and_cockpit_ends_it(self):
        host, port = self.url.removeprefix("http://").split(":")
        words = cockpit_login.encoded(f"demo:{PASSWORD}")
        request = f"GET /cockpit/login HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {words}\r\n\r\n"
        with self.service(PUSHED) as mock:
            with socket.create_connection((host, int(port)), timeout=20) as page:
                page.sendall(request.encode())
                mock.wait_for("push")
            self.decide("approve")
            self.wait_for_line()
            self.ends()
        self.ended("demo", "allow", 1)
        self.assertEqual(self.sessions(), ["opened", "closed"])
