#!/usr/bin/env bash
# Runs cargo-deny with these arguments; builds it first where it is missing or too old.
# It goes where `cargo install` puts things, because it takes minutes and a clean clone has no target/.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.20.2
have=$(cargo deny --version 2>/dev/null | cut -d' ' -f2 || true)
oldest=$(printf '%s\n%s\n' "$version" "${have:-0}" | sort -V | head -n1)
if [ "$oldest" != "$version" ]; then
    echo "Building cargo-deny $version (once; takes some minutes)"
    # Its own profile's fat LTO buys nothing here.
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install --quiet --locked --no-default-features --version "$version" cargo-deny
fi
exec cargo deny --workspace "$@"
