#!/usr/bin/env bash
# rust.sh check [gate]: a clear word where the compiler is missing or too old. With `gate`, cargo's fmt and clippy count too.
#   Status 3: apt cannot help, because something else comes before what it installs.
# rust.sh packages [gate]: the packages in which apt has a compiler that is new enough.
set -euo pipefail
cd "$(dirname "$0")/.."

need=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
read -ra cargo <<<"${CARGO:-cargo}"

# The version that rustc or cargo says, or none where it does not run.
version() {
    "$@" --version 2>/dev/null | sed -nE '1s/^[a-z]+ ([0-9.]+).*/\1/p' || true
}

enough() {
    [ -n "$1" ] && printf '%s\n%s\n' "$need" "$1" | sort --check=quiet --version-sort
}

candidate() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -nE 's/^ +Candidate: ([0-9.]+).*/\1/p'
}

# Debian's own compiler where it is new enough (since 13), and otherwise what Debian keeps current for its browsers. By what apt
# offers, whatever the release is called.
packages() {
    local compiler packager more
    while read -r compiler packager more; do
        if enough "$(candidate "$compiler")" && enough "$(candidate "$packager")"; then
            echo "$compiler $packager${1:+ $more}"
            return
        fi
    done <<'LIST'
rustc cargo rustfmt rust-clippy
rustc-web cargo-web rustfmt-web rust-web-clippy
LIST
    return 1
}

# The folder in PATH that has a compiler, new enough, behind another one.
hidden() {
    local path folder
    while read -r path; do
        folder=$(dirname "$path")
        if enough "$(version "$path")" && enough "$(version "$folder/cargo")"; then
            echo "$folder"
            return
        fi
    done < <(type -aP rustc)
    return 1
}

check() {
    local rustc with first folder install
    rustc=$(version rustc) with=$(version "${cargo[@]}")
    if enough "$rustc" && enough "$with"; then
        if [ -z "$1" ] || { "${cargo[@]}" fmt --version && "${cargo[@]}" clippy --version; } >/dev/null 2>&1; then return; fi
        if command -v rustup >/dev/null; then
            echo 'The gate needs cargo fmt and cargo clippy: rustup component add rustfmt clippy' >&2
            return 3
        fi
        echo 'The gate needs cargo fmt and cargo clippy.' >&2
    else
        echo "pam_duo2 needs Rust $need or newer; here is rustc ${rustc:-(none)}, cargo ${with:-(none)}." >&2
        if folder=$(hidden); then
            first=$(dirname "$(command -v rustc)")
            echo "$folder has $(version "$folder/rustc"), but $first comes before it in PATH: \`rustup update\`, or PATH=$folder:\$PATH make …" >&2
            return 3
        fi
    fi
    if install=$(packages "$1"); then
        echo "Install it: apt-get install $install" >&2
    elif command -v apt-get >/dev/null && [ -z "$(candidate rustc)" ]; then
        echo 'apt knows no package of it yet. Run apt-get update first, then this again.' >&2
    else
        echo 'Install a current one with rustup (https://rustup.rs).' >&2
    fi
    return 1
}

case ${1:-}:${2:-} in
check: | check:gate) check "${2:-}" ;;
packages: | packages:gate) packages "${2:-}" ;;
*)
    echo "$0 check|packages [gate]" >&2
    exit 2
    ;;
esac
