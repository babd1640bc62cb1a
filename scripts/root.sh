#!/usr/bin/env bash
# root.sh [--with SET] SUITE COMMAND…: runs a command as root in a Debian of that suite (bookworm, trixie, …), with this
# project in /src. --with installs a set of scripts/deps.sh there first. The Debian is made once and kept in
# target/roots; what a command writes to it ends with the command, but for /src, whose target/ is the suite's own.
# For example: sudo scripts/root.sh --with demo trixie make demo
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "scripts/root.sh: $1" >&2; exit 1; }
usage() {
    echo 'Usage: scripts/root.sh [--with SET] SUITE COMMAND…, for example --with demo trixie make demo'
    exit "$1"
}
with=
case ${1:-} in
-h | --help) usage 0 ;;
--with) [ $# -gt 1 ] || usage 2 >&2; with=$2; shift 2 ;;
esac
[ $# -gt 1 ] || usage 2 >&2
suite=$1
shift
[[ $suite =~ ^[a-z]+$ ]] || usage 2 >&2
[ "$(id -u)" -eq 0 ] || fail 'Making and entering a Debian needs root: use sudo.'
unshare --mount --pid --fork true 2>/dev/null ||
    fail 'This root may make no namespaces for mounts and processes (in a container: CAP_SYS_ADMIN).'

project=$PWD
target=$PWD/target/roots/$suite-target
folder=$PWD/target/roots/$suite${with:+-$with}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Puts ./root or, where `what` is `copy`, a copy of it that lives in memory in the place of /. By pivot_root(2): nsenter(1)
# leaves a mere chroot, and a mount over / needs a mount point there.
# shellcheck disable=SC2317 # `enter` calls it
inside() {
    set -euo pipefail
    local what=$1 project=$2 target=$3 name
    shift 3
    if [ "$what" = copy ]; then
        mount -t tmpfs -o mode=0755 tmpfs mounted
        mkdir mounted/{upper,work,root}
        mount -t overlay -o lowerdir=root,upperdir=mounted/upper,workdir=mounted/work overlay mounted/root
        cd mounted/root
    else
        mount --bind root root
        cd root
    fi
    mount -t proc proc proc
    mount --rbind /sys sys
    mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs run
    mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs tmp
    mkdir -m 1777 run/lock
    mount -t tmpfs -o mode=0755 tmpfs dev
    for name in null zero full random urandom tty; do
        touch "dev/$name"
        mount --bind "/dev/$name" "dev/$name"
    done
    mkdir dev/{pts,shm}
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
    mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    ln -s fd/0 dev/stdin
    ln -s fd/1 dev/stdout
    ln -s fd/2 dev/stderr
    cp -L /etc/resolv.conf /etc/hosts etc/
    mkdir -p src
    mount --bind "$project" src
    mount --bind "$target" src/target
    pivot_root . .
    umount -l .
    # The shell stays: the first process inherits those whose parents have ended.
    # shellcheck disable=SC2016 # the shell's own arguments
    exec chroot . env -u RUSTUP_TOOLCHAIN -C /src HOME=/root USER=root LOGNAME=root LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin CARGO_HOME=/src/target/cargo \
        bash -c '"$@"; exit $?' bash "$@"
}

# Takes the place of this shell, so that whoever ends it ends everything in there.
enter() {
    exec unshare --mount --pid --ipc --uts --fork --kill-child --propagation private \
        bash -c "$(declare -f inside); inside \"\$@\"" bash "$1" "$project" "$target" "${@:2}"
}

# Where this machine's own packages come from, for the other suite.
sources() {
    local codename uri component
    # shellcheck disable=SC2016 # apt fills these in.
    apt-get indextargets --format '$(CODENAME) $(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
        while read -r codename uri component; do
            case $suite:$codename in
            sid:*-*) ;;
            *:*-updates | *:*-security) echo "deb [signed-by=$keyring] $uri $suite-${codename##*-} $component" ;;
            *:*-*) ;;
            *) echo "deb [signed-by=$keyring] $uri $suite $component" ;;
            esac
        done | sort -u
}

# In the folder: `root`, and last `made-from`, without which nobody uses what is there.
make_root() {
    for need in mmdebstrap "$keyring"; do
        command -v "$need" >/dev/null || [ -e "$need" ] || fail "$need is missing: run scripts/deps.sh root."
    done
    echo "Making a Debian $suite in ${folder#"$project/"}" >&2
    rm -rf --one-file-system root mounted made-from
    mkdir mounted
    [ -n "$(sources)" ] || apt-get update -q >made.log
    sources >sources.list
    [ -s sources.list ] || fail 'The apt of this machine has no packages of Debian, so there is nowhere to take others from.'
    # Proxies and whatever else makes apt work here; certificates that this machine trusts beside Debian's.
    apt-config dump | grep '^Acquire::' >apt.conf
    local trusted=()
    # shellcheck disable=SC2016 # $1 is the hook's.
    [ ! -d /usr/local/share/ca-certificates ] || trusted=(
        --customize-hook='copy-in /usr/local/share/ca-certificates /usr/local/share'
        --customize-hook='chroot "$1" update-ca-certificates'
    )
    unshare --mount --pid --fork --kill-child --propagation private --mount-proc mmdebstrap --mode=root --variant=minbase \
        --include=ca-certificates,make --aptopt="$PWD/apt.conf" --dpkgopt=force-unsafe-io \
        --dpkgopt='path-exclude=/usr/share/man/*' "${trusted[@]}" "$suite" root - <sources.list >made.log 2>&1 ||
        {
            grep -v 'received signal PIPE' made.log | tail -n 20 >&2
            rm -rf --one-file-system "$folder"
            rmdir --ignore-fail-on-non-empty "$target"
            fail "No Debian $suite could be made. Is there a suite of that name?"
        }
    [ -z "$with" ] || (enter root scripts/deps.sh "$with") >&2
    made_from >made-from
}

made_from() { echo "$suite $with $(cat "$project"/scripts/{root,deps,rust}.sh | sha256sum)"; }

mkdir -p "$folder" "$target"
cd "$folder"
is_ready() { [ "$(cat made-from 2>/dev/null || true)" = "$(made_from)" ]; }
# Any number use it at the same time, and nobody makes another in its place then.
exec 9>lock
flock --shared 9
if ! is_ready; then
    flock 9
    is_ready || make_root
    flock --shared 9
fi
enter copy "$@"
