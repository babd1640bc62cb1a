#!/usr/bin/env bash
# root.sh FOLDER: an enforcing Debian that has never been booted, as FOLDER/{disk.img,vmlinuz,initrd.img}, and its
# policy's store as FOLDER/store. As root, with the host's own apt and where that has its packages from.
set -euo pipefail

# What is mounted on the way is mounted in a namespace of its own, and what runs there ends with its first process. The
# root is removed out here, where nothing is mounted below it: in there that would reach into this machine's /sys.
if [ -z "${OF_ITS_OWN:-}" ]; then
    leftovers=("$1"/{root,sources.list,apt.conf,packages.log})
    mkdir -p "$1"
    rm -rf --one-file-system "${leftovers[@]}" "$1"/{store,policies,disk.img,vmlinuz,initrd.img}
    OF_ITS_OWN=yes unshare --mount --pid --fork --kill-child --propagation private --mount-proc "$0" "$@" &
    made=$!
    trap 'kill -KILL "$made" 2>/dev/null || true' TERM INT HUP
    status=0
    wait "$made" || status=$?
    # A signal ends the first wait only.
    wait "$made" || true
    rm -rf --one-file-system "${leftovers[@]}"
    exit "$status"
fi

here=$(dirname "$(realpath "$0")")
cd "$1"

phase() {
    echo "  $1: $((SECONDS - began)) s"
    began=$SECONDS
}
began=$SECONDS

if [ "$(dpkg --print-architecture)" != amd64 ]; then
    echo "The emulated machine is made of amd64's packages, and this machine is $(dpkg --print-architecture)." >&2
    exit 1
fi
# The key that an entry of the sources names (FILE:NUMBER, of a stanza or of a line), or else Debian's own.
key() {
    local file=${1%:*} number=${1##*:} named
    case $file in
    *.sources) named=$(sed '/^#/d' "$file" | awk -v n="$number" 'BEGIN { RS = "" } NR == n' | sed -n 's|^Signed-By: *\(/[^ ]*\)$|\1|Ip') ;;
    *) named=$(sed -n "${number}s/.*\[[^]]*signed-by=\([^] ]*\).*/\1/p" "$file") ;;
    esac
    echo "${named:-/usr/share/keyrings/debian-archive-keyring.gpg}"
}
# What this machine's apt has of Debian 12. Not $(TRUSTED): it says that the signature was good, not that it need not be.
sources() {
    local entry codename rest
    # shellcheck disable=SC2016 # apt fills these in.
    apt-get indextargets --format '$(SOURCESENTRY) $(CODENAME) $(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' 'Origin: Debian' 'Architecture: amd64' |
        while read -r entry codename rest; do
            case $codename in
            bookworm | bookworm-updates | bookworm-security) echo "deb [signed-by=$(key "$entry")] $rest" ;;
            esac
        done | sort -u
}
[ -n "$(sources)" ] || apt-get update -q
sources >sources.list
if ! apt-cache policy | grep -q 'o=Debian,.*n=bookworm,'; then
    echo "The emulated machine is a Debian 12, and this machine's apt offers none: add bookworm to its sources." >&2
    exit 1
fi
# Proxies, checks of dates and whatever else makes apt work here.
apt-config dump | grep '^Acquire::' >apt.conf

packages=(systemd-sysv dbus linux-image-cloud-amd64 initramfs-tools selinux-policy-default selinux-utils policycoreutils
    auditd openssh-server openssh-client sudo cockpit-ws cockpit-bridge libpam-systemd python3)
# Emulated, each module that is left out of the initial file system is time saved.
# shellcheck disable=SC2016 # $1 is the hook's.
if ! mmdebstrap --mode=root --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" \
    --aptopt="$PWD/apt.conf" --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"; echo MODULES=list >"$1/etc/initramfs-tools/conf.d/small"' \
    --essential-hook='printf "%s\n" virtio_pci virtio_blk ext4 >"$1/etc/initramfs-tools/modules"' \
    bookworm root - <sources.list >packages.log 2>&1; then
    tail -n 40 packages.log >&2
    exit 1
fi
# Where packages come from here is none of the image's business.
rm -f root/etc/apt/sources.list root/etc/apt/apt.conf.d/99mmdebstrap
phase 'packages'

semodule -p root -s default -n -i "$here/test_cockpit.cil"
"$here/settle.sh" root
phase 'policy'

setfiles -F -m -r root root/etc/selinux/default/contexts/files/file_contexts root >/dev/null
mkdir -p store/etc store/var/lib
cp -a root/etc/selinux store/etc/
cp -a root/var/lib/selinux store/var/lib/
cp root/boot/vmlinuz-* vmlinuz
cp root/boot/initrd.img-* initrd.img
rm -rf root/boot/*
mkfs.ext4 -q -d root disk.img 1500M
phase 'labels and image'
