#!/usr/bin/env bash
# Runs a command that uses sudo here and there for longer than sudo remembers a password: asks at
# the start, and keeps sudo from forgetting until the end. Does nothing of that for root.
set -euo pipefail

if [ "$(id -u)" -eq 0 ] || [ -n "${SUDO_ONCE:-}" ]; then exec "$@"; fi

if ! command -v sudo >/dev/null; then
    echo 'This needs root for a part of it, and there is no sudo here: run it as root, or see make test-user.' >&2
    exit 1
fi
echo 'Installing what is missing and the tests of private namespaces need root: sudo may ask for your password, once.'
sudo -v
export SUDO_ONCE=yes
# Below the five minutes that some systems remember it for.
while sleep 60; do sudo -n -v || break; done </dev/null >/dev/null 2>&1 &
keeper=$!
# The loop may be in the middle of its sleep, which is let go on: nobody waits for it.
trap 'kill "$keeper" 2>/dev/null || true' EXIT
status=0
"$@" || status=$?
exit "$status"
