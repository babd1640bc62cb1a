#!/usr/bin/env bash
# The unit tests and the transport with a standard library that checks itself: each unsafe function in
# it says when it is called wrongly. cargo-careful builds that library.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/nightly.sh rust-src
version=0.4.10
if ! cargo careful --version >/dev/null 2>&1; then
    echo "Building cargo-careful $version (once)"
    cargo install --quiet --locked --version "$version" cargo-careful
fi
exec cargo +nightly careful test --locked --quiet --target-dir target/careful -p pam_duo2 --lib --test transport
