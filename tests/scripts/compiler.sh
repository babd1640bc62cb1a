#!/usr/bin/env bash
# A machine without Rust gets the compiler that apt has: scripts/deps.sh and scripts/rust.sh where rustc, cargo and apt are the
# test's own.
set -euo pipefail
cd "$(dirname "$0")/../.."

passed=0
ok() {
    echo "ok: $1"
    passed=$((passed + 1))
}
fail() {
    echo "FAILED: $1: $(cat "$dir/said")" >&2
    exit 1
}

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin" "$dir/rustup" "$dir/system"
# All else that is here, without the compiler that may be among it.
ln -s /usr/bin/* "$dir/system"
rm -f "$dir"/system/{rustc,cargo}
# Each compiler says what stands in a file beside it; what apt-get installs is as new as the file `newest` says.
cat >"$dir/bin/rustc" <<'END'
#!/bin/sh
said=$(cat "$(dirname "$0")/version" 2>/dev/null) && echo "$(basename "$0") $said (0123456 2025-02-17)"
END
cat >"$dir/bin/apt-cache" <<'END'
#!/bin/sh
version=$(sed -n "s/^$2 //p" "$(dirname "$0")/../offered")
printf '%s:\n  Installed: (none)\n  Candidate: %s\n' "$2" "${version:-(none)}"
END
cat >"$dir/bin/apt-get" <<'END'
#!/bin/sh
cd "$(dirname "$0")/.."
case "$*" in
*--simulate*) cat removes ;;
*install*rustc*) echo "$*" >>told; cp newest bin/version ;;
esac
END
printf '#!/bin/sh\necho installed\n' >"$dir/bin/dpkg-query"
# shellcheck disable=SC2016 # expands in the script
printf '#!/bin/sh\nexec "$@"\n' >"$dir/bin/sudo"
chmod 0755 "$dir"/bin/*
cp "$dir/bin/rustc" "$dir/bin/cargo"
cp "$dir"/bin/{rustc,cargo} "$dir/rustup"

bookworm='rustc 1.63.0+dfsg1-2
cargo 0.66.0+ds1-1
rustc-web 1.85.0+dfsg3-1~deb12u3
cargo-web 1.85.0+dfsg3-1~deb12u3'
trixie='rustc 1.85.0+dfsg3-1
cargo 1.85.0+dfsg3-1'

# deps OFFERED HAVE: what `make demo` begins with, where apt offers this and the compiler is HAVE (none: '').
deps() {
    rm -f "$dir/bin/version" "$dir/told"
    touch "$dir/told" "$dir/removes"
    echo 1.85.0 >"$dir/newest"
    echo "$1" >"$dir/offered"
    [ -z "$2" ] || echo "$2" >"$dir/bin/version"
    CARGO='' PATH=${before:-}$dir/bin:$dir/system scripts/deps.sh demo >"$dir/said" 2>&1
}
# Whether apt was told to install these, and nothing else.
installs() {
    [ "$(sed 's/.* --no-install-recommends //' "$dir/told")" = "$1" ] || fail "apt was told \"$(cat "$dir/told")\", for $1"
}

for have in '' 1.63.0 1.84.1; do
    deps "$bookworm" "$have" || fail "with rustc ${have:-(none)}"
    installs 'rustc-web cargo-web'
    deps "$trixie" "$have" || fail "with rustc ${have:-(none)}"
    installs 'rustc cargo'
done
for have in 1.85.0 1.100.0 2.0.0; do
    deps "$bookworm" "$have" || fail "with rustc $have"
    installs ''
done
ok 'where there is no compiler, or too old a one, apt installs one that is new enough'

printf 'Remv %s [1.63.0+dfsg1-2]\n' rustc libstd-rust-dev >"$dir/removes"
deps "$bookworm" 1.63.0 || fail "Debian's old compiler is in the way"
echo 'Remv rustup [1.25.2-3]' >>"$dir/removes"
if deps "$bookworm" ''; then fail 'apt removed more than the old compiler'; fi
grep -q '^rustup$' "$dir/said" || fail 'what would be removed is not named'
: >"$dir/removes"
ok "Debian's old compiler makes room for it, and nothing else does"

if deps '' ''; then fail 'there is a compiler that apt does not have'; fi
grep -q '^apt knows no package of it yet\. Run apt-get update first' "$dir/said" || fail 'no word about lists that are missing'
if grep -q rustup "$dir/said"; then fail 'rustup is named where apt has no lists'; fi
ok 'where apt has no lists, a word says to get them first'

if deps 'rustc 1.75.0+dfsg0ubuntu1-0ubuntu7.4' 1.75.0; then fail 'rustc 1.75 is enough'; fi
grep -q '^pam_duo2 needs Rust .* here is rustc 1\.75\.0' "$dir/said" || fail 'the old compiler is not named'
grep -q 'rustup' "$dir/said" || fail 'no word about where else to get one'
installs ''
echo 1.70.0 >"$dir/rustup/version"
for have in '' 1.85.0; do
    if before=$dir/rustup: deps "$bookworm" "$have"; then fail 'an old compiler comes first in PATH'; fi
    grep -qF "$dir/bin has 1.85.0, but $dir/rustup comes before it in PATH" "$dir/said" || fail 'what comes first is not named'
done
installs ''
ok 'where apt has none, or an older one stays first in PATH, a clear word says what to do'

echo "compiler: $passed passed, 0 failed"
