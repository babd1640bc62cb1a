#!/usr/bin/env bash
# Checks of the build itself: dependencies, scripts, installation. documents.py has those of the documents.
set -euo pipefail
cd "$(dirname "$0")/../.."

passed=0
ok() {
    echo "ok: $1"
    passed=$((passed + 1))
}
fail() {
    echo "FAILED: $1" >&2
    exit 1
}

tree=$(cargo tree --locked -p pam_duo2 -e normal --prefix none)
for unwanted in aws-lc openssl tokio rcgen clap axum 'ureq v' rustls-native-certs rustls-platform-verifier; do
    if grep -q "^$unwanted" <<<"$tree"; then
        fail "the module depends on $unwanted"
    fi
done
grep -q '^rustls v' <<<"$tree" || fail 'cargo tree does not show the module any more'
ok "the module's dependencies hold nothing that only tests need"

# Beside an rlib cargo leaves link-time optimisation out, and says nothing.
size=$(stat -c %s target/release/libpam_duo2.so)
[ "$size" -lt 2400000 ] || fail "the module has $size bytes: was it built by make, as a cdylib alone?"
ok "the module is optimised as a whole: $size bytes"

# make hands on what it was told on its command line.
if [ "${LINK_LAYOUT-none}" = '' ]; then
    echo 'not looked at: the module was built without layout.ld, as LINK_LAYOUT= asks'
