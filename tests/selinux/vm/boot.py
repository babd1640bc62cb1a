"""Boots the machine, emulated, and reads what it tells until it is off."""

import json
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

# Seconds for all of it, which end what hangs and nothing else: a busy computer takes many times what an idle one does.
LIMIT = 40 * 60


def payload(archive: Path, files: dict[str, Path | bytes]) -> None:
    """The second disk, an archive of files and folders by their names in the machine."""
    with tarfile.open(archive, "w") as tar:
        for name, source in files.items():
            if isinstance(source, bytes):
                member = tarfile.TarInfo(name)
                member.size = len(source)
                tar.addfile(member, BytesIO(source))
            else:
                tar.add(source, name, filter=lambda info: None if "__pycache__" in info.name else info)
    # A disk has whole sectors.
    with open(archive, "ab") as disk:
        disk.truncate(-(-archive.stat().st_size // 4096) * 4096)


def emulator(work: Path) -> str:
    """The system's, or the one that emulator.sh has unpacked where that could not be installed."""
    return shutil.which("qemu-system-x86_64") or str(work / "qemu" / "qemu-system-x86_64")


def command(work: Path, disk: Path, keeps: bool) -> list[str]:
    """QEMU, without KVM: it works wherever this does. `timeout` ends it also where nobody is left to."""
    words = ("root=/dev/vda rw console=ttyS0 security=selinux selinux=1 enforcing=1 audit=1 audit_backlog_limit=8192 "
             "panic=-1 mitigations=off quiet systemd.show_status=0")
    return ["timeout", "--kill-after=10", str(LIMIT),
            emulator(work), "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "1024", "-smp", "2",
            "-nographic", "-no-reboot", "-nic", "none", "-monitor", "none",
            "-serial", f"file:{work / 'console'}", "-serial", f"file:{work / 'results'}",
            "-kernel", str(work / "vmlinuz"), "-initrd", str(work / "initrd.img"), "-append", words,
            "-drive", f"file={disk},if=virtio,format=raw,snapshot={'off' if keeps else 'on'}",
            "-drive", f"file={work / 'payload.tar'},if=virtio,format=raw,readonly=on"]


def boot(work: Path, told: Callable[[dict, float], None], disk: Path | None = None, keeps: bool = False) -> list[dict]:
    """What the machine told, in order; each also to `told` when it comes, with the seconds since the start.

    What it writes to its disk is gone at the end, unless the disk `keeps` it.
    """
    for name in ("console", "results"):
        (work / name).write_bytes(b"")
    began = time.monotonic()
    machine = subprocess.Popen(command(work, disk or work / "disk.img", keeps), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    lines: list[dict] = []
    try:
        while True:
            ended = machine.poll() is not None
            for line in (work / "results").read_bytes().split(b"\n")[len(lines):-1]:
                lines.append(read(line))
                told(lines[-1], time.monotonic() - began)
            if ended:
                # 124: the time was up.
                failed = [{"event": "emulator", "name": f"ended with status {machine.returncode}"}] if machine.returncode else []
                return lines + failed
            time.sleep(0.5)
    finally:
        machine.terminate()
        machine.wait()


def read(line: bytes) -> dict:
    """One line of the results; one that is none is told as it is."""
    try:
        return json.loads(line)
    except ValueError:
        return {"event": "garbled", "line": line.decode(errors="replace")}


def tail(work: Path, lines: int = 40) -> str:
    """The end of the console."""
    return "\n".join((work / "console").read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
