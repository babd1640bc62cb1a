"""What the tests of the page share: each has a service of its own; the browser is the same."""

import unittest

import page
from service import Mock, final_status

COCKPIT = [("Service", "cockpit"), ("User", "demo"), ("From", "192.0.2.7"), ("Server", "web1.example")]


class PhoneTest(unittest.TestCase):
    def setUp(self):
        self.driver = page.browser()
        self.mock = self.start()
        self.page = page.Page(self.driver, self.mock.web)
        self.page.complaints()

    def tearDown(self):
        # A refused answer and a service that a test has stopped are complained of; errors of scripts and of the policy are not wanted.
        expected = ("status of 4", "status of 503", "ERR_CONNECTION", "ERR_INCOMPLETE")
        others = [text for text in self.page.complaints() if not any(word in text for word in expected)]
        self.assertEqual(others, [], "the browser's console")
        self.driver.get("about:blank")

    def start(self, *args: str, scenario: str | None = None) -> Mock:
        mock = Mock(*args, scenario=scenario)
        self.addCleanup(mock.__exit__)
        return mock

    def restart(self, *args: str, scenario: str | None = None) -> None:
        """Another service in the first one's place."""
        self.mock.stop()
        self.mock = self.start(*args, scenario=scenario)
        self.page = page.Page(self.driver, self.mock.web)

    def push(self, pairs=None, **other) -> str:
        """A push that the page shows; its txid."""
        shown = len(self.page.cards())
        txid = self.mock.push(pairs, **other)
        self.page.wait_for_cards(shown + 1)
        return txid

    def status(self, txid: str) -> str:
        """How the login was answered."""
        return final_status(self.mock.client(), txid)["status"]
