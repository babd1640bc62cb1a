#!/usr/bin/env bash
# settle.sh ROOT: what the system in ROOT is made to be: its people, its daemons, and the unit that runs the tests.
set -euo pipefail
root=$1

sed -i 's/^SELINUX=.*/SELINUX=enforcing/' "$root/etc/selinux/config"
# One for each host, because what one login leaves (a keyring, say) changes what another is denied. alice and bob are
# unconfined, as everybody on Debian; carol is confined, and so is the sudo that she runs.
for user in alice bob carol; do
    useradd --root "$(realpath "$root")" --create-home --shell /bin/bash \
        --password "$(openssl passwd -6 -salt pamduo2test 'correct horse')" "$user"
done
# As `semanage login -a -s staff_u carol` writes it: for now, and for when the policy is made anew.
echo 'carol:staff_u:s0-s0' >>"$root/etc/selinux/default/seusers"
echo 'carol:staff_u:s0-s0' >>"$root/var/lib/selinux/default/active/seusers.local"
# What a login by Cockpit becomes: Debian's policy has no word about it, and pam_selinux then ends every login there.
echo 'system_r:cockpit_session_t:s0 unconfined_r:unconfined_t:s0' >>"$root/etc/selinux/default/contexts/users/unconfined_u"
printf 'Defaults timestamp_timeout=0, lecture=never, passwd_tries=1\ncarol ALL=(ALL:ALL) ALL\n' \
    | install -m 0440 /dev/stdin "$root/etc/sudoers.d/carol"

echo machine >"$root/etc/hostname"
echo '127.0.0.1 localhost machine' >"$root/etc/hosts"
echo 'nameserver 127.0.0.1' >"$root/etc/resolv.conf"
printf 'KbdInteractiveAuthentication yes\nPasswordAuthentication no\nUseDNS no\nLoginGraceTime 600\n' >"$root/etc/ssh/sshd_config.d/test.conf"
mkdir -p "$root/etc/cockpit"
printf '[WebService]\nAllowUnencrypted = true\n[basic]\ntimeout = 600\n' >"$root/etc/cockpit/cockpit.conf"

units=$root/etc/systemd/system
cat >"$units/cockpit-plain.service" <<'UNIT'
[Unit]
Description=Cockpit without TLS, for one port of the loopback interface
[Service]
User=cockpit-wsinstance
ExecStart=/usr/lib/cockpit/cockpit-ws --no-tls --port 9090 --address 127.0.0.1
UNIT
cat >"$units/tests.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
TimeoutStartSec=infinity
# The second disk is an archive: what changes from run to run.
ExecStart=/bin/sh -c 'mkdir -p /opt/tests && cd /opt/tests && tar -xf /dev/vdb && exec sh guest/start'
ExecStopPost=/bin/systemctl poweroff -f -f
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
[Install]
WantedBy=multi-user.target
UNIT
mkdir -p "$units/multi-user.target.wants"
ln -sf /etc/systemd/system/tests.service "$units/multi-user.target.wants/tests.service"
systemctl --root="$root" --quiet mask cockpit.socket apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
    e2scrub_all.timer e2scrub_reap.service fstrim.timer getty@.service serial-getty@.service systemd-tmpfiles-clean.timer user@.service
