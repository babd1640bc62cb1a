#!/usr/bin/env bash
# policies.sh FOLDER MODULE.pp [long]: what an installed system has in /etc/selinux without and with our module, as
# FOLDER/policies/{without,with}; long: and without any dontaudit rule, as FOLDER/policies/bare. Made on a copy of its
# store, without a kernel that knows SELinux, and as anybody.
set -euo pipefail
# Where not everybody looks.
PATH=$PATH:/usr/sbin:/sbin
work=$1 module=$2 what=${3:-short}
policies=$work/policies
stamp=$(sha256sum "$module" "$0" | cut -d ' ' -f 1 | tr '\n' ' ')$what
if [ "$(cat "$policies/made-from" 2>/dev/null || true)" = "$stamp" ]; then exit 0; fi

rm -rf "$policies" "$work/store.new"
cp "$module" "$work/pam_duo2.pp"
trap 'rm -rf "$work/store.new"' EXIT
keep() {
    mkdir -p "$policies/$1/contexts"
    cp -r "$2/etc/selinux/default/policy" "$policies/$1/"
    cp -r "$2/etc/selinux/default/contexts/files" "$policies/$1/contexts/"
}
cp -a "$work/store" "$work/store.new"
keep without "$work/store"
semodule -p "$work/store.new" -s default -n -i "$module"
keep with "$work/store.new"
if [ "$what" = long ]; then
    semodule -p "$work/store.new" -s default -n -D -i "$module"
    keep bare "$work/store.new"
fi
echo "$stamp" >"$policies/made-from"
