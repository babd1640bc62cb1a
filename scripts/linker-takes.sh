#!/usr/bin/env bash
# Whether the linker that cargo calls from here reads a script with INSERT beside its own, as layout.ld is one: lld and GNU ld
# do, mold and gold do not. Says so where it does not.
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
echo '//! Nothing.' >"$tried/lib.rs"
echo 'SECTIONS { .text.first : { *(.text.first) } } INSERT BEFORE .text;' >"$tried/script.ld"
read -ra cargo <<<"${CARGO:-cargo}"

# From this folder, whose configuration and the user's own may name a linker; the compiler itself runs in the crate's.
link() {
    "${cargo[@]}" rustc --quiet --offline --manifest-path "$tried/Cargo.toml" --target-dir "$tried/target" -- "$@" >"$tried/said" 2>&1
}
link -C link-arg=-Wl,-T,script.ld && exit
if link; then
    echo 'The linker takes no script beside its own: what a login calls will lie where it happens to.' >&2
else
    cat "$tried/said" >&2
    echo 'Whether the linker takes a script could not be tried (above).' >&2
fi
exit 1
