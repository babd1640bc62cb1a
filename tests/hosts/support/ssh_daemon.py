"""sshd on a port of its own, and what OpenSSH's client knows of it."""

import re
import shutil
import subprocess

from .machine import Machine, free_port, wait_for_port

SETTINGS = """\
ListenAddress 127.0.0.1
HostKey /etc/ssh/ssh_host_ed25519_key
UsePAM yes
PrintMotd no
PrintLastLog no
LogLevel VERBOSE
Subsystem sftp internal-sftp
"""


def without_penalties() -> str:
    """Since 9.8 sshd refuses connections from where logins have failed for a while, and here all come from one address."""
    said = subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True).stderr
    version = re.match(r"OpenSSH_(\d+)\.(\d+)", said)
    return "PerSourcePenalties no\n" if version and (int(version[1]), int(version[2])) >= (9, 8) else ""


def start(machine: Machine, settings: str) -> int:
    """The daemon with the stack as shipped; its port."""
    machine.etc.ships("sshd")
    keys = machine.etc.folder / "ssh"
    shutil.rmtree(keys)
    keys.mkdir()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / "ssh_host_ed25519_key"], check=True)
    port = free_port()
    public = (keys / "ssh_host_ed25519_key.pub").read_text()
    machine.etc.write("ssh/ssh_known_hosts", f"[127.0.0.1]:{port} {public}")
    machine.etc.write("ssh/ssh_config", f"Host 127.0.0.1\nPort {port}\nStrictHostKeyChecking yes\n")
    machine.etc.write("ssh/sshd_config", f"Port {port}\n{SETTINGS}{without_penalties()}{settings}")
    machine.start("/usr/sbin/sshd", "-D", "-e")
    wait_for_port(port)
    return port
