"""A confined daemon that has no business with our config: whether it could read a file."""

import shutil
import subprocess
from pathlib import Path

READER = Path("/usr/local/sbin/reader")


def reads(file: Path) -> bool:
    """ntpd's domain, entered as ntpd itself would: from init, by a program with its label."""
    if not READER.exists():
        shutil.copy("/bin/cat", READER)
        subprocess.run(["chcon", "-t", "ntpd_exec_t", READER], check=True)
    return subprocess.run(["systemd-run", "--quiet", "--wait", READER, file], capture_output=True).returncode == 0
