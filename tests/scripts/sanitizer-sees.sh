#!/usr/bin/env bash
# sanitizer-sees.sh address|thread: PAMTALK_BIN, which carries that sanitizer, ends with its status when
# a module does wrong on purpose, and not when the same module does nothing wrong.
set -euo pipefail
cd "$(dirname "$0")/../.."

what=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# Compiled with the sanitizer and linked without: the runtime is the host's.
cc "-fsanitize=$what" -g -fPIC -c -o "$dir/wrong.o" tests/memcheck/wrong.c
cc -shared -o "$dir/wrong.so" "$dir/wrong.o"

# The exit status of logins with a module that makes this mistake.
status_with() {
    printf 'auth required %s %s\n' "$dir/wrong.so" "$1" >"$dir/door"
    local status=0
    "$PAMTALK_BIN" --confdir "$dir" --service door --user "$(id -un)" --at-once 8 --repeat 20 \
        >"$dir/told" 2>&1 || status=$?
    echo "$status"
}

case $what in
address) mistakes=(beyond lost) ;;
thread) mistakes=(race) ;;
esac
[ "$(status_with none)" = 0 ] || { echo "$what: a module that does nothing wrong is reported" >&2; tail -n 40 "$dir/told" >&2; exit 1; }
for mistake in "${mistakes[@]}"; do
    [ "$(status_with "$mistake")" = 66 ] || { echo "$what: \"$mistake\" is not seen" >&2; tail -n 40 "$dir/told" >&2; exit 1; }
done
echo "ok: the $what sanitizer sees ${mistakes[*]}"
