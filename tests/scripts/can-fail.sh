#!/usr/bin/env bash
# The tests can fail: with pam_permit.so, and then with pam_deny.so, in our module's place every
# test that claims something about the module has to fail. can-fail.sh [--sudo] [FILTER…]
set -euo pipefail
cd "$(dirname "$0")/../.."

# What is built is built as whoever calls this; only the tests themselves run as root then.
as_root=()
if [ "${1:-}" = --sudo ]; then
    as_root=(sudo)
    shift
fi
filters=("$@")
# These are about the harness itself and name their modules.
about_the_harness='harness::|etc_untouched::|pamtester_sees_the_private_service_files|every_shipped_stack_is_tried_here'

binary=$(cargo test --locked -p pam_duo2 --test it --no-run 2>&1 |
    sed -n 's/.*Executable tests\/it\/main.rs (\(.*\))$/\1/p')
for name in pam_permit.so pam_deny.so; do
    impostor=
    for dir in /usr/lib64/security /usr/lib/*-linux-gnu*/security /usr/lib/security; do
        if [ -e "$dir/$name" ]; then impostor=$dir/$name; fi
    done
    [ -n "$impostor" ] || { echo "$name is nowhere" >&2; exit 1; }
    results=$("${as_root[@]}" env "PAM_DUO2_SO=$impostor" "PATH=$PATH" "$binary" --test-threads "${RUST_TEST_THREADS:-8}" "${filters[@]}" 2>/dev/null || true)
    claims=$(grep '^test .* \.\.\. ' <<<"$results" | grep -vE "$about_the_harness" || true)
    failed=$(grep -c '\.\.\. FAILED$' <<<"$claims" || true)
    if grep '\.\.\. ok$' <<<"$claims"; then
        echo "These tests pass with $name in the module's place (above): they prove nothing." >&2
        exit 1
    fi
    [ "$failed" -gt 0 ] || { echo "No test ran with $name" >&2; exit 1; }
    echo "ok: all $failed tests that claim something fail with $name"
done
