#!/usr/bin/env bash
# selinux.sh build|install|uninstall: the SELinux policy module. DESTDIR comes from the environment; with it
# files are only put in place, and what packages them loads the module.
set -euo pipefail
cd "$(dirname "$0")/.."

devel=/usr/share/selinux/devel
work=target/selinux/build
package=$work/pam_duo2.pp
# Below Red Hat's own modules (400 is the administrator's): where a distributor's independent policy goes.
priority=300
# All that pam_duo2.fc names.
labelled=(/etc/duo/pam_duo2.toml /etc/duo/pam_duo2.toml.d /etc/{duo,security}/pam_duo.conf)

need() {
    command -v "$1" >/dev/null && return
    echo "There is no $1 here: install $2." >&2
    exit 1
}

root_for() {
    [ "$(id -u)" -eq 0 ] && return
    echo "To change the policy of this machine needs root: sudo make $1-selinux" >&2
    exit 1
}

build() {
    local headers=$devel/include
    if [ ! -e "$devel/Makefile" ]; then
        echo "There is no $devel/Makefile here: install selinux-policy-dev (Debian, Ubuntu) or selinux-policy-devel (Red Hat, Fedora)." >&2
        exit 1
    fi
    rm -rf "$work"
    mkdir -p "$work"
    cp selinux/pam_duo2.{te,if,fc} "$work"
    # An installed interface of ours would be a second definition of each.
    if [ -n "$(find "$headers" -name pam_duo2.if -print -quit)" ]; then
        rm -rf target/selinux/include
        cp -r "$headers" target/selinux/include
        find target/selinux/include -name pam_duo2.if -delete
        headers=$PWD/target/selinux/include
    fi
    # The makefile builds where it is called, and its make is not this one's.
    env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -C "$work" -f "$devel/Makefile" HEADERDIR="$headers" pam_duo2.pp
    cp "$package" target/selinux/pam_duo2.pp
    echo target/selinux/pam_duo2.pp
}

# Labels what is there as the policy that is loaded says.
relabel() {
    local path
    for path in "${labelled[@]}"; do
        if [ -e "$path" ]; then restorecon -RFv "$path"; fi
    done
}

files=(usr/share/selinux/packages/pam_duo2.pp usr/share/selinux/devel/include/distributed/pam_duo2.if)

case ${1:?build, install or uninstall} in
build)
    build
    ;;
install)
    if [ ! -e target/selinux/pam_duo2.pp ]; then
        # shellcheck disable=SC2016 # not a command
        echo 'Run `make selinux` first.' >&2
        exit 1
    fi
    if [ -z "${DESTDIR:-}" ]; then
        root_for install
        need semodule policycoreutils
        need restorecon policycoreutils
    fi
    install -D -m 0644 target/selinux/pam_duo2.pp "${DESTDIR:-}/${files[0]}"
    install -D -m 0644 selinux/pam_duo2.if "${DESTDIR:-}/${files[1]}"
    printf '%s\n' "${files[@]/#/${DESTDIR:-}/}"
    [ -z "${DESTDIR:-}" ] || exit 0
    semodule -X "$priority" -i "/${files[0]}"
    relabel
    echo "pam_duo2 $priority (semodule -lfull): Cockpit and sshd may ask. For others switch a boolean, as in"
    echo '    setsebool -P pam_duo2_sudo on'
    echo 'docs/selinux.md has them all.'
    ;;
uninstall)
    if [ -z "${DESTDIR:-}" ]; then
        root_for uninstall
        need semodule policycoreutils
        # First all of it: a pipe that ends at the name would have semodule complain.
        there=$(semodule -lfull)
        if ! grep -qE "^ *$priority +pam_duo2( |$)" <<<"$there"; then
            echo "There is no pam_duo2 at priority $priority (semodule -lfull)."
        elif ! semodule -X "$priority" -r pam_duo2; then
            # shellcheck disable=SC2016 # not a command
            echo 'If a type of it "is not defined": files that were given one by hand come first. `semanage fcontext -l -C` lists them, `semanage fcontext -d` takes one away.' >&2
            exit 1
        fi
        # The types are gone now, and the labels with them.
        relabel
    fi
    rm -fv "${files[@]/#/${DESTDIR:-}/}"
    ;;
*)
    echo "$0 build|install|uninstall" >&2
    exit 2
    ;;
esac
