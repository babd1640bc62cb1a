#!/usr/bin/env bash
# Installs the Debian packages that are missing: deps.sh demo|selinux|selinux-vm|test|hosts|root|gate|long|bench. Quiet when all are
# there. A Rust compiler is one of them where there is none, or too old a one (scripts/rust.sh).
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:?demo, selinux, selinux-vm, test, hosts, root, gate, long or bench}
demo=(ca-certificates gcc libc6-dev make libpam0g-dev pamtester libpam-wrapper)
# Tools that work on files: none of them is about this machine's own policy.
selinux=(make selinux-policy-dev checkpolicy policycoreutils policycoreutils-python-utils semodule-utils
    selinux-utils selint setools python3-setools)
# An emulated machine to try the policy in.
vm=(mmdebstrap qemu-system-x86 debian-archive-keyring e2fsprogs openssl passwd python3 util-linux)
# In place of qemu-system-x86, where that would drive another package out.
emulator=target/selinux-vm/qemu
tests=("${demo[@]}" "${selinux[@]}" binutils iproute2 locales openssl shellcheck systemd tinyproxy-bin
    valgrind python3-venv python3-pip chromium chromium-driver)
# The programs that people log in with. Each test starts its own, as a process of its own.
hosts=("${tests[@]}" openssh-server openssh-client openssh-sftp-server sudo login util-linux rsync git cron
    cockpit-ws cockpit-bridge cockpit-system polkitd pkexec dbus-daemon)
# What only `make test-long` needs: libFuzzer is built with a C++ compiler.
long=("${tests[@]}" "${vm[@]}" g++)
# What scripts/root.sh makes another Debian with.
root=(mmdebstrap debian-archive-keyring util-linux)
bench=("${demo[@]}" iproute2 valgrind strace python3 util-linux)
case $what in
bench) packages=("${bench[@]}") ;;
demo) packages=("${demo[@]}") ;;
selinux) packages=("${selinux[@]}") ;;
selinux-vm) packages=("${demo[@]}" "${selinux[@]}" "${vm[@]}") ;;
test) packages=("${tests[@]}") ;;
root) packages=("${root[@]}") ;;
hosts | gate) packages=("${hosts[@]}") ;;
long) packages=("${long[@]}") ;;
*)
    echo "$0 demo|selinux|selinux-vm|test|hosts|root|gate|long|bench" >&2
    exit 2
    ;;
esac
# Whether the compiler will do. The policy and another Debian need none here.
rust() {
    case $what in
    selinux | root) ;;
    gate) scripts/rust.sh "$1" gate ;;
    *) scripts/rust.sh "$1" ;;
    esac
}

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
    rust check
    exit
fi

missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$package" = qemu-system-x86 ] && [ -x $emulator/qemu-system-x86_64 ] && continue
    [ "$state" = installed ] || missing+=("$package")
done
# Which packages have a compiler is known after the update only.
compiler='a Rust compiler' status=0
rust check 2>/dev/null || status=$?
[ "$status" -eq 1 ] || compiler=
if [ -z "${missing[*]}$compiler" ]; then
    rust check
    exit
fi

wanted=("${missing[@]}" ${compiler:+"$compiler"})
echo "Installing ${wanted[*]}"
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
if [ "$what" = hosts ] || [ "$what" = gate ]; then
    # Debian asks this program before it starts a service; 101 is "no".
    if [ ! -e "$policy" ]; then
        ours=yes
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 0755 /dev/stdin "$policy"
    fi
fi
# Nothing of this machine is removed for us.
install=(apt-get install -q -y --no-remove --no-install-recommends)
as_apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@"
}
# Debian's newer compiler takes the place of its old one, and of nothing else.
install_compiler() {
    [ -n "$compiler" ] || return 0
    local packages replaced
    # With none, the check at the end says what else there is.
    read -ra packages < <(rust packages) || return 0
    replaced=$(LC_ALL=C apt-get install --simulate --no-install-recommends "${packages[@]}" | sed -nE 's/^Remv ([^ ]+) .*/\1/p') || return 1
    if grep -vxE 'rustc|cargo|rustfmt|rust-clippy|libstd-rust-dev' <<<"${replaced:-rustc}"; then
        echo "apt would remove these (above) for ${packages[*]}." >&2
        return 1
    fi
    as_apt apt-get install -q -y --no-install-recommends "${packages[@]}"
}
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
        as_apt "${install[@]}" "${missing[@]}" &&
        install_compiler
} </dev/null >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "These packages could not be installed: ${wanted[*]}" >&2
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
rust check
