#!/usr/bin/env bash
# emulator.sh FOLDER: QEMU from the archive's packages, unpacked in FOLDER and started by FOLDER/qemu-system-x86_64, for a
# machine on which they cannot be installed beside what is there (a qemu-utils from backports, say). Needs no root.
set -euo pipefail

rm -rf "$1"
mkdir -p "$1/packages"
cd "$1"
# What would be installed where there is nothing of QEMU: the libraries that are missing are in it.
awk 'BEGIN { RS = ""; ORS = "\n\n" } !/^Package: (qemu-|seabios\n|ipxe-qemu\n)/' /var/lib/dpkg/status >status
mapfile -t wanted < <(apt-get install --simulate --no-install-recommends -o Dir::State::status="$PWD/status" qemu-system-x86 |
    sed -nE 's/^Inst ([^ ]+) (\[[^]]*\] )?\(([^ ]+) .*/\1=\3/p')
[ "${#wanted[@]}" -gt 0 ] || { echo 'apt does not know of a qemu-system-x86.' >&2; exit 1; }
(cd packages && apt-get download -q "${wanted[@]}")
for package in packages/*.deb; do dpkg -x "$package" .; done
rm -r packages status

cat >qemu-system-x86_64 <<'END'
#!/bin/sh
here=$(dirname "$(realpath "$0")")
libraries=$here/usr/lib/x86_64-linux-gnu
LD_LIBRARY_PATH=$libraries:$libraries/pulseaudio:$here/lib/x86_64-linux-gnu exec "$here/usr/bin/qemu-system-x86_64" \
    -L "$here/usr/share/qemu" -L "$here/usr/share/seabios" -L "$here/usr/lib/ipxe/qemu" "$@"
END
chmod 0755 qemu-system-x86_64
# Fails where a library is missing.
./qemu-system-x86_64 --version
