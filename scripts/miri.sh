#!/usr/bin/env bash
# The pure part of the module in Miri, which interprets it and finds undefined behaviour. Miri has
# neither assembly nor C, sockets nor a libpam, so it sees no edge.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/nightly.sh miri rust-src
# Files are read for the vectors.
export MIRIFLAGS=-Zmiri-disable-isolation

# A step takes hundreds of times as long as on the processor. So each test runs once, with the inputs it names: what
# is tried with thousands of others (proptest, every sequence of events, every character, QR codes as a phone sees
# them) is left out. Duo's Python client is a process of its own.
skipped=(client_tests exhaustive:: properties:: each_character every_character no_control_character takes_no_time take_a_moment another_status in_other_letters thousand_deep core::qr:: witness::)
mapfile -t files < <(grep -rl 'proptest!' src/core src/config/ini)
while IFS= read -r name; do skipped+=("$name"); done < <(
    sed -nE -e '/^proptest! *\{/,/^\}$/ s/.*fn ([a-z_0-9]+)\(.*/\1/p' \
        -e '/^    proptest! *\{/,/^    \}$/ s/.*fn ([a-z_0-9]+)\(.*/\1/p' "${files[@]}"
)
[ "${#skipped[@]}" -gt 20 ] || { echo 'No property tests were found any more: do they look otherwise?' >&2; exit 1; }

# It has one thread, so two of them share the tests: the flow, and all the rest.
tests() {
    cargo +nightly miri test --locked --target-dir target/miri -p pam_duo2 --lib -- "$@" "${skipped[@]/#/--skip=}"
}
cargo +nightly miri test --locked --quiet --target-dir target/miri -p pam_duo2 --lib --no-run
tests core::machine:: &
status=0
tests core:: config::ini::lines:: --skip core::machine:: || status=$?
wait $! || status=$?
exit "$status"
