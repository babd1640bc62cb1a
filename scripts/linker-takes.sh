#!/usr/bin/env bash
# linker-takes.sh SCRIPT: whether the linker that cargo calls from here reads this beside its own script. Says so where it
# does not: mold and gold have no INSERT.
set -euo pipefail
cd "$(dirname "$0")/.."

tried=$(mktemp -d)
trap 'rm -r "$tried"' EXIT
cat >"$tried/Cargo.toml" <<'END'
[package]
name = "tried"
[lib]
path = "lib.rs"
crate-type = ["cdylib"]
[workspace]
END
touch "$tried/lib.rs"
# From this folder, whose configuration and the user's own may name another linker.
if ! "${CARGO:-cargo}" rustc --quiet --manifest-path "$tried/Cargo.toml" --target-dir "$tried/target" -- \
    -C "link-arg=-Wl,-T,$PWD/$1" 2>"$tried/said"; then
    echo "The linker does not take $1, so the module is built without it:" >&2
    grep -E '^( *= note: )?.*ld[.a-z]*: ' "$tried/said" | head -n 3 >&2 || tail -n 3 "$tried/said" >&2
    exit 1
fi
