"""What the page shows of a request, and what becomes of an answer."""

import json
import time
from urllib.request import urlopen

import page
from case import COCKPIT, PhoneTest
from selenium.webdriver.common.keys import Keys

HOSTILE = [
    ("Service", "<script>document.title='owned'</script>"),
    ("User", "<img src=x onerror=\"document.title='owned'\">"),
    ("<b>From</b>", "192.0.2.7</dd><button>Approve</button>"),
    ("Command", "echo \u202egnihtyna\u202c\nand\u200b more"),
]


class Requests(PhoneTest):
    def test_without_requests_the_page_says_what_to_do(self):
        self.assertIn("Nothing to approve", self.page.text("#empty"))
        self.assertIn("Start a login", self.page.text("#empty"))
        self.assertFalse(self.page.one("#past").is_displayed())

    def test_a_push_appears_by_itself_with_all_of_pushinfo(self):
        pairs = [*COCKPIT, ("Ticket", "4711 & 4712"), ("From", "a second one"), ("Grüße", "schön")]
        self.push(pairs, ipaddr="198.51.100.9")
        self.assertEqual(self.page.cards(), ["demo wants to log in to cockpit"])
        rest = [*pairs[2:], ("IP address", "198.51.100.9"), ("Phone", "iPhone (XXX-XXX-0100)")]
        self.assertEqual(self.page.info(), rest)
        self.assertFalse(self.page.one("#empty").is_displayed())
        self.assertEqual(self.driver.title, "(1) Login requests")

    def test_sudo_shows_the_command_whole(self):
        command = "sudo -u root sh -c 'id; " + "x" * 1500 + " ; the end'"
        self.push([("Service", "sudo"), ("Command", command), ("User", "demo")])
        self.assertEqual(self.page.cards(), ["demo wants to run a command with sudo"])
        self.assertEqual(self.page.info()[0], ("Command", command))
        value = self.page.one("dd.command")
        cut = "const e = arguments[0]; return [e.scrollWidth > e.clientWidth, e.scrollHeight > e.clientHeight]"
        self.assertEqual(self.driver.execute_script(cut, value), [False, False], "nothing is cut or scrolled out of sight")
        below = self.page.one(".approve").rect["y"]
        self.assertGreater(below, value.rect["y"] + value.rect["height"], "who approves has passed the end")

    def test_a_request_without_pushinfo_names_its_user(self):
        self.push(type="Transfer")
        self.assertEqual(self.page.cards(), ["demo wants to log in"])
        self.assertEqual(self.page.text(".kind"), "Transfer request")

    def test_another_user_in_pushinfo_does_not_hide_whose_phone_is_asked(self):
        self.push([("Service", "su"), ("User", "root")])
        self.assertEqual(self.page.cards(), ["root wants to log in to su"])
        self.assertIn(("Account", "demo"), self.page.info())

    def test_hostile_pushinfo_is_text_and_hides_nothing(self):
        self.push(HOSTILE)
        self.assertEqual(self.page.cards(), [f"{HOSTILE[1][1]} wants to log in to {HOSTILE[0][1]}"])
        self.assertEqual(self.page.info()[0], HOSTILE[2])
        self.assertEqual(self.page.info()[1], ("Command", "echo U+202EgnihtynaU+202CU+000AandU+200B more"))
        self.assertEqual(len(self.page.all("#pending button")), 3)
        self.assertEqual(self.page.all("#pending img, #pending script"), [])
        self.page.tap("deny")
        self.page.until(lambda: self.page.history(), "the history has it")
        self.assertEqual(self.page.all("#history img, #history script"), [])
        self.assertEqual(self.driver.title, "Login requests")

    def test_approve_deny_and_fraud_reach_the_login(self):
        for name, status, outcome in (("approve", "allow", "Approved"), ("deny", "deny", "Denied"),
                                      ("fraud", "fraud", "Reported as fraud")):
            with self.subTest(name):
                txid = self.push(COCKPIT)
                self.page.tap(name)
                self.page.wait_for_cards(0)
                self.assertEqual(self.status(txid), status)
                self.assertEqual(self.page.history()[0], f"{outcome} demo wants to log in to cockpit")

    def test_the_answer_is_for_the_request_that_was_tapped(self):
        txids = [self.push([("Service", name)]) for name in ("sshd", "sudo", "login")]
        self.page.tap("approve", card=1)
        self.page.wait_for_cards(2)
        self.assertEqual(self.page.cards(), ["demo wants to log in to sshd", "demo wants to log in to login"])
        self.assertEqual(self.status(txids[1]), "allow")
        self.page.tap("deny")
        self.page.wait_for_cards(1)
        self.page.tap("fraud")
        self.page.wait_for_cards(0)
        self.assertEqual([self.status(txids[0]), self.status(txids[2])], ["deny", "fraud"])

    def test_a_tap_that_a_new_request_gets_in_the_way_of_does_not_count(self):
        txid = self.push(COCKPIT)
        self.page.until(lambda: self.page.one(".approve").is_enabled(), "Approve can be tapped")
        # As a person's tap (detail 1) in the moment in which the card appears.
        tap = """
            const [found, again] = [document.querySelector(".approve"), arguments[0]];
            movedAt = performance.now() - again;
            found.dispatchEvent(new MouseEvent("click", { detail: 1, bubbles: true, cancelable: true }));"""
        self.driver.execute_script(tap, 50)
        time.sleep(0.3)
        self.assertEqual(len(self.page.cards()), 1)
        self.driver.execute_script(tap, 500)
        self.page.wait_for_cards(0)
        self.assertEqual(self.status(txid), "allow")

    def test_the_history_tells_outcome_place_and_time_newest_first(self):
        self.mock.client().auth("passcode", username="demo", passcode="000000")
        self.push(COCKPIT)
        self.page.tap("approve")
        self.page.until(lambda: len(self.page.history()) == 2, "the history has both")
        self.assertEqual(self.page.history(), ["Approved demo wants to log in to cockpit", "Denied demo"])
        first, second = self.page.texts("#history .when")
        self.assertIn("· on the phone · from 192.0.2.7", first)
        self.assertIn("· without the phone", second)
        with urlopen(f"{self.mock.web}api/state", timeout=5) as state:
            decided = [entry["decided"] for entry in json.load(state)["history"]]
        times = self.driver.execute_script(
            "return [...document.querySelectorAll('#history time')].map((t) => Date.parse(t.dateTime))")
        self.assertEqual(times, decided)
        self.driver.refresh()
        self.page.until(lambda: len(self.page.history()) == 2, "it is there after a reload")

    def test_an_unanswered_request_counts_down_and_expires(self):
        self.restart("--push-ttl", "6s")
        txid = self.push(COCKPIT)

        def left() -> int:
            return int(self.page.text(".left").removesuffix(" s left"))

        first = left()
        self.assertIn(first, (5, 6))
        self.page.until(lambda: left() < first, "the time runs")
        self.assertIn("soon", self.page.one(".card").get_attribute("class"))
        self.page.wait_for_cards(0)
        self.assertEqual(self.page.history(), ["Expired demo wants to log in to cockpit"])
        self.assertIn("nobody answered", self.page.text("#history .when"))
        self.assertEqual(self.status(txid), "timeout")

    def test_a_call_is_shown_as_a_call(self):
        # It rings for a second, which is gone soon on a machine with much else to do: the page keeps what it showed.
        self.driver.execute_script("""
            window.shown = [];
            new MutationObserver(() => {
                const kind = document.querySelector(".kind")?.innerText;
                if (kind && shown.at(-1) !== kind) shown.push(kind);
            }).observe(document.body, { childList: true, subtree: true, characterData: true });""")
        txid = self.mock.client().auth("phone", username="demo", device="auto", async_txn=True)["txid"]
        self.page.until(lambda: self.page.texts(".kind") == ["Phone call · picked up"], "it is picked up")
        shown = self.driver.execute_script("return shown")
        self.assertEqual(shown, ["Phone call · ringing", "Phone call · picked up"])
        self.page.tap("approve")
        self.assertEqual(self.status(txid), "allow")

    def test_two_tabs_an_answer_in_one_takes_the_request_from_the_other(self):
        txid = self.push(COCKPIT)
        first = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        try:
            other = page.Page(self.driver, self.mock.web)
            other.wait_for_cards(1)
            other.tap("deny")
            other.wait_for_cards(0)
        finally:
            self.driver.close()
            self.driver.switch_to.window(first)
        self.page.wait_for_cards(0)
        self.assertEqual(self.page.history(), ["Denied demo wants to log in to cockpit"])
        self.assertEqual(self.status(txid), "deny")

    def test_an_enrolment_is_activated_with_a_tap(self):
        client = self.mock.client()
        made = client.enroll(username="<i>new</i>")
        self.driver.refresh()
        self.page.until(lambda: self.page.all(".activate"), "the enrolment is shown")
        self.assertEqual(self.page.text(".activate"), "Activate for <i>new</i>")
        self.page.one(".activate").click()
        self.page.until(lambda: not self.page.one("#enrolments").is_displayed(), "it is done")
        self.assertEqual(client.enroll_status(made["user_id"], made["activation_code"]), "success")


