#!/usr/bin/env bash
# The module as packages ship it, with the list of its dependencies inside: builds it with cargo-auditable
# and compares the list with cargo's own.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.7.7
if ! cargo auditable --version >/dev/null 2>&1; then
    echo "Building cargo-auditable $version (once)"
    CARGO_PROFILE_RELEASE_LTO=off cargo install --quiet --locked --version "$version" cargo-auditable
fi
# In the place of the one without, if `make` had no cargo-auditable to build with.
make build
module=target/release/libpam_duo2.so
tests/scripts/hardening.sh "$module"
tests/scripts/listed.sh "$module"
