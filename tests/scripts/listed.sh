#!/usr/bin/env bash
# listed.sh MODULE: the list of dependencies in a module that cargo-auditable has built leaves out none.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."

section=$(mktemp)
trap 'rm -f "$section"' EXIT
objcopy --dump-section ".dep-v0=$section" "$1" /dev/null || true
[ -s "$section" ] || { echo "$1 holds no list of its dependencies" >&2; exit 1; }
listed=$(python3 - "$section" <<'END'
import json, sys, zlib

packages = json.loads(zlib.decompress(open(sys.argv[1], "rb").read()))["packages"]
for package in packages:
    if package.get("kind", "runtime") == "runtime":
        print(package["name"], package["version"])
END
)
# Without what runs in the compiler only: cargo-auditable calls that a build's, too.
tree=$(cargo tree --locked -p pam_duo2 -e normal,no-proc-macro --prefix none --format '{p}' | sed 's/ v/ /; s/ (.*//' | sort -u)
missing=$(comm -13 <(sort -u <<<"$listed") <(echo "$tree"))
[ -z "$missing" ] || { echo "$1 does not list: $missing" >&2; exit 1; }
# cargo-auditable asks cargo for the whole workspace's features, and so names what only the tests' bring in.
more=$(comm -23 <(sort -u <<<"$listed") <(echo "$tree") | paste -sd,)
echo "ok: $(wc -l <<<"$tree") packages are listed in $1, $(stat -c %s "$section") bytes; besides: ${more:-none}"
