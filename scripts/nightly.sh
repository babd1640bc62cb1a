#!/usr/bin/env bash
# Is there a nightly compiler with these components? nightly.sh COMPONENT… adds what is missing where
# rustup can, and says how to get it where it cannot.
set -euo pipefail

if ! rustc +nightly --version >/dev/null 2>&1; then
    echo 'This needs a nightly compiler: rustup toolchain install nightly' >&2
    echo 'To run make test-long without it: LEAVE_OUT="miri careful address thread" make test-long' >&2
    exit 1
fi
host=$(rustc +nightly --version --verbose | sed -n 's/^host: //p')
for component in "$@"; do
    has() { rustup component list --toolchain nightly --installed 2>/dev/null | grep -qxE "$component(-$host)?"; }
    has || rustup component add --toolchain nightly "$component" || true
    if ! has; then
        echo "The nightly compiler has no $component: rustup component add --toolchain nightly $component" >&2
        echo "Where this nightly's components cannot be had any more, a newer one has them: rustup update nightly" >&2
        exit 1
    fi
done
