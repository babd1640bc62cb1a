#!/usr/bin/env bash
# scripts/test.sh runs all its parts, whichever is red, and says which were: in a tree whose parts are the test's own.
set -euo pipefail
cd "$(dirname "$0")/../.."

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
    echo "FAILED: $1: $(cat "$dir/said")" >&2
    exit 1
}

mkdir -p "$dir"/{bin,scripts,tests/scripts,target/release,target/venv/bin}
cp scripts/test.sh "$dir/scripts"
# Each writes down that it ran; those that are named in `red` fail.
cat >"$dir/bin/part" <<'END'
#!/bin/sh
echo "$(basename "$0") $*" >>"$DIR/ran"
! echo "$(basename "$0") $*" | grep -qf "$DIR/red"
END
for place in bin/cargo tests/scripts/can-fail.sh tests/scripts/checks.sh target/venv/bin/python; do
    cp "$dir/bin/part" "$dir/$place"
done
printf '#!/bin/sh\necho %s/bin/part\n' "$dir" >"$dir/scripts/test-binary.sh"
# Whoever is not root has no namespace to enter, and no sudo is asked.
printf '#!/bin/sh\nshift; exec "$@"\n' >"$dir/bin/nsenter"
printf '#!/bin/sh\nexec "$@"\n' >"$dir/bin/sudo"
cat >"$dir/target/release/privately" <<END
#!/bin/sh
[ ! -e $dir/chroot ] || { echo 'privately: no mount point' >&2; exit 125; }
[ "\$(id -u)" -ne 0 ] || exec $PWD/target/release/privately "\$@"
shift; exec "\$@"
END
mkdir -p "$dir/target/hosts-artefacts"
chmod 0755 "$dir"/{bin,scripts,tests/scripts,target/release,target/venv/bin}/*

# run RED…: what test.sh says then, and its status.
run() {
    printf '%s\n' "$@" >"$dir/red"
    : >"$dir/ran"
    local status=0
    DIR=$dir PATH=$dir/bin:$PATH "$dir/scripts/test.sh" all hosts >"$dir/said" 2>&1 || status=$?
    return $status
}

if run 'cargo.* pam_duo2' checks.sh pam_permit.so; then fail 'red parts, and the status is 0'; fi
# The documents and the policy are checked by the system's own Python, which finds nothing here.
for name in module checks documents selinux 'hosts with pam_permit.so'; do
    grep -qx "red: $name" "$dir/said" || fail "$name is not among the red parts"
done
[ "$(grep -c '^red: ' "$dir/said")" -eq 5 ] || fail 'more is red than failed'
grep -q 'pam_deny.so' "$dir/ran" || fail 'after a red part the last one did not run'
echo 'ok: a red part keeps no other from running, and the end says which were red'

touch "$dir/chroot"
if run nothing; then fail 'no namespace, and the status is 0'; fi
[ "$(grep -c 'no mount point' "$dir/said")" -eq 1 ] || fail 'what is missing is not said, or more than once'
[ ! -s "$dir/ran" ] || fail 'tests ran that cannot run here'
echo 'ok: where there are no mount namespaces that is said once'
