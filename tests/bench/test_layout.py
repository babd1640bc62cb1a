"""How what a profile names becomes a script for the linker."""

import unittest

import layout

PROFILE = """\
ob=(1) /lib/libc.so.6
fn=(1) memcpy
ob=(2) /root/libpam_duo2.so
fn=(2) _ZN8pam_duo25login3run17h0123456789abcdefE
16 3
cob=(1)
cfn=(3) strlen
calls=1 0
fn=(4) _ZN8pam_duo25again17h0123456789abcdefE'2
ob=(1)
fn=(1)
ob=(2)
fn=(5) _RNvMNtCsjrHSEGnQ3l9_3std4timeNtB2_7Instant7elapsed
"""


class AProfile(unittest.TestCase):
    def test_its_functions_are_those_that_ran_in_the_module(self):
        named = {"_ZN8pam_duo25login3run17h0123456789abcdefE", "_ZN8pam_duo25again17h0123456789abcdefE"}
        self.assertEqual(layout.called(PROFILE, "libpam_duo2.so"), named | {"_RNvMNtCsjrHSEGnQ3l9_3std4timeNtB2_7Instant7elapsed"})


class ASymbol(unittest.TestCase):
    def test_it_is_found_again_whatever_was_hashed_into_it(self):
        for symbol, expected in (
            ("_ZN8pam_duo25login3run17h0123456789abcdefE", "_ZN8pam_duo25login3run17h*"),
            ("_ZN8pam_duo25login3run17h0123456789abcdefE.llvm.1234", "_ZN8pam_duo25login3run17h*"),
            ("_RNvCsgEmfK2I1SDS_7___rustc12___rust_alloc", "_RNvCs*_7___rustc12___rust_alloc*"),
            ("_RNvXsZ_NtCslNYA_5alloc6stringNtB5_6String9write_str.39", "_RNvXsZ_NtCs*_5alloc6stringNtB5_6String9write_str*"),
            ("ring_core_0_17_14__bn_mul_mont", "ring_core_0_17_14__bn_mul_mont*"),
        ):
            with self.subTest(symbol):
                self.assertEqual(layout.pattern(symbol), expected)


class AMap(unittest.TestCase):
    HOT = {"_ZN1a1b17h0123456789abcdefE", "rare"}

    def test_the_sections_are_those_of_either_linker(self):
        lld = "  1 2 3 4   /x/y.o:(.text._ZN1a1b17h0123456789abcdefE)\n  1 2 3 4  /x/lib.rlib(z.o):(.text.unlikely.rare)\n  1 2 3 4  /x/y.o:(.text.cold)\n"
        gnu = " .text._ZN1a1b17h0123456789abcdefE\n                0x01 0x2 /x/y.o\n .text.unlikely.rare\n  0x01 0x2 /x/y.o\n .text.cold  0x1 0x2 /x/y.o\n"
        for linked in (lld, gnu):
            self.assertEqual(layout.sections(linked, self.HOT, []), [".text._ZN1a1b17h*", ".text.unlikely.rare*"])


class AScript(unittest.TestCase):
    def test_it_adds_a_section_and_leaves_the_others_to_the_linker(self):
        script = layout.script([".text.a*", ".text.b*"], "1.95.0", 7)
        self.assertIn("rustc 1.95.0: 7 bytes", script)
        self.assertIn("        *(\n            .text.a*\n            .text.b*\n        )\n", script)
        self.assertTrue(script.endswith("INSERT BEFORE .text;\n"))


if __name__ == "__main__":
    unittest.main()
