"""What logins cost that wait for a phone."""

import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from world import Mock, login


@dataclass
class Memory:
    """KiB of one login."""

    # The most that it has had so far, pages of files included.
    peak: float
    # This process's alone now; not the pages of files, which belong to the page cache.
    private: float


def kib(process: int, file: str, field: str) -> int:
    """A figure of /proc's."""
    text = Path(f"/proc/{process}/{file}").read_text(encoding="ascii")
    return int(re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE)[1])


def memory(process: int) -> Memory:
    """The peak begins anew with the program: whom it was forked from does not count."""
    return Memory(kib(process, "status", "VmHWM"), kib(process, "smaps_rollup", "Private_Dirty"))


def asleep(process: int) -> bool:
    """Has it got as far as it gets?"""
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(") ")[2].startswith("S")


def waiting(name: str, count: int, mock: Mock | None) -> Memory:
    """One of so many logins that wait: the mean."""
    before = len([event for event in mock.events() if event.get("event") == "push"]) if mock else 0
    logins = [subprocess.Popen(login(name), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        if mock:
            mock.await_events("push", before + count)
        # The reply to each push, and the poll that follows.
        time.sleep(1)
        if not all(asleep(each.pid) for each in logins):
            time.sleep(5)
        taken = [memory(each.pid) for each in logins]
        return Memory(mean(each.peak for each in taken), mean(each.private for each in taken))
    finally:
        for each in logins:
            each.kill()
        for each in logins:
            each.wait()
