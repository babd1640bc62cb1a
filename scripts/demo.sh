#!/usr/bin/env bash
# A real PAM login that waits for a phone. On a terminal the phone is a web page and you tap;
# without one it approves by itself after two seconds. Exit status 0 only when the login was
# allowed. Nothing of this machine's /etc changes and nothing stays behind.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=$PWD/target/release
module=${PAM_DUO2_SO:-$bin/libpam_duo2.so}
service=cockpit
from=192.0.2.7

work=$(mktemp -d)
# What runs beside this script: mockduo, the login, and who reads what the login prints.
mock='' login='' readers=()
# shellcheck disable=SC2317 # the trap below calls it
cleanup() {
    local process
    for process in $login $mock "${readers[@]}"; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    forget_wrapper
    rm -rf "$work"
}
# pam_wrapper's folder, which a login that was killed leaves behind.
# shellcheck disable=SC2317 # cleanup calls it
forget_wrapper() {
    local pid_file
    for pid_file in /tmp/pam.?/pid; do
        if [ -n "$login" ] && [ -O "$pid_file" ] && [ "$(cat "$pid_file")" = "$login" ]; then
            rm -rf "$(dirname "$pid_file")"
        fi
    done
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

bold='' dim='' green='' red='' plain=''
if [ -t 1 ]; then
    bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi
say() { printf '%s%s%s\n' "$bold" "$1" "$plain"; }
indented() { sed -u "s/^/    /"; }

# With a mount namespace to be had, the login has an /etc/passwd with `demo` in it; without (an
# ordinary user, a container's root without CAP_SYS_ADMIN) people log in as themselves.
install -d "$work/pam.d"
if "$bin/privately" --bind "$work/pam.d:/etc/pam.d" --log "$work/log" -- true 2>/dev/null; then
    private=yes user=demo
else
    private='' user=$(id -un)
fi

start_mock() {
    printf '[[users]]\nname = "%s"\n[[users.devices]]\nid = "DPHONE00000000000001"\nname = "Phone"\n' \
        "$user" >"$work/scenario.toml"
    local auto=(--auto off)
    [ -t 0 ] || auto=(--auto approve=2s)
    "$bin/mockduo" serve --listen 127.0.0.1:0 --web 127.0.0.1:0 --state "$work/state" \
        --scenario "$work/scenario.toml" "${auto[@]}" >"$work/mock.log" 2>"$work/mock.err" &
    mock=$!
    for _ in {1..100}; do
        [ -s "$work/mock.log" ] && break
        if ! kill -0 "$mock" 2>/dev/null; then break; fi
        sleep 0.05
    done
    read -r first_line <"$work/mock.log" || { cat "$work/mock.err" >&2; exit 1; }
}

# A key of mockduo's first line.
hello() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" <<<"$first_line"; }

# The service by its number: a bare system has no /etc/hosts that knows localhost.
write_stack() {
    install -m 0600 /dev/stdin "$work/pam_duo2.toml" <<-END
	[duo]
	ikey = "$(hello ikey)"
	skey = "$(hello skey)"
	host = "127.0.0.1:$(hello port)"
	cafile = "$(hello cafile)"
	autopush = true
	pushinfo = true

	# What Cockpit would show on its page goes to this terminal here.
	[service.$service]
	profile = "terminal"
	END
    # Under its installed name, which is what libpam puts into the log.
    install -m 0755 "$module" "$work/pam_duo2.so"
    printf 'auth required %s conf=%s\n' "$work/pam_duo2.so" "$work/pam_duo2.toml" >"$work/pam.d/$service"
    printf 'auth required pam_deny.so\n' >"$work/pam.d/other"
}

# pamtester with our service file in the place of the machine's, reading descriptor 3 and printing to
# 4. In the background, because bash acts upon a signal only when what runs in front of it ends.
log_in() {
    local command=(pamtester -I "rhost=$from" "$service" "$user" authenticate)
    if [ -n "$private" ]; then
        { cat /etc/passwd; echo 'demo:x:4242:4242:Demo User:/nonexistent:/bin/sh'; } >"$work/passwd"
        "$bin/privately" --bind "$work/pam.d:/etc/pam.d" --bind "$work/passwd:/etc/passwd" \
            --log "$work/log" -- "${command[@]}" <&3 >&4 2>&4 &
    else
        # pam_wrapper shows what goes to syslog on standard error instead.
        mkfifo "$work/errors"
        split_log <"$work/errors" >&4 &
        readers+=($!)
        LD_PRELOAD=libpam_wrapper.so PAM_WRAPPER=1 PAM_WRAPPER_SERVICE_DIR="$work/pam.d" \
            PAM_WRAPPER_DEBUGLEVEL=2 "${command[@]}" <&3 >&4 2>"$work/errors" &
    fi
    login=$!
    exec 3<&- 4>&-
    wait "$login" || status=$?
    # What it printed is shown before anything else is. (With none, `wait` would wait for mockduo.)
    [ ${#readers[@]} -eq 0 ] || wait "${readers[@]}"
}

# pam_wrapper's lines go to the log, all others on; by the character, since a prompt ends no line.
split_log() {
    local char line='' shown=0
    while IFS= read -r -N1 char; do
        line+=$char
        case $line in
        PWRAP_*$'\n') if [[ $line == *SYSLOG* ]]; then printf '%s' "$line" >>"$work/log"; fi ;;
        PWRAP_* | P | PW | PWR | PWRA | PWRAP) continue ;;
        $'\n') ;;
        *)
            printf '%s' "${line:shown}"
            shown=${#line}
            [[ $char == $'\n' ]] || continue
            ;;
        esac
        line='' shown=0
    done
}

start_mock
write_stack
if [ -t 0 ]; then
    say "The phone: $(hello web)"
    echo "Open it in a browser on this machine and tap Approve (or Deny) when the login asks."
else
    say 'No terminal: the phone approves by itself after two seconds.'
fi
say "The login: $user to the service $service, from $from"
began=$(date +%s%N)
status=0
if [ -t 0 ]; then
    exec 3<&0 4>&1
else
    mkfifo "$work/shown"
    indented <"$work/shown" &
    readers+=($!)
    exec 3</dev/null 4>"$work/shown"
fi
log_in
took=$((($(date +%s%N) - began) / 1000000))

# Without a namespace the verdict of root's login is in the machine's own journal, if it keeps one.
if [ -z "$private" ] && ! grep -qs 'Duo login' "$work/log" && command -v journalctl >/dev/null; then
    for _ in {1..20}; do
        journalctl --quiet --output=short --since="@${began:0:10}" _UID=0 DUO_SERVICE="$service" >>"$work/log" 2>/dev/null || break
        [ ! -s "$work/log" ] || break
        sleep 0.1
    done
fi
say 'What the log says'
grep -ai 'duo' "$work/log" 2>/dev/null | indented || echo '    (nothing)'
say 'What the service saw'
sed -n 's/.*"method":"\([A-Z]*\)".*"path":"\([^"]*\)".*/\1 \2/p; s/.*"path":"\([^"]*\)".*"method":"\([A-Z]*\)".*/\2 \1/p' \
    "$work/mock.log" | indented
if [ "$status" -eq 0 ]; then
    printf '%sAllowed%s %safter %d ms, the person included%s\n' "$green" "$plain" "$dim" "$took" "$plain"
else
    printf '%sNot allowed%s %safter %d ms%s\n' "$red" "$plain" "$dim" "$took" "$plain"
fi
exit "$status"
