#!/usr/bin/env bash
# listed.sh MODULE: the list of dependencies in a module that cargo-auditable has built is cargo's own.
set -euo pipefail
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
diff <(sort -u <<<"$listed") <(echo "$tree") || { echo 'The list (left) is not what cargo tree says (right).' >&2; exit 1; }
echo "ok: $(wc -l <<<"$tree") packages are listed in $1, $(stat -c %s "$section") bytes"
