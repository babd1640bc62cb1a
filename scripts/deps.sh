#!/usr/bin/env bash
# Installs the Debian packages that are missing: deps.sh demo|test. Quiet when all are there.
set -euo pipefail

packages=(gcc libc6-dev make libpam0g-dev pamtester libpam-wrapper)
if [ "${1:?demo or test}" = test ]; then
    packages+=(binutils ca-certificates iproute2 openssl shellcheck systemd tinyproxy-bin python3-venv python3-pip chromium chromium-driver)
fi

if ! command -v apt-get >/dev/null; then
    # Fedora and Red Hat have other names for the same things; say them rather than guess.
    missing=()
    for command in gcc make pamtester; do
        command -v "$command" >/dev/null || missing+=("$command")
    done
    [ -e /usr/include/security/pam_appl.h ] || missing+=("libpam's headers (pam-devel)")
    if [ ${#missing[@]} -gt 0 ]; then
        printf 'There is no apt-get here. Please install: %s\n' "$(IFS=,; echo "${missing[*]}")" >&2
        printf 'What Debian calls these: %s\n' "${packages[*]}" >&2
        exit 1
    fi
    exit 0
fi

missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing ${missing[*]}"
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! {
    "${as_root[@]}" apt-get update -q &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends "${missing[@]}"
} </dev/null >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "These packages could not be installed: ${missing[*]}" >&2
    exit 1
fi
