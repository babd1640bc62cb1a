#!/usr/bin/env bash
# test.sh user|all|hosts|long|ignored: the tests, after `make` has built what they use.
set -euo pipefail
cd "$(dirname "$0")/.."
# Debian has semodule, mkfs.ext4 and others there, and an ordinary user's PATH has not.
export PATH=$PATH:/usr/sbin:/sbin

what=${1:?user, all, hosts, long or ignored}
# Whoever runs this in the background, or under nohup, may have Ctrl-C and its kin ignored, and what is
# ignored stays so in every program that is started: then nobody in these tests can press a key.
if [ -z "${SIGNALS_RESET:-}" ]; then
    SIGNALS_RESET=yes exec env --default-signal=INT,QUIT,HUP,TERM,PIPE "$0" "$@"
fi
# Most of these tests wait (for a phone, for a deadline), so more of them run than there are cores.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-8}
export RUST_BACKTRACE=0

# Everything of one crate; the dev profile, so that the release build of the module stays what it is.
crate() {
    cargo test --locked --quiet --no-fail-fast -p "$@"
}

# The part that needs root, in a program that was built as whoever calls this. Arguments: whose, and which tests.
as_root() {
    local binary
    binary=$(scripts/test-binary.sh "$1")
    shift
    sudo env "RUST_TEST_THREADS=$RUST_TEST_THREADS" "PATH=$PATH" "$binary" --quiet "$@"
}

# The test programs' own tests, and what is checked about the build itself.
tools() {
    crate mockduo
    crate pamtalk
    tests/scripts/checks.sh
    /usr/bin/python3 -B tests/scripts/documents.py
    # Duo's official client against mockduo, the phone's page in Chromium, and what the bench makes of what it measures.
    target/venv/bin/python -B tests/python/run.py client phone bench
    # The system's own Python has setools.
    /usr/bin/python3 -B tests/python/run.py selinux/static
    if [ -n "${UPDATE_IMAGES:-}" ]; then target/venv/bin/python -B tests/phone/images.py; fi
}

case $what in
user)
    crate pam_duo2 -- --skip needs_root::
    tests/scripts/can-fail.sh user::
    tools
    ;;
all)
    before=$(tests/scripts/etc-state.sh)
    if [ "$(id -u)" -eq 0 ]; then
        crate pam_duo2
        tests/scripts/can-fail.sh
    else
        crate pam_duo2 -- --skip needs_root::
        as_root it needs_root::
        as_root config needs_root::
        tests/scripts/can-fail.sh user::
        tests/scripts/can-fail.sh --sudo needs_root::
    fi
    tools
    if ! diff <(echo "$before") <(tests/scripts/etc-state.sh); then
        echo 'The tests changed something in /etc (above), or something else did while they ran.' >&2
        exit 1
    fi
    ;;
hosts)
    before=$(tests/scripts/etc-state.sh)
    hosts=(env "PATH=$PATH" "UPDATE_DOCS=${UPDATE_DOCS:-}" "UPDATE_IMAGES=${UPDATE_IMAGES:-}"
        target/venv/bin/python -B tests/hosts/run.py)
    [ "$(id -u)" -eq 0 ] || hosts=(sudo "${hosts[@]}")
    # Whoever calls this may want to remove what root leaves.
    log_in() {
        local status=0
        "${hosts[@]}" "$@" || status=$?
        [ "$(id -u)" -eq 0 ] || sudo chown -R "$(id -u):$(id -g)" target/hosts-artefacts
        return "$status"
    }
    log_in
    # Each row fails when something else stands in the module's place: it claims something.
    for impostor in pam_permit.so pam_deny.so; do
        module=$(find /usr/lib*/security /usr/lib/*/security -name $impostor -print -quit 2>/dev/null || true)
        [ -n "$module" ] || { echo "$impostor is nowhere." >&2; exit 1; }
        log_in --impostor "$module"
    done
    if ! diff <(echo "$before") <(tests/scripts/etc-state.sh); then
        echo 'The tests changed something in /etc (above), or something else did while they ran.' >&2
        exit 1
    fi
    ;;
long)
    scripts/long.sh
    ;;
ignored)
    # What computes for minutes, by a better compiled module: it checks what the others check.
    crate pam_duo2 --profile long --lib -- --ignored
    if [ "$(id -u)" -eq 0 ]; then
        crate pam_duo2 --test it -- --ignored
    else
        crate pam_duo2 --test it -- --ignored --skip needs_root::
        as_root it --ignored needs_root::
    fi
    tests/selinux/vm/test.sh long
    ;;
*)
    echo "$0 user|all|hosts|long|ignored" >&2
    exit 2
    ;;
esac
