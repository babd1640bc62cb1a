#!/usr/bin/env bash
# Installs the Debian packages that are missing: deps.sh demo|selinux|selinux-vm|test|hosts|long|bench. Quiet when all are there.
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:?demo, selinux, selinux-vm, test, hosts, long or bench}
demo=(gcc libc6-dev make libpam0g-dev pamtester libpam-wrapper)
# Tools that work on files: none of them is about this machine's own policy.
selinux=(make selinux-policy-dev checkpolicy policycoreutils policycoreutils-python-utils semodule-utils
    selinux-utils selint setools python3-setools)
# An emulated machine to try the policy in.
vm=(mmdebstrap qemu-system-x86 debian-archive-keyring e2fsprogs openssl passwd python3 util-linux)
# In place of qemu-system-x86, where that would drive another package out.
emulator=target/selinux-vm/qemu
tests=("${demo[@]}" "${selinux[@]}" binutils ca-certificates iproute2 locales openssl shellcheck systemd tinyproxy-bin
    valgrind python3-venv python3-pip chromium chromium-driver)
# The programs that people log in with. Each test starts its own, as a process of its own.
hosts=("${tests[@]}" openssh-server openssh-client openssh-sftp-server sudo login util-linux rsync git cron
    cockpit-ws cockpit-bridge cockpit-system polkitd pkexec dbus-daemon libnss-systemd)
# What only `make test-long` needs: libFuzzer is built with a C++ compiler.
long=("${tests[@]}" "${vm[@]}" g++)
bench=("${demo[@]}" ca-certificates iproute2 valgrind strace python3 util-linux)
case $what in
bench) packages=("${bench[@]}") ;;
demo) packages=("${demo[@]}") ;;
selinux) packages=("${selinux[@]}") ;;
selinux-vm) packages=("${demo[@]}" "${selinux[@]}" "${vm[@]}") ;;
test) packages=("${tests[@]}") ;;
hosts) packages=("${hosts[@]}") ;;
long) packages=("${long[@]}") ;;
*)
    echo "$0 demo|selinux|selinux-vm|test|hosts|long|bench" >&2
    exit 2
    ;;
esac

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
    [ "$package" = qemu-system-x86 ] && [ -x $emulator/qemu-system-x86_64 ] && continue
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
# Nothing of this machine is removed for us.
install=(apt-get install -q -y --no-remove --no-install-recommends)
# A qemu-utils from backports, say, does not go with the emulator of the release: that is unpacked then, for these tests alone.
emulator_beside() {
    case " ${missing[*]} " in *' qemu-system-x86 '*) ;; *) return 0 ;; esac
    "${install[@]}" --simulate qemu-system-x86 && return 0
    tests/selinux/vm/emulator.sh $emulator || return 1
    local package others=()
    for package in "${missing[@]}"; do
        [ "$package" = qemu-system-x86 ] || others+=("$package")
    done
    missing=("${others[@]}")
}
if ! {
    "${as_root[@]}" apt-get update -q &&
        emulator_beside &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" "${missing[@]}"
} </dev/null >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "These packages could not be installed: ${missing[*]}" >&2
    exit 1
fi
case " ${packages[*]} " in
*' qemu-system-x86 '*)
    case " ${missing[*]} " in *' qemu-system-x86 '*) ;; *) [ ! -d $emulator ] || echo "The emulator is in $emulator: qemu-system-x86 does not go with the packages that are installed." ;; esac
    ;;
esac
# What was not there before does not run after the next start of the machine either.
disable() {
    "${as_root[@]}" systemctl --quiet disable "$@" >/dev/null 2>&1 || true
}
case " ${missing[*]} " in *' openssh-server '*) disable ssh.service ssh.socket ;; esac
case " ${missing[*]} " in *' cockpit-ws '*) disable cockpit.socket ;; esac
case " ${missing[*]} " in *' cron '*) disable cron.service ;; esac
