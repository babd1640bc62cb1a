#!/usr/bin/env bash
# fuzz.sh [TARGET...]: each fuzz target (all of fuzz/fuzz_targets/ by default) for FUZZ_SECONDS (600).
#   FUZZ_JOBS=2         so many at once (as many as there are cores)
#   FUZZ_MINIMISE=yes   puts what is worth keeping into fuzz/corpus/, which make test replays
set -euo pipefail
cd "$(dirname "$0")/.."

toolchain=${FUZZ_TOOLCHAIN:-nightly}
if ! host=$(cargo "+$toolchain" --version --verbose 2>/dev/null | sed -n 's/^host: //p') || [ -z "$host" ]; then
    echo "There is no $toolchain toolchain, which the fuzzer needs: rustup toolchain install nightly" >&2
    exit 1
fi
if ! command -v c++ >/dev/null; then
    echo 'libFuzzer is built with a C++ compiler, and there is none (Debian: apt-get install g++).' >&2
    exit 1
fi

seconds=${FUZZ_SECONDS:-600}
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi

# What cargo-fuzz does, without another tool: coverage for libFuzzer, and AddressSanitizer.
flags=(--cfg fuzzing -Zsanitizer=address -Ccodegen-units=1 -Cforce-frame-pointers
    -Cpasses=sancov-module
    -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares)
RUSTFLAGS="${flags[*]}" cargo "+$toolchain" build --locked --quiet --release \
    --manifest-path fuzz/Cargo.toml --target-dir target/fuzz --target "$host"

# Files of the tests to begin with, where there are some.
seeds() {
    case $1 in
    ini) cp tests/config/ini/files/*.conf "$2" ;;
    toml) cp tests/config/*.toml conf/*.toml "$2" ;;
    esac
}

run() {
    local target=$1 work=target/fuzz/corpus/$1 kept=fuzz/corpus/$1 found=target/fuzz/found/$1
    mkdir -p "$work" "$kept" "$found"
    seeds "$target" "$work"
    local program=(target/fuzz/"$host"/release/"$target" -artifact_prefix="$found/" -timeout=25
        -rss_limit_mb=2048 -max_len=4096 -verbosity=0)
    if [ "$seconds" -gt 0 ]; then
        local log=target/fuzz/$target.log
        if ! "${program[@]}" -print_final_stats=1 -max_total_time="$seconds" "$work" "$kept" >"$log" 2>&1; then
            cat "$log"
            return 1
        fi
        grep '^stat::' "$log"
    fi
    if [ "${FUZZ_MINIMISE:-}" = yes ]; then
        local smallest
        smallest=$(mktemp -d target/fuzz/merged.XXXXXX)
        "${program[@]}" -merge=1 "$smallest" "$work" "$kept" >/dev/null 2>&1 || return 1
        rm -rf "$kept"
        mv "$smallest" "$kept"
        chmod 755 "$kept"
    fi
    echo "$target: $(find "$kept" -type f | wc -l) inputs kept, $(find "$work" -type f | wc -l) at work"
}

# Each of several targets at once has a log, which is shown when it has ended.
said=target/fuzz/said
rm -rf "$said"
mkdir -p "$said"
jobs=${FUZZ_JOBS:-$(nproc)}
for target in "${targets[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n || true; done
    {
        if run "$target" >"$said/$target" 2>&1; then touch "$said/$target.passed"; fi
        printf '=== %s, %s s\n%s\n' "$target" "$seconds" "$(<"$said/$target")"
    } &
done
wait

failed=()
for target in "${targets[@]}"; do
    if [ ! -e "$said/$target.passed" ]; then failed+=("$target"); fi
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "Found something: ${failed[*]}. The inputs are in target/fuzz/found/; mend it, and put each into" \
        "fuzz/corpus/." >&2
    exit 1
fi
