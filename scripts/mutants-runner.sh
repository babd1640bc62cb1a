#!/usr/bin/env bash
# mutants-runner.sh PROGRAM: the tests that this program holds, those of the module MUTANTS_FIRST first,
# then all but those of the module MUTANTS_NOT, up to the first that fails. scripts/mutants.sh has cargo run
# the tests of each mutant with it.
# A test that runs for ever fails by the processor time that it takes, however busy the machine is.
set -uo pipefail
program=$1

run() {
    local seconds=$1 states
    shift
    (
        ulimit -t "$seconds"
        exec "$program" --test-threads 1 "$@"
    ) 2>&1 | awk '{ print; fflush() } /\.\.\. FAILED/ { exit 9 }'
    states=("${PIPESTATUS[@]}")
    if [ "${states[0]}" -ne 0 ] || [ "${states[1]}" -ne 0 ]; then exit 1; fi
}

# These need Duo's client, which is in target/ and not where the mutants are built.
skip=(--skip client_tests)
[ -z "${MUTANTS_NOT:-}" ] || skip+=(--skip "$MUTANTS_NOT")
read -ra first <<<"${MUTANTS_FIRST:-}"
if [ ${#first[@]} -gt 0 ]; then run 30 "${first[@]}" --skip exhaustive --skip properties "${skip[@]}"; fi
run 120 --skip exhaustive "${skip[@]}"
run 300 exhaustive "${skip[@]}"
