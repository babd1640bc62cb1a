"""Where Debian's pam_duo comes from, and what is said where it does not."""

import tempfile
import unittest
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from unittest import mock

import libpam_duo
import peer


class APeer(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name) / "libpam-duo"
        for name, value in (("FOLDER", self.folder), ("REASON", self.folder / "reason")):
            patched = mock.patch.object(peer, name, value)
            patched.start()
            self.addCleanup(patched.stop)

    def test_one_that_was_never_fetched_is_missing_in_words(self):
        self.assertIn("has no libpam-duo", peer.find())

    def test_why_it_could_not_be_fetched_is_kept_for_the_table(self):
        complaint = libpam_duo.Missing("apt-get download: E: Unable to locate package libpam-duo")
        with mock.patch.object(libpam_duo, "fetch", side_effect=complaint), redirect_stderr(StringIO()) as said:
            peer.main()
        self.assertEqual((said.getvalue(), peer.find()), (f"Without libpam-duo: {complaint}\n", str(complaint)))

    def test_a_program_that_fails_says_why_in_its_last_line(self):
        with self.assertRaisesRegex(libpam_duo.Missing, "^sh -c: no such package$"):
            libpam_duo.run("sh", "-c", "echo first >&2; echo no such package >&2; exit 100", folder=Path("/"))
        with self.assertRaisesRegex(libpam_duo.Missing, "^there is no apt-of-nobody here$"):
            libpam_duo.run("apt-of-nobody", "download", folder=Path("/"))


if __name__ == "__main__":
    unittest.main()
