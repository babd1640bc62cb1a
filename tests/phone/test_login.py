"""A real PAM login through the built module, answered in Chromium."""

import getpass
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from case import PhoneTest
from service import built

CONFIG = """[duo]
ikey = "{ikey}"
skey = "{skey}"
host = "{host}:{port}"
cafile = "{cafile}"
autopush = true
pushinfo = true
"""


class Login(PhoneTest):
    def setUp(self):
        super().setUp()
        self.user = getpass.getuser()
        users = f'[[users]]\nname = "{self.user}"\ndevices = [{{ id = "DPPHONE0000000000001", name = "Phone" }}]\n'
        self.restart(scenario=users)

    def login(self) -> subprocess.Popen:
        """A host that runs the module for the service `cockpit`, as Cockpit's session does."""
        folder = tempfile.TemporaryDirectory(prefix="phone-login-")
        self.addCleanup(folder.cleanup)
        config = Path(folder.name) / "pam_duo2.toml"
        config.touch(mode=0o600)
        config.write_text(CONFIG.format(**self.mock.hello), encoding="utf-8")
        module = built("PAM_DUO2_SO", "libpam_duo2.so")
        (Path(folder.name) / "cockpit").write_text(f"auth required {module} conf={config}\n", encoding="utf-8")
        (Path(folder.name) / "other").write_text("auth required pam_deny.so\n", encoding="utf-8")
        command = [built("PAMTALK_BIN", "pamtalk"), "--confdir", folder.name, "--service", "cockpit"]
        command += ["--user", self.user, "--rhost", "192.0.2.7"]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)

    def answer(self, name: str) -> dict:
        """Logs in, looks at the phone, taps; what pamtalk tells."""
        process = self.login()
        try:
            self.page.wait_for_cards(1)
            self.assertEqual(self.page.cards(), [f"{self.user} wants to log in to cockpit"])
            info = dict(self.page.info())
            self.assertEqual(info["From"], "192.0.2.7")
            self.assertEqual(info["Server"], os.uname().nodename)
            self.assertIsNone(process.poll(), "the login waits for the person")
            self.page.tap(name)
            tapped = time.monotonic()
            told, errors = process.communicate(timeout=10)
            self.assertLess(time.monotonic() - tapped, 2, "the login goes on at once")
        finally:
            process.kill()
            process.wait()
        self.assertEqual(errors, "", "a module writes nothing to its host's standard error")
        self.page.wait_for_cards(0)
        return json.loads(told)

    def test_a_login_waits_for_the_tap_and_is_let_in(self):
        told = self.answer("approve")
        self.assertIn('"PAM_SUCCESS"', json.dumps(told))
        self.assertEqual(self.page.history(), [f"Approved {self.user} wants to log in to cockpit"])
        pushes = [line for line in self.mock.stop() if line.get("event") == "push"]
        self.assertEqual(len(pushes), 1)

    # PAM_PERM_DENIED is the one code with which Cockpit shows the reason on its page.
    def test_a_denied_login_ends_and_says_so(self):
        told = json.dumps(self.answer("deny"))
        self.assertIn('"PAM_PERM_DENIED"', told)
        self.assertIn("denied", told)

    def test_a_login_reported_as_fraud_ends_and_says_so(self):
        told = json.dumps(self.answer("fraud"))
        self.assertIn('"PAM_PERM_DENIED"', told)
        self.assertIn("fraud", told)