elif scripts/linker-takes.sh; then
    together=$(readelf --section-headers --wide target/release/libpam_duo2.so |
        sed -n 's/.* \.text\.login  *PROGBITS  *[0-9a-f]* [0-9a-f]* \([0-9a-f]*\) .*/\1/p')
    [ -n "$together" ] || fail 'the module was linked without layout.ld, which the linker takes'
    together=$((16#$together))
    kept=$(sed -n 's/^ \* .*: \([0-9]*\) bytes.*/\1/p' layout.ld)
    [ "$kept" -gt 0 ] || fail 'layout.ld does not say how large what it names was'
    # Other compilers may have other names for what is called.
    if grep -qF " * $(rustc --version | cut -d' ' -f1-2) for $(rustc --version --verbose | sed -n 's/^host: //p'):" layout.ld; then
        [ "$together" -ge $((kept * 3 / 4)) ] ||
            fail "of the $kept bytes that layout.ld names only $together are found: write it anew by make layout"
    fi
    ok "what a login calls lies together: $together of the $kept bytes that layout.ld names"
fi

# The fuzzer is a workspace of its own, which nothing else in `make test` builds.
cargo metadata --locked --format-version 1 --manifest-path fuzz/Cargo.toml >/dev/null ||
    fail "fuzz/Cargo.lock is not what fuzz/Cargo.toml and the module's want (cargo metadata --manifest-path fuzz/Cargo.toml), or crates.io cannot be reached"
ok "the fuzzer's Cargo.lock is up to date"

# Not by git: a checkout of another user's, or an unpacked archive, has none that answers.
mapfile -t scripts < <(find scripts tests -name '*.sh' && echo .ci/run)
[ "${#scripts[@]}" -gt 5 ] || fail "only ${#scripts[@]} scripts found"
shellcheck "${scripts[@]}"
ok "${#scripts[@]} scripts pass shellcheck"

tests/scripts/compiler.sh
tests/scripts/parts.sh

tests/scripts/hardening.sh
unhardened=$(mktemp -d)
# A library that was linked with one of these is refused, and for that.
while IFS=: read -r flag words; do
    cc -shared -fPIC -Wl,-z,now "-Wl,$flag" -o "$unhardened/library.so" tests/memcheck/wrong.c
    said=$(tests/scripts/hardening.sh "$unhardened/library.so" 2>&1 || true)
    grep -q "FAILED: $words" <<<"$said" || fail "a library linked with $flag: $said"
done <<'END'
-z,norelro:has no RELRO
-z,lazy:is not bound at once
-z,execstack:wants an executable stack
-rpath,/tmp:looks for libraries
END
rm -r "$unhardened"
ok 'the module is linked as distributions ask, and a library that is not is told from it'

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
make install DESTDIR="$root" >/dev/null
module=$(find "$root" -name pam_duo2.so)
[ "$(stat -c %a "$module")" = 644 ] || fail "mode of $module"
[ -e "$(dirname "${module#"$root"}")/pam_unix.so" ] || fail "$module does not lie where pam_unix.so lies"
cmp -s "$module" target/release/libpam_duo2.so || fail "$module is not what was built"
config=$root/etc/duo/pam_duo2.toml
[ "$(stat -c %a "$config")" = 600 ] || fail "mode of $config"
echo '# mine' >"$config"
make install DESTDIR="$root" >/dev/null
[ "$(cat "$config")" = '# mine' ] || fail 'make install overwrote a config'
make uninstall DESTDIR="$root" >/dev/null
[ ! -e "$module" ] || fail 'make uninstall left the module'
[ "$(cat "$config")" = '# mine' ] || fail 'make uninstall touched the config'
make install DESTDIR="$root" PAMDIR=/opt/pam >/dev/null
[ -e "$root/opt/pam/pam_duo2.so" ] || fail 'PAMDIR= is not heeded'
rm -rf "$root/etc/duo"
install -d -m 0700 "$root/etc/duo"
held=$root/opt/pam/pam_duo2.so
ln "$held" "$root/as-a-login-has-it"
make install DESTDIR="$root" PAMDIR=/opt/pam >/dev/null
[ "$(stat -c %a "$root/etc/duo")" = 700 ] || fail 'make install changed the mode of a folder that was there'
[ "$(stat -c %a "$config")" = 600 ] || fail "mode of $config in a folder that was there"
[ ! "$held" -ef "$root/as-a-login-has-it" ] || fail 'make install writes into the module that logins have open'
[ -z "$(find "$root" -name '*.new')" ] || fail 'make install left a half-way file'
for theirs in etc/duo/pam_duo.conf etc/security/pam_duo.conf; do
    rm -rf "${root:?}/etc"
    install -D -m 0600 /dev/null "$root/$theirs"
    make install DESTDIR="$root" PAMDIR=/opt/pam >/dev/null
    [ ! -e "$config" ] || fail "make install put a sample before $theirs, which lets nobody in"
done
ok 'install and uninstall: modes, places, and a config that stays'

# With /etc of its own, and a restorecon that says for what it was called.
install -d "$root/bin"
# shellcheck disable=SC2016 # expands in the script
printf '#!/bin/sh\nstat -c "labels %%n" /etc/duo/pam_duo2.toml; echo "labels: $*"\n' >"$root/bin/restorecon"
chmod 0755 "$root/bin/restorecon"
privately=(unshare --mount)
[ "$(id -u)" -eq 0 ] || privately+=(--map-root-user)
# shellcheck disable=SC2016 # expands there
labelled=$(PATH=$root/bin:$PATH DESTDIR='' PAMDIR=$root/opt/pam "${privately[@]}" bash -euc \
    'mount -t tmpfs none /etc; scripts/install.sh install; scripts/install.sh install' | grep '^labels')
[ "$labelled" = 'labels /etc/duo/pam_duo2.toml
labels: -F /etc/duo /etc/duo/pam_duo2.toml' ] || fail "make install labels a new config: $labelled"
ok 'a new config gets its SELinux label, and one that was there is left alone'

# demo_allows WHO COMMAND…: the demonstration, run by COMMAND, ends with a login that was allowed.
demo_allows() {
    local who=$1 shown
    shift
    shown=$("$@" </dev/null 2>&1) || fail "the demonstration as $who: $shown"
    grep -q '^Allowed' <<<"$shown" || fail "the demonstration as $who does not say Allowed: $shown"
    grep -q "Successful Duo login for" <<<"$shown" || fail "no log line in the demonstration as $who: $shown"
}
demo_allows "$(id -un)" scripts/demo.sh
if [ "$(id -u)" -eq 0 ]; then
    demo_allows 'root without CAP_SYS_ADMIN' setpriv --bounding-set=-sys_admin scripts/demo.sh
    # A copy, because others may not be allowed into where this checkout lies.
    copy=$root/checkout
    install -d "$copy/scripts" "$copy/target/release"
    install scripts/demo.sh "$copy/scripts"
    install target/release/{libpam_duo2.so,mockduo,privately} "$copy/target/release"
    chmod 0755 "$root"
    demo_allows 'an ordinary user' setpriv --reuid=65534 --regid=65534 --clear-groups "$copy/scripts/demo.sh"
fi
ok 'the demonstration ends with an allowed login'

install -d "$root/tmp"
TMPDIR=$root/tmp scripts/demo.sh </dev/null >"$root/shown" 2>&1 &
demo=$!
for _ in {1..100}; do
    # Not what the login prints: into a pipe that comes at its end.
    if grep -qs '"event":"push"' "$root"/tmp/*/mock.log; then break; fi
    sleep 0.05
done
kill -TERM "$demo" || fail "the demonstration ended too early: $(cat "$root/shown")"
status=0
wait "$demo" || status=$?
[ "$status" -eq 143 ] || fail "a demonstration that is told to end exits with $status: $(cat "$root/shown")"
[ -z "$(ls -A "$root/tmp")" ] || fail 'a demonstration that is told to end leaves its files'
ok 'a demonstration that is told to end does, and cleans up'

echo "checks: $passed passed, 0 failed"
