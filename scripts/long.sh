#!/usr/bin/env bash
# What `make test-long` runs: each part, whatever became of the one before, then what became of each.
# LEAVE_OUT='miri thread' leaves parts out, and the summary says so. Nothing else is left out: a part
# that lacks something fails, and says what is missing and how to get it.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

# A name, and the command, in the order in which they run: the longest comes last.
parts=(
    'ignored: scripts/test.sh ignored'
    'fuzz: scripts/fuzz.sh'
    'auditable: scripts/auditable.sh'
    'miri: scripts/miri.sh'
    'careful: scripts/careful.sh'
    'address: scripts/sanitize.sh address'
    'thread: scripts/sanitize.sh thread'
    'mutants: scripts/mutants.sh'
)

for name in ${LEAVE_OUT:-}; do
    if ! printf '%s\n' "${parts[@]%%:*}" | grep -qxF -- "$name"; then
        echo "LEAVE_OUT: there is no part $name (${parts[*]%%:*})" >&2
        exit 2
    fi
done

summary=()
passed=0 failed=0 out=0
for part in "${parts[@]}"; do
    name=${part%%:*} began=$SECONDS
    if [[ " ${LEAVE_OUT:-} " = *" $name "* ]]; then
        result='left out (LEAVE_OUT)'
        out=$((out + 1))
    else
        echo "=== $part"
        # The parts are commands of two words at most, without quotes.
        read -ra command <<<"${part#*: }"
        if "${command[@]}" </dev/null; then
            result=passed passed=$((passed + 1))
        else
            result=FAILED failed=$((failed + 1))
        fi
    fi
    took=$((SECONDS - began))
    summary+=("$(printf '%-10s %3d min %02d s  %s' "$name" $((took / 60)) $((took % 60)) "$result")")
done

echo "=== summary, $(date +%F), $(rustc --version | cut -d' ' -f1-2), $(rustc +nightly --version 2>/dev/null | cut -d' ' -f2-4 || echo 'no nightly')"
printf '%s\n' "${summary[@]}"
echo "parts: $passed passed, $failed failed, $out left out"
[ "$failed" -eq 0 ]
