"""Logins at the real hosts: each says whether it let in, and what was to be read."""

import shutil
import socket
import subprocess
import time

from support.cockpit_http import Login
from support.rule import Rule

from terminal import talk

PASSWORD = "correct horse"
# Emulated, and beside other work: a limit only ends what hangs.
PATIENCE = 300
KEY = "/root/key"
SSH = ["ssh", "-tt", "-o", "StrictHostKeyChecking=accept-new"]


def prepare() -> None:
    """carol comes in by a key, so that it is her sudo that asks, and nothing before it."""
    # Not from its own place, where it would be confined to the keys of hosts.
    shutil.copy("/usr/bin/ssh-keygen", "/opt/tests/ssh-keygen")
    subprocess.run(["/opt/tests/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", KEY], check=True)
    subprocess.run(["install", "-d", "-o", "carol", "-g", "carol", "-m", "0700", "/home/carol/.ssh"], check=True)
    subprocess.run(["install", "-o", "carol", "-g", "carol", f"{KEY}.pub", "/home/carol/.ssh/authorized_keys"], check=True)
    subprocess.run(["restorecon", "-R", "/home/carol"], check=True)
    subprocess.run(["systemctl", "start", "cockpit-plain"], check=True)
    for port in (22, 9090):
        wait_for_port(port)


def wait_for_port(port: int) -> None:
    """Until somebody listens there."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def cockpit() -> tuple[bool, str]:
    """alice, by Cockpit's HTTP conversation."""
    login = Login("http://127.0.0.1:9090", "alice", PASSWORD, patience=PATIENCE)
    status, phrase = login.run([Rule("", "")])
    return status == 200, f"{status} {phrase}; {login.read}"


def sshd() -> tuple[bool, str]:
    """bob, with his password, by OpenSSH's client."""
    screen, status = talk([*SSH, "-o", "PreferredAuthentications=keyboard-interactive", "bob@127.0.0.1", "id", "-Z"],
                          [Rule("assword: ?", PASSWORD)], PATIENCE)
    return status == 0, f"{status}; {screen}"


def sudo() -> tuple[bool, str]:
    """carol, who is logged in and confined."""
    screen, status = talk([*SSH, "-i", KEY, "carol@127.0.0.1", "id -Z; sudo -k; sudo id"],
                          [Rule(r"password for carol: ?|assword: ?", PASSWORD)], PATIENCE)
    return status == 0 and "uid=0(root)" in screen, f"{status}; {screen}"


LOG_IN = {"cockpit": cockpit, "sshd": sshd, "sudo": sudo}
