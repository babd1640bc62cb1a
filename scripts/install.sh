#!/usr/bin/env bash
# install.sh install|uninstall; DESTDIR and PAMDIR come from the environment.
# A config that is there is never touched. The module needs no ldconfig: libpam opens it by path.
set -euo pipefail
cd "$(dirname "$0")/.."

# Where this system keeps its PAM modules: beside pam_unix.so.
pam_dir() {
    local machine candidate
    machine=$(uname -m)
    for candidate in /usr/lib64/security "/usr/lib/$machine-linux-gnu/security" \
        /usr/lib/*-linux-gnu*/security /usr/lib/security /lib64/security /lib/security; do
        if [ -e "$candidate/pam_unix.so" ]; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    echo 'No folder with pam_unix.so found: say PAMDIR=/where/modules/live' >&2
    return 1
}

pamdir=${PAMDIR:-$(pam_dir)}
module=${DESTDIR:-}$pamdir/pam_duo2.so
config=${DESTDIR:-}/etc/duo/pam_duo2.toml

# pam_duo's config, which the module reads while it has none of its own.
pam_duo_config() {
    local candidate
    for candidate in /etc/duo/pam_duo.conf /etc/security/pam_duo.conf; do
        if [ -e "${DESTDIR:-}$candidate" ] || [ -L "${DESTDIR:-}$candidate" ]; then
            printf '%s\n' "${DESTDIR:-}$candidate"
            return
        fi
    done
    return 1
}

case ${1:?install or uninstall} in
install)
    # By rename: a login that starts meanwhile finds the old module or the new one, never half of one.
    install -D -m 0644 target/release/libpam_duo2.so "$module.new"
    mv -f "$module.new" "$module"
    echo "$module"
    if [ -e "$config" ] || [ -L "$config" ]; then
        echo "$config (kept as it was)"
    elif theirs=$(pam_duo_config); then
        # A sample would come before it, and a sample lets nobody in.
        echo "$theirs (is read as it is; see docs/migration.md)"
    else
        # A folder that is there keeps its mode: who made it 0700 meant it.
        [ -d "$(dirname "$config")" ] || install -d -m 0755 "$(dirname "$config")"
        install -m 0600 conf/pam_duo2.toml "$config"
        # Where our policy is already, a new file has the label of its folder, which all may read.
        if [ -z "${DESTDIR:-}" ] && command -v restorecon >/dev/null; then
            restorecon -F "$(dirname "$config")" "$config" || echo "$config has no SELinux label of its own: restorecon failed."
        fi
        echo "$config (a sample: put your keys in)"
    fi
    echo 'No stack was changed: pam.d/README.md has one for each service, and what to try before you close your root shell.'
    ;;
uninstall)
    rm -f "$module"
    echo "$module removed"
    if [ -e "$config" ]; then
        echo "$config kept"
    fi
    echo 'Look through /etc/pam.d for lines that still name pam_duo2.so: a stack whose module is missing lets nobody in.'
    if [ -e "${DESTDIR:-}/etc/sudoers.d/pam_duo2" ]; then
        echo "${DESTDIR:-}/etc/sudoers.d/pam_duo2 kept: remove it before /etc/pam.d/sudo-askpass, or sudo -A falls back on /etc/pam.d/other."
    fi
    ;;
*)
    echo "$0 install|uninstall" >&2
    exit 2
    ;;
esac
