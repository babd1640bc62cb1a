#!/usr/bin/env bash
# test.sh [long]: the logins under SELinux, after `make` has built what they use. The machine is made once and kept in
# target/selinux-vm; what it is made from is in `ready`, and another machine is made when that changes.
set -euo pipefail
cd "$(dirname "$0")/../../.."
# Debian has semodule, mkfs.ext4 and others there, and an ordinary user's PATH has not.
export PATH=$PATH:/usr/sbin:/sbin

here=tests/selinux/vm
work=target/selinux-vm
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
mkdir -p "$work"
# Two at a time would take each other's machine away.
exec 9>"$work/lock"
flock 9

began=$SECONDS
phase() {
    echo "selinux: $1: $((SECONDS - began)) s"
    began=$SECONDS
}

python3 -B $here/test_verdicts.py
made_from=$(cat $here/{root.sh,settle.sh,test_cockpit.cil} | sha256sum)
if [ "$(cat $work/ready 2>/dev/null || true)" != "$made_from" ]; then
    rm -f $work/ready
    "${as_root[@]}" "$here/root.sh" "$work"
    # Whoever calls this uses it from here on, and may want to remove it.
    "${as_root[@]}" chown -R "$(id -u):$(id -g)" $work
    echo "$made_from" >$work/ready
    phase 'a machine from nothing'
fi
$here/policies.sh $work target/selinux/pam_duo2.pp "$@"
phase 'the policies'
status=0
python3 -B $here/run.py $work "$@" || status=$?
phase 'boot and logins'
exit $status
