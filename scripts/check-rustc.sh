#!/usr/bin/env bash
# A clear word when the compiler is missing or too old (Debian 12's own is 1.63).
set -euo pipefail
cd "$(dirname "$0")/.."

need=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
hint="Install a current one with rustup (https://rustup.rs)."

if ! have=$(rustc --version 2>/dev/null | cut -d' ' -f2) || [ -z "$have" ]; then
    echo "pam_duo2 needs rustc $need or newer, and there is none here. $hint" >&2
    exit 1
fi
oldest=$(printf '%s\n%s\n' "$need" "${have%%-*}" | sort -V | head -n1)
if [ "$oldest" != "$need" ]; then
    echo "pam_duo2 needs rustc $need or newer; this is $have. $hint" >&2
    exit 1
fi
