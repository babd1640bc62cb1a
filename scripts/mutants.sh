#!/usr/bin/env bash
# mutants.sh: is there a change to core/ or config/ that no test of theirs notices?
#   mutants.sh                    all of both; takes about three hours
#   mutants.sh --in-diff BASE     only what differs from BASE (a commit), for a CI; of more than MUTANTS_MOST
#                                 about so many, others with each commit
#   mutants.sh FILE...            only these, e.g. src/core/verdict.rs or 'src/core/host/**'
# Each mutant meets the unit tests (and for config/ tests/config): whatever decides must be held by the
# tests beside it. The results are in target/mutants/.
set -euo pipefail
cd "$(dirname "$0")/.."

base=
if [ "${1:-}" = --in-diff ]; then
    base=${2:?a commit to compare with}
    git rev-parse --quiet --verify "$base^{commit}" >/dev/null || { echo "There is no commit $base here." >&2; exit 1; }
    if git diff --quiet "$base" -- src/core src/config; then
        echo "Nothing in src/core/ and src/config/ differs from $base."
        exit 0
    fi
fi

version=27.1.0
if ! cargo mutants --version >/dev/null 2>&1; then
    echo "Building cargo-mutants $version (once)"
    cargo install --quiet --locked --version "$version" cargo-mutants
fi

out=$PWD/target/mutants
rm -rf "$out/results"
mkdir -p "$out/results"
only=()
asked=()
if [ -n "$base" ]; then
    git diff "$base" -- src >"$out/diff"
    only=(--in-diff "$out/diff")
else
    for file in "$@"; do asked+=(--file "$file"); done
fi
[ ${#asked[@]} -gt 0 ] || asked=(--file 'src/core/**' --file 'src/config/**')

# Of the module only what is changed here and needed for it; without what only a debugger reads.
export RUSTFLAGS="--cfg mutants -Aunused ${RUSTFLAGS:-}" CARGO_PROFILE_DEV_DEBUG=none CARGO_TARGET_DIR=$out/build
# Fewer random cases for each: what they find one by one is not asked here.
export PROPTEST_CASES=${PROPTEST_CASES:-16} RUST_BACKTRACE=0
triple=$(rustc --version --verbose | sed -n 's/^host: //p' | tr 'a-z-' 'A-Z_')
export "CARGO_TARGET_${triple}_RUNNER=$PWD/scripts/mutants-runner.sh"

all=$(cargo mutants --package pam_duo2 "${only[@]}" "${asked[@]}" --list --json |
    sed -n 's/^ *"file": "\(src\/[a-z0-9_/]*\.rs\)",\{0,1\}$/\1/p')
files=$(sort -u <<<"$all")
number=$(grep -c . <<<"$all" || true)
if [ -n "${MUTANTS_MOST:-}" ] && [ "$number" -gt "$MUTANTS_MOST" ]; then
    shards=$(((number + MUTANTS_MOST - 1) / MUTANTS_MOST))
    only+=(--shard "$((0x$(git rev-parse HEAD | cut -c1-6) % shards))/$shards" --sharding round-robin)
    echo "Of $number mutants about $((number / shards)): MUTANTS_MOST=$MUTANTS_MOST"
fi
if [ -z "$files" ] && [ ${#only[@]} -eq 0 ]; then
    echo 'There is nothing to change.' >&2
    exit 1
fi
failed=no
baseline_core=run
baseline_config=run
for file in $files; do
    # Whether the tests pass without a change is seen once, with the first file.
    case $file in
    src/core/*) tests=(--cargo-arg=--lib) baseline=$baseline_core baseline_core=skip ;;
    src/config/*)
        tests=(--cargo-arg=--lib --cargo-arg=--test=config)
        baseline=$baseline_config baseline_config=skip
        ;;
    *) continue ;;
    esac
    module=${file#src/}
    module=${module%.rs}
    module=${module%/mod}
    results=$out/results/${module//\//-}
    mkdir -p "$results"
    # The tests of core/host/rows.rs are in core/host/.
    first=$(cut -d/ -f1,2 <<<"$module")
    first=${first/\//::}
    [ "$first" != core::machine ] || first+=' login::'
    status=0
    MUTANTS_FIRST=$first cargo mutants --package pam_duo2 --jobs 1 \
        --baseline "$baseline" --timeout 300 --no-times --output "$results" "${only[@]}" --file "$file" \
        --cargo-arg=--locked "${tests[@]}" || status=$?
    case $status in
    # 3: a test no longer came to its end, and so noticed.
    0 | 3) ;;
    2) failed=yes ;;
    # Nothing could be built, or the tests fail without a change.
    *) exit "$status" ;;
    esac
done

count() {
    find "$out/results" -name "$1.txt" -exec cat {} + | wc -l
}
echo "caught: $(count caught), timed out: $(count timeout), unviable: $(count unviable), missed: $(count missed)"
find "$out/results" -name missed.txt -exec cat {} +
# A test that came to no end hides, in cargo-mutants' own status, what was missed.
[ "$failed" = no ] && [ "$(count missed)" -eq 0 ]
