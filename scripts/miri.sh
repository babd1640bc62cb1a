#!/usr/bin/env bash
# The pure part of the module in Miri, which interprets it and finds undefined behaviour. Miri has
# neither assembly nor C, sockets nor a libpam, so it sees no edge.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/nightly.sh miri rust-src
# Files are read for the vectors, and proptest asks for the time.
export MIRIFLAGS=-Zmiri-disable-isolation
# A case takes hundreds of times as long as it does on the processor.
export PROPTEST_CASES=${PROPTEST_CASES:-1}
# Duo's Python client is a process of its own.
skipped=(client_tests)
exec cargo +nightly miri test --locked --target-dir target/miri -p pam_duo2 --lib -- \
    core:: config::ini::lines:: "${skipped[@]/#/--skip=}"
