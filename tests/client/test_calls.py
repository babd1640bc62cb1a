"""Every call of the Auth API by Duo's official client, in each of the ways in which it can sign."""

import json
import threading
import time
import unittest
from urllib.request import Request, urlopen

from service import SIGNATURES, Mock, final_status, query

OFFICE = """
[server]
unknown_user = "deny"

[[users]]
name = "demo"
passcodes = ["123456"]
one_time = ["654321"]
bypass_codes = ["987654321"]
remember = "1h"
devices = [
  { id = "DPPHONE0000000000001", name = "Phone", number = "XXX-XXX-0101" },
  { id = "DPLAND00000000000002", name = "Landline", capabilities = ["phone"] },
  { id = "DHFOB000000000000003", name = "Key fob", type = "token", capabilities = ["mobile_otp"] },
]

[[users]]
name = "bob"
verified_push = true
devices = [{ id = "DPBOB000000000000001", name = "Phone" }]

[[users]]
name = "carol"
policy = "allow"

[[users]]
name = "dave"
policy = "deny"
status_msg = "Please call the help desk."

[[users]]
name = "erin"
policy = "enroll"

[[users]]
name = "frank"
policy = "locked_out"
"""


class Calls:
    """The tests; the classes below say how the client signs."""

    signature: dict

    def setUp(self):
        self.mock = Mock("--auto", "approve=1s", scenario=OFFICE)
        self.addCleanup(self.mock.__exit__)
        self.client = self.mock.client(**self.signature)

    def logged(self, event: str) -> list[dict]:
        return [line for line in self.mock.stop() if line.get("event") == event]

    def test_ping_and_check_tell_the_time(self):
        for call in (self.client.ping, self.client.check):
            self.assertAlmostEqual(call()["time"], time.time(), delta=5)

    def test_logo_is_a_picture(self):
        logo = self.client.logo()
        self.assertTrue(logo.startswith(b"\x89PNG\r\n\x1a\n"), logo)

    def test_an_enrolment_from_the_code_to_the_first_login(self):
        made = self.client.enroll(username="new", valid_secs=60, bypass_codes=2)
        self.assertEqual(made["username"], "new")
        self.assertAlmostEqual(made["expiration"], time.time() + 60, delta=5)
        self.assertEqual(len(made["bypass_codes"]), 2)
        self.assertTrue(made["activation_barcode"] and made["activation_url"])
        self.assertEqual(self.client.preauth(username="new")["result"], "enroll")

        def status(code=made["activation_code"]):
            return self.client.enroll_status(made["user_id"], code)

        self.assertEqual((status(), status("other")), ("waiting", "invalid"))
        url = f"{self.mock.web}api/enroll/{made['user_id']}"
        tap = Request(url, b"{}", {"Content-Type": "application/json"}, method="POST")
        urlopen(tap, timeout=5).close()
        self.assertEqual(status(), "success")
        push = self.client.auth("push", user_id=made["user_id"], device="auto")
        self.assertEqual(push["result"], "allow")

    def test_an_enrolment_without_a_name_gets_one(self):
        made = self.client.enroll()
        self.assertTrue(made["username"])
        self.assertNotIn("bypass_codes", made)
        self.assertAlmostEqual(made["expiration"], time.time() + 86400, delta=5)

    def test_preauth_lists_what_each_device_can_do(self):
        reply = self.client.preauth(username="demo", ipaddr="192.0.2.7")
        self.assertEqual(reply["result"], "auth")
        phone, land, fob = reply["devices"]
        self.assertEqual(phone["device"], "DPPHONE0000000000001")
        self.assertEqual((phone["type"], phone["number"]), ("phone", "XXX-XXX-0101"))
        self.assertLessEqual({"auto", "push", "sms", "phone"}, set(phone["capabilities"]))
        self.assertEqual(land["capabilities"], ["phone"])
        self.assertEqual(fob["type"], "token")
        self.assertNotIn("number", fob)

    def test_preauth_knows_who_needs_no_factor_and_who_is_shut_out(self):
        def ask(name):
            return self.client.preauth(username=name)

        self.assertEqual(ask("carol")["result"], "allow")
        self.assertEqual(ask("dave"), {"result": "deny", "status_msg": "Please call the help desk."})
        self.assertEqual(ask("frank")["result"], "deny")
        self.assertEqual(ask("nobody")["result"], "deny")
        erin = ask("erin")
        self.assertEqual(erin["result"], "enroll")
        self.assertTrue(erin["enroll_portal_url"].startswith("https://"))

    def test_a_synchronous_push_comes_back_with_the_answer(self):
        began = time.monotonic()
        reply = self.client.auth("push", username="demo", device="auto")
        self.assertGreaterEqual(time.monotonic() - began, 1)
        self.assertEqual((reply["result"], reply["status"]), ("allow", "allow"))
        self.assertTrue(reply["status_msg"])

    def test_an_asynchronous_push_is_followed_to_its_answer(self):
        txid = self.client.auth("push", username="demo", device="DPPHONE0000000000001", async_txn=True)["txid"]
        first = self.client.auth_status(txid)
        self.assertEqual((first["waiting"], first["success"], first["status"]), (True, False, "pushed"))
        last = final_status(self.client, txid)
        self.assertEqual((last["success"], last["status"]), (True, "allow"))
        self.assertEqual(self.client.auth_status(txid), last, "a result can be asked for again")

    def test_auth_status_waits_for_the_change(self):
        txid = self.client.auth("push", username="demo", device="auto", async_txn=True)["txid"]
        self.client.auth_status(txid)
        began = time.monotonic()
        self.client.auth_status(txid)
        self.assertGreater(time.monotonic() - began, 0.1)
        calls = [line for line in self.mock.stop() if line.get("path") == "/auth/v2/auth_status"]
        self.assertEqual(len(calls), 2)

    def test_the_factor_auto_is_a_push(self):
        self.assertEqual(self.client.auth("auto", username="demo", device="auto")["status"], "allow")
        self.assertEqual([line["kind"] for line in self.logged("push")], ["push"])

    def test_a_call_rings_is_picked_up_and_ends(self):
        with Mock("--auto", "deny=1500ms", scenario=OFFICE) as mock:
            client = mock.client(**self.signature)
            txid = client.auth("phone", username="demo", device="DPLAND00000000000002", async_txn=True)["txid"]
            told = [client.auth_status(txid)["status"] for _ in range(3)]
        self.assertEqual(told, ["calling", "answered", "deny"])

    def test_passcodes_good_used_up_and_wrong(self):
        tries = [self.client.auth("passcode", username="demo", passcode=code)
                 for code in ("123456", "123456", "654321", "654321", "987654321", "000000")]
        self.assertEqual([t["status"] for t in tries], ["allow", "allow", "allow", "deny", "bypass", "deny"])
        self.assertEqual([t["result"] for t in tries], ["allow", "allow", "allow", "deny", "allow", "deny"])

    def test_an_asynchronous_passcode_is_decided_at_the_first_poll(self):
        for code, success in (("123456", True), ("000000", False)):
            txid = self.client.auth("passcode", username="demo", passcode=code, async_txn=True)["txid"]
            status = self.client.auth_status(txid)
            self.assertEqual((status["waiting"], status["success"]), (False, success))

    def test_the_codes_of_an_sms_let_in_once_each(self):
        reply = self.client.auth("sms", username="demo", device="auto")
        self.assertEqual((reply["result"], reply["status"]), ("deny", "sent"))
        code = self.mock.wait_for("sms")["codes"][0]
        tries = [self.client.auth("passcode", username="demo", passcode=code)["status"] for _ in range(2)]
        self.assertEqual(tries, ["allow", "deny"])

    def test_pushinfo_and_its_companions_reach_the_phone_as_sent(self):
        pairs = [("Service", "cockpit"), ("Command", "rm -rf / & <b>ü</b> 100%"), ("A b", "c=d&e+f")]
        named = {"type": "Transfer", "display_username": "Demo", "ipaddr": "192.0.2.7"}
        self.client.auth("push", username="demo", device="auto", pushinfo=query(pairs), **named)
        with urlopen(f"{self.mock.web}api/state", timeout=5) as state:
            shown = json.load(state)["history"][0]["info"]
        self.assertEqual([tuple(pair) for pair in shown[:3]], pairs)
        self.assertEqual(dict(shown[3:]), named)

    def test_a_verified_push_needs_what_preauth_gave(self):
        pre = self.client.preauth(username="bob", client_supports_verified_push="1")
        self.assertRegex(pre["verification_code"], r"^\d{6}$")
        self.assertAlmostEqual(pre["expiration"], time.time() + 60, delta=5)
        push = {"factor": "push", "username": "bob", "device": "auto"}
        self.assertEqual(self.client.auth(**push, txid=pre["txid"])["status"], "allow")
        for txid in (pre["txid"], None):
            with self.assertRaises(RuntimeError) as refused:
                self.client.auth(**push, txid=txid)
            self.assertEqual(refused.exception.data["message_detail"], "txid")

    def test_a_remembered_device_is_let_in_by_its_token(self):
        txid = self.client.auth("push", username="demo", device="auto", async_txn=True)["txid"]
        token = final_status(self.client, txid)["trusted_device_token"]
        self.assertEqual(self.client.preauth(username="demo", trusted_device_token=token)["result"], "allow")
        self.assertEqual(self.client.preauth(username="demo", trusted_device_token="other")["result"], "auth")

    def test_a_hundred_logins_at_once(self):
        results = []

        def log_in():
            results.append(self.mock.client(**self.signature).auth("push", username="demo", device="auto")["result"])

        threads = [threading.Thread(target=log_in) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(results, ["allow"] * 100)


class Version2Sha1(Calls, unittest.TestCase):
    signature = SIGNATURES["version 2, SHA-1"]


class Version2Sha512(Calls, unittest.TestCase):
    signature = SIGNATURES["version 2, SHA-512"]


class Version5(Calls, unittest.TestCase):
    signature = SIGNATURES["version 5"]
