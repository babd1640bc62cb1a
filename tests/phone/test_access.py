"""The page for people without a mouse, without sight, on small screens; and when the service is gone."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import page
from case import COCKPIT, PhoneTest
from selenium.webdriver.common.keys import Keys

CONTRAST = Path(__file__).with_name("contrast.js")


class Access(PhoneTest):
    def test_a_request_can_be_approved_with_the_keyboard_alone(self):
        txid = self.push(COCKPIT)
        self.page.tab_to(".approve")
        outline = self.page.one(".approve").value_of_css_property("outline-style")
        self.assertEqual(outline, "solid", "the focus can be seen")
        self.page.key(Keys.ENTER)
        self.page.wait_for_cards(0)
        self.assertEqual(self.status(txid), "allow")
        self.page.until(lambda: self.page.focus() == "Login requests", "the focus goes on from the list")

    def test_deny_and_fraud_can_be_reached_and_the_focus_goes_to_the_next_request(self):
        first, second = self.push([("Service", "sshd")]), self.push([("Service", "sudo")])
        self.page.tab_to(f'[data-txid="{first}"] .deny')
        self.page.key(Keys.SPACE)
        self.page.wait_for_cards(1)
        self.page.until(lambda: self.page.focus() == "demo wants to log in to sudo", "the next one has the focus")
        self.page.tab_to(f'[data-txid="{second}"] .fraud')
        self.page.key(Keys.SPACE)
        self.page.wait_for_cards(0)
        self.assertEqual((self.status(first), self.status(second)), ("deny", "fraud"))

    def test_news_are_announced_and_do_not_take_the_focus(self):
        news = self.page.one("#news")
        self.assertEqual((news.get_attribute("aria-live"), news.get_attribute("role")), ("assertive", "status"))
        self.push([("Service", "sshd")])
        self.assertEqual(self.page.text("#news"), "New: demo wants to log in to sshd.")
        self.page.tab_to(".deny")
        self.push(COCKPIT)
        self.assertEqual(self.page.text("#news"), "New: demo wants to log in to cockpit.")
        self.assertEqual(self.page.focus(), "Deny")
        self.page.tap("approve", card=1)
        self.page.wait_for_cards(1)
        self.assertEqual(self.page.text("#news"), "Approved: demo wants to log in to cockpit.")

    def test_everything_has_a_name_and_a_role(self):
        self.push(COCKPIT)
        card = self.page.one(".card")
        self.assertEqual((card.aria_role, card.accessible_name), ("article", "demo wants to log in to cockpit"))
        buttons = [(b.aria_role, b.accessible_name) for b in self.page.all(".card button")]
        self.assertEqual(buttons, [("button", "Approve"), ("button", "Deny"), ("button", "It wasn’t me")])
        bar = self.page.one("progress")
        self.assertEqual((bar.aria_role, bar.accessible_name), ("progressbar", "Time left"))
        levels = [h.tag_name for h in self.page.all("h1, h2") if h.is_displayed()]
        self.assertEqual(levels, ["h1", "h2"])
        self.assertEqual(self.page.one("html").get_attribute("lang"), "en")

    def test_it_fits_a_screen_of_320_pixels(self):
        self.addCleanup(page.screen, self.driver, 420, 800)
        page.screen(self.driver, 320, 640)
        long = "x" * 300
        self.push([("Service", long), ("User", long), (long, long), ("Command", long)])
        self.page.tap("deny")
        self.page.wait_for_cards(0)
        self.push([("Service", long), (long, long), ("From", "192.0.2.7")])
        width = "return document.documentElement.scrollWidth"
        self.assertLessEqual(self.driver.execute_script(width), 320)
        for button in self.page.all(".card button"):
            box = button.rect
            self.assertGreaterEqual(box["height"], 44)
            self.assertLessEqual(box["x"] + box["width"], 320)

    def test_all_text_has_enough_contrast_in_light_and_dark(self):
        self.push(COCKPIT)
        self.page.tap("deny")
        self.page.wait_for_cards(0)
        self.push([("Service", "sudo"), ("Command", "sudo\u202e id"), ("From", "192.0.2.7")])
        measure = CONTRAST.read_text(encoding="utf-8")
        grounds = set()
        for scheme in ("light", "dark"):
            with self.subTest(scheme):
                self.media("prefers-color-scheme", scheme)
                poor, count, ground = self.driver.execute_script(measure)
                self.assertEqual(poor, [])
                self.assertGreater(count, 15)
                grounds.add(ground)
        self.assertEqual(len(grounds), 2, "light and dark differ")

    def test_nothing_moves_for_those_who_do_not_want_it(self):
        animation = "return getComputedStyle(document.querySelector('.card')).animationName"
        self.push(COCKPIT)
        names = []
        for wish in ("no-preference", "reduce"):
            self.media("prefers-reduced-motion", wish)
            names.append(self.driver.execute_script(animation))
        self.assertEqual(names, ["arrive", "none"])

    def media(self, name: str, value: str) -> None:
        self.addCleanup(self.driver.execute_cdp_cmd, "Emulation.setEmulatedMedia", {"features": []})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": name, "value": value}]})


class Gone(PhoneTest):
    def test_a_service_that_is_gone_is_said_and_its_return_seen(self):
        self.push(COCKPIT)
        address = re.match(r"http://(.*)/", self.mock.web).group(1)
        self.mock.stop()
        self.page.until(lambda: self.page.text("#link") == "Not connected", "the page says so")
        self.assertIn("does not answer", self.page.text("#gone"))
        self.assertFalse(any(button.is_enabled() for button in self.page.all(".card button")))
        self.mock = self.start("--web", address)
        self.page.until(lambda: self.page.text("#link") == "Connected", "it connects by itself")
        self.page.wait_for_cards(0)
        self.assertEqual(self.page.text("#gone"), "")
        txid = self.push(COCKPIT)
        self.page.tap("approve")
        self.assertEqual(self.status(txid), "allow")

    def test_a_server_that_answers_with_an_error_is_no_end_either(self):
        self.page.until(lambda: self.page.text("#link") == "Connected", "the page connects")
        host, port = re.match(r"http://(.*):(\d+)/", self.mock.web).groups()
        self.mock.stop()

        class Broken(BaseHTTPRequestHandler):
            asked = threading.Event()

            def do_GET(self):
                Broken.asked.set()
                self.send_error(503)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer((host, int(port)), Broken)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            self.assertTrue(Broken.asked.wait(15), "the page asks again")
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
        self.assertEqual(self.page.text("#link"), "Not connected")
        self.mock = self.start("--web", f"{host}:{port}")
        self.page.until(lambda: self.page.text("#link") == "Connected", "it connects again")
        self.page.complaints()
