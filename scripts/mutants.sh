#!/usr/bin/env bash
# mutants.sh: is there a change to core/ or config/ that no test of theirs notices?
#   mutants.sh                    all of both; takes hours
#   mutants.sh --in-diff BASE     only what differs from BASE (a commit), for a CI
#   mutants.sh FILE...            only these, e.g. src/core/verdict.rs or 'src/core/host/**'
# Each mutant meets the unit tests (and for config/ tests/config): whatever decides must be held by the
# tests beside it. The results are in target/mutants/.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo mutants --version >/dev/null 2>&1; then
    echo 'There is no cargo-mutants. Install it: cargo install --locked cargo-mutants' >&2
    exit 1
fi

files=()
only=()
if [ "${1:-}" = --in-diff ]; then
    base=${2:?a commit to compare with}
    mkdir -p target
    git diff "$base" -- src >target/mutants.diff
    only=(--in-diff target/mutants.diff)
else
    files=("$@")
fi

# Lists the files of one folder that were asked for, or all of it.
of() {
    local file
    if [ ${#files[@]} -eq 0 ]; then echo "$1/**"; fi
    for file in "${files[@]}"; do
        case $file in "$1"/*) echo "$file" ;; esac
    done
}

failed=no
mutate() {
    local name=$1 folder=$2 file chosen=()
    shift 2
    while IFS= read -r file; do chosen+=(--file "$file"); done < <(of "$folder")
    [ ${#chosen[@]} -gt 0 ] || return 0
    # Fewer random cases for each: what they find one by one is not asked here.
    PROPTEST_CASES=${PROPTEST_CASES:-64} cargo mutants --package pam_duo2 --jobs "${MUTANTS_JOBS:-1}" \
        --output "target/mutants/$name" "${only[@]}" "${chosen[@]}" -- --locked "$@" || failed=yes
}

mkdir -p target/mutants
mutate core src/core --lib -- core:: login::
mutate config src/config --lib --test config
[ "$failed" = no ]
