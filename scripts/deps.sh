#!/usr/bin/env bash
# Installs the Debian packages that are missing: deps.sh demo|test|hosts|bench. Quiet when all are there.
set -euo pipefail

packages=(gcc libc6-dev make libpam0g-dev pamtester libpam-wrapper)
what=${1:?demo, test, hosts or bench}
if [ "$what" != demo ]; then
    packages+=(binutils ca-certificates iproute2 openssl shellcheck systemd tinyproxy-bin python3-venv python3-pip chromium chromium-driver)
fi
[ "$what" != bench ] || packages=(gcc libc6-dev libpam0g-dev pamtester ca-certificates valgrind strace python3)
# The programs that people log in with. Each test starts its own, as a process of its own.
if [ "$what" = hosts ]; then
    packages+=(openssh-server openssh-client openssh-sftp-server sudo login util-linux rsync git cron
        cockpit-ws cockpit-bridge cockpit-system polkitd pkexec dbus-daemon)
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
policy=/usr/sbin/policy-rc.d
ours=
cleanup() {
    rm -f "$log"
    if [ -n "$ours" ]; then "${as_root[@]}" rm -f "$policy"; fi
}
trap cleanup EXIT
if [ "$what" = hosts ]; then
    # Debian asks this program before it starts a service; 101 is "no".
    if [ ! -e "$policy" ]; then
        ours=yes
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 0755 /dev/stdin "$policy"
    fi
fi
if ! {
    "${as_root[@]}" apt-get update -q &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends "${missing[@]}"
} </dev/null >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "These packages could not be installed: ${missing[*]}" >&2
    exit 1
fi
# What was not there before does not run after the next start of the machine either.
disable() {
    "${as_root[@]}" systemctl --quiet disable "$@" >/dev/null 2>&1 || true
}
case " ${missing[*]} " in *' openssh-server '*) disable ssh.service ssh.socket ;; esac
case " ${missing[*]} " in *' cockpit-ws '*) disable cockpit.socket ;; esac
case " ${missing[*]} " in *' cron '*) disable cron.service ;; esac
