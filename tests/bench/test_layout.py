"""How what a profile names becomes a script for the linker."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

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
    def test_by_it_the_linker_puts_what_is_named_side_by_side_and_the_rest_where_it_was(self):
        with tempfile.TemporaryDirectory() as folder:
            code, script, made = (Path(folder) / name for name in ("three.c", "script.ld", "three.so"))
            code.write_text("int first(void) { return 1; }\nint other(void) { return 2; }\nint last(void) { return 3; }\n", encoding="ascii")
            script.write_text(layout.script([".text.first*", ".text.last*"], "a compiler", 7), encoding="utf-8")
            options = ["-ffunction-sections", "-Wl,--gc-sections", f"-Wl,-T,{script}"]
            subprocess.run(["gcc", "-shared", "-fPIC", "-nostdlib", *options, "-o", made, code], check=True)
            told = subprocess.run(["objdump", "--syms", made], capture_output=True, text=True, check=True).stdout
            places = {name: section for section, name in re.findall(r" F (\S+)\t\w+ +(first|other|last)$", told, re.MULTILINE)}
        self.assertEqual(places, {"first": ".text.login", "other": ".text", "last": ".text.login"})

    def test_it_says_what_it_was_written_with_and_has_the_assembly_in_it(self):
        script = layout.script([], "rustc 1.95.0 for here", 7)
        self.assertIn("\n * rustc 1.95.0 for here: 7 bytes */\n", script)
        for name in ("p256-x86_64-asm", "sha256-x86_64", "aesni-x86_64"):
            self.assertIn(f"*{name}*.o(.text)", script)


if __name__ == "__main__":
    unittest.main()
