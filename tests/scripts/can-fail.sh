#!/usr/bin/env bash
# The tests can fail: with pam_permit.so, and then with pam_deny.so, in our module's place every
# test that claims something about the module has to fail. can-fail.sh [--sudo] [FILTER…]
set -euo pipefail
cd "$(dirname "$0")/../.."

# What is built is built as whoever calls this; only the tests themselves run as root then.
as_root=()
if [ "${1:-}" = --sudo ]; then
    as_root=(sudo "$PWD/target/release/privately" --)
    shift
fi
filters=("$@")
# These are about the harness itself and name their modules.
about_the_harness='harness::|pamtester_sees_the_private_service_files|every_shipped_stack_is_tried_here'

fail() {
    echo "$1" >&2
    exit 1
}

# And this compares files.
about_the_harness+='|stacks_compared::'
binary=$(scripts/test-binary.sh it)
listed=$("$binary" --list "${filters[@]}" 2>/dev/null | grep -c ': test$')
for name in pam_permit.so pam_deny.so; do
    impostor=
    for dir in /usr/lib64/security /usr/lib/*-linux-gnu*/security /usr/lib/security; do
        if [ -e "$dir/$name" ]; then impostor=$dir/$name; fi
    done
    [ -n "$impostor" ] || fail "$name is nowhere"
    export PAM_DUO2_SO=$impostor
    results=$("${as_root[@]}" env "PAM_DUO2_SO=$impostor" "PATH=$PATH" "$binary" \
        --test-threads "${RUST_TEST_THREADS:-8}" "${filters[@]}" 2>/dev/null |
        grep '^test .* \.\.\. ' || true)
    # A program that ends early has not let the rest pass or fail.
    told=$(grep -c . <<<"$results" || true)
    [ "$told" -eq "$listed" ] || fail "$told of $listed tests told their result with $name"
    claims=$(grep -vE "$about_the_harness" <<<"$results" || true)
    failed=$(grep -c '\.\.\. FAILED$' <<<"$claims" || true)
    if grep '\.\.\. ok$' <<<"$claims"; then
        fail "These tests pass with $name in the module's place (above): they prove nothing."
    fi
    [ "$failed" -gt 0 ] || fail "No test ran with $name"
    # The logins that are answered on the page.
    logins=$(target/venv/bin/python -B tests/python/run.py phone/test_login.py || true)
    grep -qE '^python: 0 passed, [1-9][0-9]* failed$' <<<"$logins" ||
        fail "Logins answered on the page, with $name in the module's place: $(tail -n 1 <<<"$logins")"
    # For want of a request on the page, that is, and not of a browser.
    grep -q ' requests are shown$' <<<"$logins" || fail "Other things failed with $name: $logins"
    echo "ok: all $failed tests that claim something fail with $name, and $(tail -n 1 <<<"$logins")"
done
