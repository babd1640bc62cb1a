#!/usr/bin/env bash
# test-binary.sh NAME: builds tests/NAME/ as whoever calls this, and says where the program is. What the
# compiler says is shown when it fails.
set -euo pipefail
cd "$(dirname "$0")/.."

name=${1:?the name of a folder in tests/}
said=$(cargo test --locked -p pam_duo2 --test "$name" --no-run 2>&1) || {
    printf '%s\n' "$said" >&2
    exit 1
}
binary=$(sed -n "s/.*Executable tests\/$name\/main.rs (\(.*\))$/\1/p" <<<"$said")
[ -x "$binary" ] || { printf 'Where is the program of tests/%s? cargo says:\n%s\n' "$name" "$said" >&2; exit 1; }
echo "$binary"
