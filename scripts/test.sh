#!/usr/bin/env bash
# test.sh user|all|hosts|long|ignored…: the tests, after `make` has built what they use. Each part runs, whatever became of the one
# before, and the end says which were red.
set -euo pipefail
cd "$(dirname "$0")/.."
# Debian has semodule, mkfs.ext4 and others there, and an ordinary user's PATH has not.
export PATH=$PATH:/usr/sbin:/sbin

[ $# -gt 0 ] || set -- none
for what in "$@"; do
    case $what in
    user | all | hosts | long | ignored) ;;
    *)
        echo "$0 user|all|hosts|long|ignored…" >&2
        exit 2
        ;;
    esac
done
# Whoever runs this in the background, or under nohup, may have Ctrl-C and its kin ignored, and what is
# ignored stays so in every program that is started: then nobody in these tests can press a key.
if [ -z "${SIGNALS_RESET:-}" ]; then
    SIGNALS_RESET=yes exec env --default-signal=INT,QUIT,HUP,TERM,PIPE "$0" "$@"
fi
# Most of these tests wait (for a phone, for a deadline), so more of them run than there are cores.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-8}
export RUST_BACKTRACE=0

# In a namespace where /etc is read-only: what runs as root writes nothing there.
privately=("$PWD/target/release/privately" --)
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
# Asked once: hundreds of tests would each say the same.
namespaces() {
    "${sudo[@]}" "${privately[@]}" true || return
    # A chroot is left by whoever enters its mount namespace.
    if [ "$(stat -c %d:%i /)" != "$("${sudo[@]}" nsenter --mount=/proc/self/ns/mnt stat -c %d:%i /)" ]; then
        echo 'The root directory is not that of the mount namespace, as in a chroot: enter it by pivot_root(8) instead.' >&2
        return 1
    fi
}
case " $* " in
*' all '* | *' hosts '*)
    if ! namespaces; then
        echo 'The tests that need root cannot run here (above). What needs none: make test-user' >&2
        exit 1
    fi
    if [ "$(id -u)" -eq 0 ] && [ -w /etc ]; then exec "${privately[@]}" "$0" "$@"; fi
    ;;
esac

passed=0
red=()
# part NAME COMMAND…
part() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        red+=("$name")
        echo "=== red: $name" >&2
    fi
}

# Everything of one crate; the dev profile, so that the release build of the module stays what it is.
crate() {
    cargo test --locked --quiet --no-fail-fast -p "$@"
}

# The part that needs root, in a program that was built as whoever calls this. Arguments: whose, and which tests.
as_root() {
    local binary
    binary=$(scripts/test-binary.sh "$1") || return
    shift
    sudo "${privately[@]}" env "RUST_TEST_THREADS=$RUST_TEST_THREADS" "PATH=$PATH" "$binary" --quiet "$@"
}

# The test programs' own tests, and what is checked about the build itself.
tools() {
    part mockduo crate mockduo
    part pamtalk crate pamtalk
    part checks tests/scripts/checks.sh
    part documents /usr/bin/python3 -B tests/scripts/documents.py
    # Duo's official client against mockduo, the phone's page in Chromium, and what the bench makes of what it measures.
    part python target/venv/bin/python -B tests/python/run.py client phone bench
    # The system's own Python has setools.
    part selinux /usr/bin/python3 -B tests/python/run.py selinux/static
    if [ -n "${UPDATE_IMAGES:-}" ]; then part images target/venv/bin/python -B tests/phone/images.py; fi
}

# People who log in. Whoever calls this may want to remove what root leaves.
log_in() {
    local status=0
    "${sudo[@]}" env "PATH=$PATH" "UPDATE_DOCS=${UPDATE_DOCS:-}" "UPDATE_IMAGES=${UPDATE_IMAGES:-}" \
        target/venv/bin/python -B tests/hosts/run.py "$@" || status=$?
    [ "$(id -u)" -eq 0 ] || sudo chown -R "$(id -u):$(id -g)" target/hosts-artefacts
    return "$status"
}

# Each row fails when something else stands in the module's place: it claims something.
log_in_with() {
    local module
    module=$(find /usr/lib*/security /usr/lib/*/security -name "$1" -print -quit 2>/dev/null || true)
    [ -n "$module" ] || { echo "$1 is nowhere." >&2; return 1; }
    log_in --impostor "$module"
}

for what in "$@"; do
    case $what in
    user)
        part module crate pam_duo2 -- --skip needs_root::
        part can-fail tests/scripts/can-fail.sh user::
        tools
        ;;
    all)
        if [ "$(id -u)" -eq 0 ]; then
            part module crate pam_duo2
            part can-fail tests/scripts/can-fail.sh
        else
            part module crate pam_duo2 -- --skip needs_root::
            part 'module as root' as_root it needs_root::
            part 'config as root' as_root config needs_root::
            part can-fail tests/scripts/can-fail.sh user::
            part 'can-fail as root' tests/scripts/can-fail.sh --sudo needs_root::
        fi
        tools
        ;;
    hosts)
        part hosts log_in
        part 'hosts with pam_permit.so' log_in_with pam_permit.so
        part 'hosts with pam_deny.so' log_in_with pam_deny.so
        ;;
    long)
        part long scripts/long.sh
        ;;
    ignored)
        # What computes for minutes, by a better compiled module: it checks what the others check.
        part unit crate pam_duo2 --profile long --lib -- --ignored
        if [ "$(id -u)" -eq 0 ]; then
            part module crate pam_duo2 --test it -- --ignored
        else
            part module crate pam_duo2 --test it -- --ignored --skip needs_root::
            part 'module as root' as_root it --ignored needs_root::
        fi
        part selinux tests/selinux/vm/test.sh long
        ;;
    esac
done

echo "=== $*: $passed parts passed, ${#red[@]} red"
[ ${#red[@]} -eq 0 ] || { printf 'red: %s\n' "${red[@]}"; exit 1; }
