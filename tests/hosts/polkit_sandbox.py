"""polkit 127: systemd starts the program that checks passwords, in a sandbox; the drop-in in conf/systemd/ opens that."""

import ctypes
import json
import os
import socket
import subprocess
import time

from support.case import OUT, Case, answered
from support.etc import PASSWORD
from support.hosted import Hosted, configuration
from support.machine import Machine
from support.places import ROOT
from service import Mock, built

# The service's. It is none of the loopback interface's, since no real one is.
ADDRESS = "192.0.2.80"
# The sandbox of polkit 127's own unit, data/polkit-agent-helper@.service.in. pamtalk stands for its program.
SANDBOX = f"""\
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/run/pamtalk --service polkit-1 --user demo --answer "{PASSWORD}"
DeviceAllow=/dev/null rw
DeviceAllow=/dev/urandom r
DeviceAllow=char-hidraw rw
DevicePolicy=strict
StandardInput=socket
StandardOutput=socket
LimitMEMLOCK=0
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
PrivateDevices=no
PrivateNetwork=yes
PrivateTmp=yes
ProtectControlGroups=yes
ProtectHome=no
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectKernelTunables=yes
ProtectSystem=strict
ProtectClock=yes
ProtectHostname=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077
"""
SOCKET = "[Unit]\nDefaultDependencies=no\n[Socket]\nAccept=yes\nListenStream=/run/{unit}.socket\n"
WHOLE = (ROOT / "conf" / "systemd" / "polkit-agent-helper@.service.d" / "pam_duo2.conf").read_text(encoding="utf-8")
# Its line that comes to mind first, when the log says that the address family is not supported.
HALF = "".join(line for line in WHOLE.splitlines(keepends=True) if not line.startswith("PrivateNetwork="))
# The units, each with its drop-in.
UNITS = {"own": "", "half": HALF, "polkit-agent-helper": WHOLE}
CGROUP = f"duo-polkit-{os.getpid()}"
# systemd as the first process of namespaces of its own, in a cgroup of its own; it starts nothing but these units.
BOOT = """
set -e
mkdir /run/cgroup
mount -t cgroup2 none /run/cgroup
mkdir /run/cgroup/$1
echo $$ >/run/cgroup/$1/cgroup.procs
umount /run/cgroup
exec unshare --mount --pid --ipc --cgroup --fork --kill-child --propagation private --mount-proc sh -c '
    set -e
    mount -t tmpfs tmpfs /var/tmp
    mount -t sysfs -o ro sys /sys
    mount -t cgroup2 none /sys/fs/cgroup
    exec env -i container=lxc /lib/systemd/systemd --show-status=false --log-target=console --unit=duo.target'
"""
# What it leaves behind when it is killed; the last process may still be on its way out.
SWEEP = """
mount -t cgroup2 none /mnt
for _ in 1 2 3 4 5; do
    find /mnt/$1 -depth -type d -exec rmdir {} + && exit
    sleep 0.2
done
exit 1
"""
APPROVES = answered("approve")


def own_network() -> None:
    """Gives this process, and what it starts, a network: the loopback interface and another one."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x40000000) != 0:  # CLONE_NEWNET
        raise OSError(ctypes.get_errno(), "unshare")
    wire = ("link add duo0 type veth peer name duo1", f"address add {ADDRESS}/24 dev duo0", "link set duo0 up", "link set duo1 up")
    for words in ("link set lo up", *wire):
        subprocess.run(["ip", *words.split()], check=True)


class Sandboxed(Hosted):
    """A password and a phone, asked for in one of these units."""

    service_name = "polkit-1"

    @classmethod
    def setUpClass(cls) -> None:
        own_network()
        # Registered first, so that it comes after the end of the machine.
        cls.addClassCleanup(subprocess.run, ["unshare", "--mount", "--propagation", "private", "sh", "-e", "-c", SWEEP, "sh", CGROUP], check=True)
        super().setUpClass()

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("polkit-1")
        program = machine.folder / "run" / "pamtalk"
        program.write_bytes(built("PAMTALK_BIN", "pamtalk").read_bytes())
        program.chmod(0o755)
        wanted = " ".join(f"{unit}.socket" for unit in UNITS)
        machine.etc.write("systemd/system/duo.target", f"[Unit]\nDefaultDependencies=no\nWants={wanted}\n")
        for unit, drop_in in UNITS.items():
            machine.etc.write(f"systemd/system/{unit}.socket", SOCKET.format(unit=unit))
            machine.etc.write(f"systemd/system/{unit}@.service", SANDBOX)
            machine.etc.write(f"systemd/system/{unit}@.service.d/pam_duo2.conf", drop_in)
        machine.start("sh", "-c", BOOT, "sh", CGROUP)

    def asks(self, unit: str, failmode: str, outcome: str, pushes: int, faults: str = "") -> str:
        """Asserts what becomes of a login in this unit's sandbox, and gives libpam's code."""
        case = Case(unit, "", outcome == "allow", outcome, pushes, server=APPROVES, config=f'failmode = "{failmode}"', faults=faults)
        self.log_began = len(self.machine.log())
        with Mock("--listen", f"{ADDRESS}:0", "--san", ADDRESS, scenario=case.scenario()) as self.mock:
            self.mock.hello["host"] = ADDRESS
            authority = self.machine.etc.authority(self.mock.hello["cafile"])
            self.machine.etc.config(configuration(self.mock, authority, case.options()))
            told = self.connected(unit)
            self.requests = self.mock.stop()
        self.ended("demo", outcome, pushes, seen=told)
        return json.loads(told)["turns"][0]["calls"][0]["name"]

    def connected(self, unit: str) -> str:
        """What the program says to somebody who connects to the unit's socket, as polkit's agents do."""
        path = self.machine.folder / "run" / f"{unit}.socket"
        until = time.monotonic() + 30
        while not path.is_socket():
            if time.monotonic() > until:
                raise TimeoutError(self.machine.said_by_daemons())
            time.sleep(0.05)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(str(path))
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    def test_in_the_units_own_sandbox_nobody_is_let_in_under_either_failmode(self):
        for failmode in ("safe", "secure"):
            with self.subTest(failmode=failmode):
                self.assertEqual(self.asks("own", failmode, "local", 0), "PAM_SYSTEM_ERR")

    def test_with_half_of_the_drop_in_nobody_is_let_in_under_either_failmode(self):
        for failmode in ("safe", "secure"):
            with self.subTest(failmode=failmode):
                self.assertEqual(self.asks("half", failmode, "local", 0), "PAM_SYSTEM_ERR")

    def test_with_the_shipped_drop_in_the_phone_is_asked_and_an_approval_lets_in(self):
        self.assertEqual(self.asks("polkit-agent-helper", "secure", "allow", 1), "PAM_SUCCESS")

    def test_an_outage_lets_nobody_in_under_either_failmode(self):
        """systemd has started the program, and yet for a person."""
        for failmode in ("safe", "secure"):
            with self.subTest(failmode=failmode):
                self.assertEqual(self.asks("polkit-agent-helper", failmode, "unreachable", 0, OUT), "PAM_AUTHINFO_UNAVAIL")