VERIFIED = '[[users]]\nname = "demo"\nverified_push = true\ndevices = [{ id = "DPPHONE0000000000001", name = "iPhone" }]\n'


class VerifiedPush(PhoneTest):
    def setUp(self):
        super().setUp()
        self.restart(scenario=VERIFIED)
        pre = self.mock.client().preauth(username="demo", client_supports_verified_push="1")
        self.code = pre["verification_code"]
        self.txid = self.push(COCKPIT, txid=pre["txid"])
        self.input = self.page.one(".card input")

    def test_approve_waits_for_a_code(self):
        self.assertEqual(self.input.get_attribute("inputmode"), "numeric")
        self.assertEqual(self.input.accessible_name, "Verification code")
        approve = self.page.one(".approve")
        self.assertFalse(approve.is_enabled())
        self.assertTrue(self.page.one(".deny").is_enabled() and self.page.one(".fraud").is_enabled())
        self.input.send_keys("ab1 2")
        self.assertEqual(self.input.get_attribute("value"), "12")
        self.assertFalse(approve.is_enabled())
        self.input.send_keys("3")
        self.assertTrue(approve.is_enabled())

    def test_a_wrong_code_is_said_and_the_right_one_lets_in(self):
        wrong = "000000" if self.code != "000000" else "000001"
        self.input.send_keys(wrong)
        self.page.tap("approve")
        self.page.until(lambda: "not the code" in self.page.text(".problem"), "the mistake is said")
        self.assertEqual(self.input.get_attribute("aria-invalid"), "true")
        self.assertEqual(self.driver.switch_to.active_element, self.input, "it can be retyped at once")
        self.push([("Service", "other")], txid=self.mock.client().preauth(
            username="demo", client_supports_verified_push="1")["txid"])
        self.assertEqual(self.input.get_attribute("value"), wrong, "news do not disturb who is typing")
        self.page.key(self.code, Keys.ENTER)
        self.page.wait_for_cards(1)
        self.assertEqual(self.status(self.txid), "allow")

    def test_it_can_be_denied_without_a_code(self):
        self.page.tap("deny")
        self.page.wait_for_cards(0)
        self.assertEqual(self.status(self.txid), "deny")
