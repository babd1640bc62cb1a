"""What the official client raises when the service says no, and what it must not talk to."""

import email.utils
import functools
import http.client
import ssl
import time
import unittest
from unittest.mock import patch

from service import SIGNATURES, Mock

ONE_PER_SECOND = '[server]\nrate_limit = { calls = 1, per = "1s" }\n'


def each_signature(**other):
    """Gives the test a client for each way of signing; `other` replaces its arguments."""

    def decorate(test):
        @functools.wraps(test)
        def run(self):
            for name, signature in SIGNATURES.items():
                with self.subTest(name):
                    test(self, self.mock.client(**(signature | other)))

        return run

    return decorate


class Refusals(unittest.TestCase):
    def setUp(self):
        self.mock = self.start()

    def start(self, scenario: str | None = None) -> Mock:
        mock = Mock("--auto", "approve=0s", scenario=scenario)
        self.addCleanup(mock.__exit__)
        return mock

    def refused(self, call, *arguments, **named) -> tuple[int, int, str | None]:
        """HTTP status, code and detail of the error that the client raises."""
        with self.assertRaises(RuntimeError) as caught:
            call(*arguments, **named)
        error = caught.exception
        self.assertEqual(error.data["stat"], "FAIL")
        self.assertIn(error.data["message"], str(error))
        return error.status, error.data["code"], error.data.get("message_detail")

    @each_signature(skey="not the key")
    def test_a_wrong_secret_key_is_a_bad_signature(self, client):
        self.assertEqual(self.refused(client.check), (401, 40103, None))
        self.assertEqual(self.refused(client.preauth, username="demo"), (401, 40103, None))
        self.assertIn("time", client.ping(), "ping is not signed")

    @each_signature(ikey="DIXXXXXXXXXXXXXXXXXX")
    def test_an_unknown_integration_key_is_said(self, client):
        self.assertEqual(self.refused(client.check), (401, 40102, None))

    @each_signature()
    def test_a_clock_that_is_off_by_more_than_five_minutes_is_said(self, client):
        for off, code in ((-310, 40105), (310, 40105), (-290, None), (290, None)):
            date = email.utils.formatdate(time.time() + off)
            with self.subTest(off=off), patch("email.utils.formatdate", return_value=date):
                if code:
                    self.assertEqual(self.refused(client.check), (401, code, None))
                else:
                    self.assertIn("time", client.check())

    def test_the_clock_of_the_service_counts(self):
        client = self.start("[server]\nclock_offset = 3600\n").client()
        self.assertEqual(self.refused(client.check)[1], 40105)
        self.assertAlmostEqual(client.ping()["time"], time.time() + 3600, delta=5)

    def test_only_the_ways_of_signing_that_are_allowed_pass(self):
        for allowed, key in zip(SIGNATURES, ("2-sha1", "2-sha512", "5"), strict=True):
            mock = self.start(f'[server]\nsignatures = ["{key}"]\n')
            for name, signature in SIGNATURES.items():
                with self.subTest(allowed=allowed, used=name):
                    client = mock.client(**signature)
                    if name == allowed:
                        self.assertEqual(client.preauth(username="demo")["result"], "auth")
                    else:
                        self.assertEqual(self.refused(client.preauth, username="demo")[1], 40103)

    @each_signature()
    def test_a_changed_request_does_not_pass(self, client):
        original = client._make_request

        def other_user(method, uri, body, headers, send=original):
            return send(method, uri, body.replace("alice", "demo"), headers)

        with patch.object(client, "_make_request", other_user):
            self.assertEqual(self.refused(client.preauth, username="alice")[1], 40103)

    @each_signature()
    def test_missing_parameters_are_named(self, client):
        self.assertEqual(self.refused(client.preauth), (400, 40001, "username"))
        push = {"factor": "push", "username": "demo"}
        self.assertEqual(self.refused(client.auth, **push), (400, 40001, "device"))
        self.assertEqual(self.refused(client.auth, "passcode", username="demo"), (400, 40001, "passcode"))

    @each_signature()
    def test_bad_parameters_are_named(self, client):
        both = {"username": "demo", "user_id": "DU000000000000000000"}
        self.assertEqual(self.refused(client.preauth, **both), (400, 40002, "user_id"))
        self.assertEqual(self.refused(client.auth_status, "nothing"), (400, 40002, "txid"))
        self.assertEqual(self.refused(client.enroll, username="demo"), (400, 40002, "username"))
        self.assertEqual(self.refused(client.enroll, valid_secs=0), (400, 40002, "valid_secs"))
        for change, name in (({"factor": "smoke"}, "factor"), ({"device": "DPOTHER"}, "device"),
                             ({"username": "nobody"}, "username"), ({"pushinfo": "a=" + "b" * 20_000}, "pushinfo")):
            push = {"factor": "push", "username": "demo", "device": "auto"} | change
            self.assertEqual(self.refused(client.auth, **push), (400, 40002, name))

    def test_what_an_integration_may_not_call_is_403(self):
        client = self.start('[server]\nforbidden = ["enroll"]\n').client()
        self.assertEqual(self.refused(client.enroll), (403, 40301, None))

    def test_too_many_calls_are_429_and_pass_later(self):
        mock = self.start(ONE_PER_SECOND)
        client = mock.client()
        push = {"factor": "push", "username": "demo", "device": "auto"}
        self.assertEqual(client.auth(**push)["result"], "allow")
        client._MAX_BACKOFF_WAIT_SECS = 0
        self.assertEqual(self.refused(client.auth, **push), (429, 42901, None))
        began = time.monotonic()
        self.assertEqual(mock.client().auth(**push)["result"], "allow", "the client waits and asks again")
        self.assertGreater(time.monotonic() - began, 0.9)
        pushes = [line for line in mock.stop() if line.get("event") == "push"]
        self.assertEqual(len(pushes), 2)

    def test_a_certificate_of_another_authority_or_name_is_refused(self):
        other = self.start()
        # The client checks the name by itself and has an error of its own for it.
        refusal = (ssl.SSLError, http.client.HTTPException)
        with self.assertRaises(refusal):
            self.mock.client(ca_certs=other.hello["cafile"]).ping()
        for fault in ("expired", "self_signed", "wrong_name", "unknown_ca"):
            with self.subTest(fault), self.assertRaises(refusal):
                self.start(f'[server]\ncertificate = "{fault}"\n').client().ping()
