#!/usr/bin/env bash
# root.sh FOLDER: an enforcing Debian that has never been booted, as FOLDER/{disk.img,vmlinuz,initrd.img}, and its
# policy's store as FOLDER/store. As root, with the host's own apt and where that has its packages from.
set -euo pipefail

# What is mounted on the way ends with the namespace, and what runs in the root with the process that is number one.
if [ -z "${OF_ITS_OWN:-}" ]; then
    OF_ITS_OWN=yes exec unshare --mount --pid --fork --kill-child --propagation private --mount-proc "$0" "$@"
fi

here=$(dirname "$(realpath "$0")")
mkdir -p "$1"
cd "$1"
rm -rf root store policies disk.img vmlinuz initrd.img sources.list apt.conf
trap 'rm -rf root sources.list apt.conf' EXIT

phase() {
    echo "  $1: $((SECONDS - began)) s"
    began=$SECONDS
}
began=$SECONDS

# shellcheck disable=SC2016 # apt fills these in.
sources() {
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' 'Origin: Debian' | sort -u
}
[ -n "$(sources)" ] || apt-get update -q
sources >sources.list
[ -s sources.list ] || { echo 'apt knows no Debian to make a system from.' >&2; exit 1; }
# Proxies, checks of dates and whatever else makes apt work here.
apt-config dump | grep '^Acquire::' >apt.conf

packages=(systemd-sysv dbus linux-image-cloud-amd64 initramfs-tools selinux-policy-default selinux-utils policycoreutils
    auditd openssh-server openssh-client sudo cockpit-ws cockpit-bridge libpam-systemd python3)
# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
# Emulated, each module that is left out of the initial file system is time saved.
# shellcheck disable=SC2016 # $1 is the hook's.
if ! mmdebstrap --mode=root --variant=minbase --include="$(IFS=,; echo "${packages[*]}")" \
    --aptopt="$PWD/apt.conf" --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"; echo MODULES=list >"$1/etc/initramfs-tools/conf.d/small"' \
    --essential-hook='printf "%s\n" virtio_pci virtio_blk ext4 >"$1/etc/initramfs-tools/modules"' \
    "$codename" root - <sources.list >packages.log 2>&1; then
    tail -n 40 packages.log >&2
    exit 1
fi
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
