#!/usr/bin/env bash
# mutants.sh: is there a change to core/ or config/ that no test of theirs notices?
#   mutants.sh                    all of both; takes about an hour and a half on two cores
#   mutants.sh --in-diff BASE     only what differs from BASE (a commit), for a CI; of more than MUTANTS_MOST
#                                 about so many, others with each commit
#   mutants.sh FILE...            only these, e.g. src/core/verdict.rs or 'src/core/host/**'
# MUTANTS_JOBS=2 works at so many files at once (as many as there are cores).
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
export RUSTFLAGS="--cfg mutants -Aunused ${RUSTFLAGS:-}" CARGO_PROFILE_DEV_DEBUG=none
# Fewer random cases for each: what they find one by one is not asked here.
export PROPTEST_CASES=${PROPTEST_CASES:-16} RUST_BACKTRACE=0
triple=$(rustc --version --verbose | sed -n 's/^host: //p' | tr 'a-z-' 'A-Z_')
export "CARGO_TARGET_${triple}_RUNNER=$PWD/scripts/mutants-runner.sh"

# Each as src/core/verdict.rs:88:5: replace … with …
all=$(cargo mutants --package pam_duo2 "${only[@]}" "${asked[@]}" --list)
all=$(grep -E '^src/(core|config)/' <<<"$all" || true)
if [ -z "$all" ]; then
    echo 'There is nothing to change.'
    # A comment may be all that differs, but a file that was asked for has something.
    [ -n "$base" ]
    exit
fi
few=no
number=$(wc -l <<<"$all")
if [ -n "${MUTANTS_MOST:-}" ] && [ "$number" -gt "$MUTANTS_MOST" ]; then
    each=$(((number + MUTANTS_MOST - 1) / MUTANTS_MOST))
    begin=$((0x$(git rev-parse HEAD | cut -c1-6) % each))
    all=$(awk -v each="$each" -v begin="$begin" 'NR % each == begin' <<<"$all")
    echo "Of $number mutants $(wc -l <<<"$all"): MUTANTS_MOST=$MUTANTS_MOST"
    few=yes
fi
echo "$all" >"$out/asked"
files=$(cut -d: -f1 <<<"$all" | sort -u)

# The mutants of one file, built in the folder of the job that takes it. What runs for ever fails by the
# processor's time (mutants-runner.sh); the limit here is for what sleeps for ever.
file() {
    local job=$1 file=$2 baseline=$3 status=0 not='' module results first tests name these=()
    case $file in
    src/core/*) tests=(--cargo-arg=--lib) ;;
    # core/ knows nothing of config/.
    src/config/*) tests=(--cargo-arg=--lib --cargo-arg=--test=config) not=core:: ;;
    esac
    # Which of them, where not all are asked; a name holds signs that regular expressions know.
    if [ "$few" = yes ]; then
        while IFS= read -r name; do these+=(--re "^$name\$"); done < <(
            grep -F "$file:" "$out/asked" | sed 's/[][\.*^$+?(){}|]/\\&/g'
        )
    fi
    module=${file#src/}
    module=${module%.rs}
    module=${module%/mod}
    results=$out/results/${module//\//-}
    mkdir -p "$results"
    # The tests of core/host/rows.rs are in core/host/.
    first=$(cut -d/ -f1,2 <<<"$module")
    first=${first/\//::}
    [ "$first" != core::machine ] || first+=' login::'
    MUTANTS_FIRST=$first MUTANTS_NOT=$not CARGO_TARGET_DIR=$out/build.$job cargo mutants --package pam_duo2 --jobs 1 \
        --baseline "$baseline" --timeout 1800 --no-times --output "$results" "${only[@]}" "${these[@]}" --file "$file" \
        --cargo-arg=--locked "${tests[@]}" || status=$?
    case $status in
    # 2: something was missed; 3: a test no longer came to its end, and so noticed. Both are counted below.
    0 | 2 | 3) ;;
    # Nothing could be built, or the tests fail without a change.
    *) echo "$status" >"$out/results/broken" ;;
    esac
}

# Each job takes the next file until there is none. Whether the tests pass without a change is seen once, with
# the first file of core/ and the first of config/.
work() {
    local job=$1 name baseline
    while [ ! -e "$out/results/broken" ]; do
        flock 8
        read -r name baseline <&9 || return 0
        flock --unlock 8
        file "$job" "$name" "$baseline"
    done
}

jobs=${MUTANTS_JOBS:-$(nproc)}
count_of_files=$(wc -l <<<"$files")
[ "$jobs" -le "$count_of_files" ] || jobs=$count_of_files
# What all of them need is built once.
CARGO_TARGET_DIR=$out/build.1 cargo test --locked --quiet -p pam_duo2 --lib --test config --no-run
for ((job = 2; job <= jobs; job++)); do
    [ -d "$out/build.$job" ] || cp -a "$out/build.1" "$out/build.$job"
done
awk '{ folder = $1; sub("src/", "", folder); sub("/.*", "", folder); print $1, seen[folder]++ ? "skip" : "run" }' \
    <<<"$files" >"$out/queue"
exec 9<"$out/queue"
workers=()
for ((job = 1; job <= jobs; job++)); do
    work "$job" 8>"$out/lock" &
    workers+=($!)
done
for worker in "${workers[@]}"; do wait "$worker" || echo 1 >"$out/results/broken"; done
[ ! -e "$out/results/broken" ] || exit "$(<"$out/results/broken")"

count() {
    find "$out/results" -name "$1.txt" -exec cat {} + | wc -l
}
echo "caught: $(count caught), timed out: $(count timeout), unviable: $(count unviable), missed: $(count missed)"
find "$out/results" -name missed.txt -exec cat {} +
# Each that was asked for has a result; cargo-mutants 27 takes those that leave a field out whatever --re says.
unmet=$(comm -23 <(sort "$out/asked") <(find "$out/results" -name '*.txt' -exec cat {} + | sort -u))
if [ -n "$unmet" ]; then
    printf 'These have no result:\n%s\n' "$unmet" >&2
    exit 1
fi
[ "$(count missed)" -eq 0 ]
