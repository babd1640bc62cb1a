"""What logins cost that wait for a phone."""

import re
import subprocess
import time
from pathlib import Path

from world import Mock, login


def private_kib(process: int) -> int:
    """Memory that is this process's alone; not the pages of files, which belong to the page cache."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(r"^Private_Dirty:\s+(\d+) kB", rollup, re.MULTILINE)[1])


def asleep(process: int) -> bool:
    """Has it got as far as it gets?"""
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(") ")[2].startswith("S")


def waiting(name: str, count: int, mock: Mock | None) -> float:
    """KiB of private memory of one of so many logins that wait."""
    before = len([event for event in mock.events() if event.get("event") == "push"]) if mock else 0
    logins = [subprocess.Popen(login(name), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        if mock:
            mock.await_events("push", before + count)
        # The reply to each push, and the poll that follows.
        time.sleep(1)
        if not all(asleep(each.pid) for each in logins):
            time.sleep(5)
        return sum(private_kib(each.pid) for each in logins) / count
    finally:
        for each in logins:
            each.kill()
        for each in logins:
            each.wait()
