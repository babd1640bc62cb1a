#!/usr/bin/env bash
# What the linker made of the module: hardening.sh [MODULE]. By readelf, since Debian's hardening-check
# looks for a program's main and says less of a library.
set -euo pipefail
cd "$(dirname "$0")/../.."

module=${1:-target/release/libpam_duo2.so}
imports=tests/scripts/imports.txt
# The symbols of Debian 12's glibc 2.36 that a module built there needs are of 2.34 at most.
newest=2.34

passed=0
ok() {
    echo "ok: $1"
    passed=$((passed + 1))
}
fail() {
    echo "FAILED: $1 ($module)" >&2
    exit 1
}

header=$(readelf --file-header --wide "$module")
segments=$(readelf --segments --wide "$module")
dynamic=$(readelf --dynamic --wide "$module")
symbols=$(nm -D --undefined-only "$module" | awk '{ print $2 }' | sort)

grep -qE 'Type: +DYN' <<<"$header" || fail 'is not position-independent'
! grep -q TEXTREL <<<"$dynamic" || fail 'has relocations in its code'
ok 'position-independent, without relocations in the code'

grep -q GNU_RELRO <<<"$segments" || fail 'has no RELRO'
grep -qE '\(FLAGS\) .*BIND_NOW' <<<"$dynamic" || fail 'is not bound at once'
flags=$(grep -E '\(FLAGS_1\)' <<<"$dynamic" || true)
grep -qw NOW <<<"$flags" || fail 'is not bound at once'
ok 'RELRO, and all of it: symbols are bound when the module is loaded'

stack=$(grep GNU_STACK <<<"$segments") || fail 'says nothing of its stack'
! grep -qE ' RWE ' <<<"$stack" || fail 'wants an executable stack'
! grep -E '^ +LOAD' <<<"$segments" | grep -qE ' (RWE|R?W +E) ' || fail 'has memory that is written and executed'
ok 'no executable stack, no memory that is both written and executed'

! grep -qE 'RPATH|RUNPATH' <<<"$dynamic" || fail 'looks for libraries in folders of its own'
# libm is glibc's: Rust 1.85 (Debian 13) takes ceilf(3) from there, later ones have their own.
needed=$(sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' <<<"$dynamic" | grep -vE '^(ld-linux|libm\.so)' | sort | paste -sd' ')
[ "$needed" = 'libc.so.6 libgcc_s.so.1 libpam.so.0' ] || fail "needs $needed"
ok "no search path, and no libraries but $needed"

# The resolver's thread may outlive libpam's dlclose, and must find its code.
grep -qw NODELETE <<<"$flags" || fail 'would be unmapped at dlclose'
ok 'stays mapped'

# ring's C code, by .cargo/config.toml.
grep -q '^__stack_chk_fail@' <<<"$symbols" || fail 'has C code without stack canaries'
ok 'stack canaries in the C code'

highest=$(sed -n 's/.*@GLIBC_\([0-9.]*\)$/\1/p' <<<"$symbols" | sort -V | tail -n 1)
[ "$(printf '%s\n%s\n' "$highest" "$newest" | sort -V | tail -n 1)" = "$newest" ] ||
    fail "needs glibc $highest, and docs/dependencies.md promises $newest"
ok "needs no newer glibc than $newest"

# Whatever compiled it: no shell, no other program, no terminal, no change of who or where the process is.
worse='^(system|popen|exec.*|posix_spawn.*|fork|vfork|dlopen|dlmopen|setenv|putenv|unsetenv|clearenv|chdir|fchdir|chroot|umask|setlocale|set[re]*[ug]id|setgroups|initgroups|kill|raise|_?exit|printf|puts|putchar|perror|openlog|closelog|tmpnam|mktemp|strcpy|strcat|gets|sprintf)(@|$)'
! grep -E "$worse" <<<"$symbols" || fail 'calls what a module has no business with (above)'
ok 'imports nothing that starts programs, writes to the host or changes it'

# The kept list, to see what comes in. Other compilers have other standard libraries.
had=$(sed -n 's/^# rustc //p' "$imports")
have=$(rustc --version | cut -d' ' -f2)
names=$(cut -d@ -f1 <<<"$symbols")
more=$(comm -13 <(grep -v '^#' "$imports" | sort) <(sort -u <<<"$names") | paste -sd' ')
if [ "$had" = "$have" ] && [ "$(uname -m)" = x86_64 ]; then
    [ -z "$more" ] || fail "imports what $imports does not have: $more"
    ok "imports only the $(grep -vc '^#' "$imports") symbols of $imports"
else
    echo "not compared: $imports was kept with rustc $had on x86_64. With $have on $(uname -m) come: ${more:-none}"
fi

echo "hardening: $passed passed, 0 failed"
