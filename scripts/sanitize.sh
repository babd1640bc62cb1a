#!/usr/bin/env bash
# sanitize.sh address|thread: the module and its host pamtalk, built with AddressSanitizer (which looks
# for leaks too) or ThreadSanitizer, the standard library as well; then the tests that log in through it.
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:?address or thread}
target=$(rustc +nightly --version --verbose 2>/dev/null | sed -n 's/^host: //p' || true)
scripts/nightly.sh rust-src

# pamtalk carries the sanitizer's runtime, which the module finds in it.
build() {
    RUSTFLAGS="-Zsanitizer=$what -Clink-arg=-rdynamic" \
        CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
        CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_DEBUG=line-tables-only \
        cargo +nightly build --locked --release -Zbuild-std --target "$target" --target-dir "target/$what" -p "$1"
}
build pam_duo2
build pamtalk
built=target/$what/$target/release
export PAM_DUO2_SO=$PWD/$built/libpam_duo2.so PAMTALK_BIN=$PWD/$built/pamtalk
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-8} RUST_BACKTRACE=0 SANITIZED=$what
# A report is more than a line on standard error: it is an exit status that no login has.
export ASAN_OPTIONS=exitcode=66:detect_leaks=1:detect_stack_use_after_return=1
# No other program looks up names for it: its pipes would be taken for the module's.
export TSAN_OPTIONS=exitcode=66:second_deadlock_stack=1:external_symbolizer_path=:suppressions=$PWD/tests/memcheck/tsan.supp

# The sanitizer sees what it is there for, in this very host: a login with a module that does it wrong.
tests/scripts/sanitizer-sees.sh "$what"

# Not for it: other hosts (pamtester, memcheck, those in C), which do not carry the runtime; what stands in the
# place of libc's functions, as the runtime does; what the sanitizer itself adds to symbols, memory (it keeps the
# frames of functions that have returned, keys included) and the process; and where an outage is believed only
# after time spent asleep, which the sanitizer spends awake.
skipped=(memcheck:: dump:: pamtester:: hostile:: symbols:: do_not_make_it_grow failures::memory:: both_phases_leave
    failures::deadlines:: failures::rows::connection:: failures::rows::retries:: https_timeout the_push_is_never
    the_answer_to_the_push)
case $what in
address) filters=(user::) ;;
thread) filters=(user::threads:: user::guest:: user::wire:: user::verdicts::) ;;
*)
    echo "$0 address|thread" >&2
    exit 2
    ;;
esac
cargo test --locked --quiet --no-fail-fast -p pam_duo2 --test it -- "${filters[@]}" "${skipped[@]/#/--skip=}"
# What a core dump holds is looked at without those frames.
if [ "$what" = address ]; then
    ASAN_OPTIONS=${ASAN_OPTIONS/%return=1/return=0} cargo test --locked --quiet -p pam_duo2 --test it -- user::dump::
fi
