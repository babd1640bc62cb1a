"""What is not in the policy: the archive it comes from, a machine without headers, and the installation."""

import os
import shutil
import subprocess
import unittest
from unittest import mock

from store import CACHE, ROOT, debian, fetch


class TheArchive(unittest.TestCase):
    def fetched(self, *answers: str | RuntimeError) -> None:
        """Fetches while apt answers so, and keeps what was called."""
        with mock.patch("store.run", side_effect=answers) as called:
            try:
                fetch("some-policy", "1-2", CACHE)
            finally:
                self.calls = [[word for word in call.args if word != "sudo"] for call in called.call_args_list]

    def test_lists_that_are_too_old_are_fetched_anew_once(self):
        download, update = ["apt-get", "download", "some-policy=1-2"], ["apt-get", "update", "-q"]
        self.fetched("")
        self.assertEqual(self.calls, [download])
        self.fetched(RuntimeError("404"), "", "")
        self.assertEqual(self.calls, [download, update, download])
        with self.assertRaisesRegex(RuntimeError, "404 again\nupgrade selinux-policy-dev, the archive no longer has 1-2"):
            self.fetched(RuntimeError("404"), "", RuntimeError("404 again"))
        self.assertEqual(self.calls, [download, update, download])


class TheInstallation(unittest.TestCase):
    """`make selinux`, `install-selinux` and `uninstall-selinux`, with a store of the test's own in place of the system's."""

    def privately(self, *lines: str) -> str:
        """Runs a script in a mount namespace where /etc/selinux, /var/lib/selinux and /usr/share/selinux are private."""
        root = CACHE / "system"
        words = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
        mounts = [
            f"mount --bind {root}/etc/selinux /etc/selinux",
            f"mount --bind {root}/var/lib/selinux /var/lib/selinux",
            f"mount --bind {root}/share /usr/share/selinux",
        ]
        done = subprocess.run(
            [*words, "bash", "-euo", "pipefail", "-c", "\n".join([*mounts, *lines])],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def setUp(self):
        debian().copy(CACHE / "system")
        shutil.copytree("/usr/share/selinux", CACHE / "system" / "share")

    def test_it_is_there_at_priority_300_and_then_gone(self):
        said = self.privately(
            "make selinux",
            "make install-selinux",
            "semodule -lfull | grep pam_duo2",
            # With our interfaces among the system's there would be two definitions of each.
            "make selinux",
            "find /usr/share/selinux -name 'pam_duo2*'",
            "semanage fcontext -N -a -t pam_duo2_conf_t /srv/duo/skey",
            f"! make uninstall-selinux >{CACHE}/refused 2>&1",
            f"grep -q 'semanage fcontext -d' {CACHE}/refused",
            "semodule -lfull | grep -q pam_duo2",
            "semanage fcontext -N -d /srv/duo/skey",
            "make uninstall-selinux",
            "! semodule -lfull | grep pam_duo2",
            # Once more, with what somebody has put back: there is nothing to advise, and the files go.
            "touch /usr/share/selinux/packages/pam_duo2.pp",
            f"make uninstall-selinux >{CACHE}/again 2>&1",
            f"grep -q 'no pam_duo2 at priority 300' {CACHE}/again",
            f"! grep fcontext {CACHE}/again",
            "[ -z \"$(find /usr/share/selinux -name 'pam_duo2*')\" ]",
        )
        self.assertRegex(said, r"(?m)^300 +pam_duo2 +pp *$")
        self.assertEqual(said.count("\ntarget/selinux/pam_duo2.pp\n"), 2)
        self.assertIn("\n/usr/share/selinux/packages/pam_duo2.pp\n", said)
        self.assertIn("\n/usr/share/selinux/devel/include/distributed/pam_duo2.if\n", said)
        self.assertNotRegex(said, r"(?i)error|warning|duplicate")

    def test_whoever_is_not_root_is_told_so_and_nothing_is_touched(self):
        for what in ("install", "uninstall"):
            with self.subTest(what):
                said = self.privately(
                    "make selinux",
                    # The script asks `id`, and in this namespace there may be no other user to become.
                    f"mkdir -p {CACHE}/nobody && printf '#!/bin/sh\\necho 65534\\n' >{CACHE}/nobody/id && chmod 0755 {CACHE}/nobody/id",
                    f"! PATH={CACHE}/nobody:$PATH scripts/selinux.sh {what}",
                    "[ -z \"$(find /usr/share/selinux -name 'pam_duo2*')\" ]",
                )
                self.assertIn(f"needs root: sudo make {what}-selinux", said)

    def test_a_machine_without_headers_is_told_which_package_is_missing(self):
        said = self.privately("rm /usr/share/selinux/devel/Makefile", "! make selinux")
        self.assertIn("install selinux-policy-dev (Debian, Ubuntu) or selinux-policy-devel (Red Hat, Fedora)", said)

    def test_with_a_destdir_files_are_put_in_place_and_no_store_is_touched(self):
        said = self.privately(
            "make selinux",
            "rm -rf /etc/selinux/default /var/lib/selinux/default",
            f"make install-selinux DESTDIR={CACHE}/stage",
            f"find {CACHE}/stage -type f -printf '%m %P\\n'",
            f"make uninstall-selinux DESTDIR={CACHE}/stage",
            f"[ -z \"$(find {CACHE}/stage -type f)\" ]",
        )
        self.assertIn("644 usr/share/selinux/packages/pam_duo2.pp", said)
        self.assertIn("644 usr/share/selinux/devel/include/distributed/pam_duo2.if", said)
