"""What is measured of one login, whichever module it goes through."""

import os
import re
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

from world import login, preloaded

# Runs of which the least counts; those before them warm caches.
RUNS = 60
WARM = 5


@dataclass
class Cost:
    """The least of many runs: whatever else the machine does only adds."""

    wall_ms: float
    processor_ms: float
    rss_kib: float


def cost(repeat: Path, name: str, preload: Path | None = None) -> Cost:
    """Wall and processor time, and peak RSS."""
    command = [repeat, str(RUNS + WARM), *(login(name) if preload is None else preloaded(preload, name))]
    said = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    # The module prints nothing, but pamtester shows its messages there.
    lines = [line.split() for line in said.stderr.splitlines() if re.fullmatch(r"\d+ \d+ \d+", line)]
    walls, processors, sizes = zip(*[map(int, line) for line in lines[WARM:]])
    return Cost(min(walls) / 1e6, min(processors) / 1e6, statistics.median(sizes))


def instructions(work: Path, name: str) -> int:
    """Of the whole process, by callgrind."""
    out = work / "callgrind.out"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *login(name)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", said.stderr)[1])


def system_calls(work: Path, name: str) -> dict[str, int]:
    """How often each was made, by all threads."""
    out = work / "strace.out"
    subprocess.run(["strace", "-f", "-c", "-U", "name,calls", "-o", out, *login(name)], capture_output=True, check=True)
    rows = re.findall(r"^(\w+)\s+(\d+)$", out.read_text(encoding="utf-8"), re.MULTILINE)
    return {call: int(count) for call, count in rows if call != "total"}


def loading_ms(load: Path, module: str, times: int = 60) -> float:
    """The least of dlopen(3)."""
    said = subprocess.run([load, str(times), module], capture_output=True, text=True, check=True)
    return min(map(int, said.stdout.split()[WARM:])) / 1e6


def growth(cycles: Path, name: str, times: int) -> tuple[float, float]:
    """Bytes of heap and of private memory that each login in the second half of so many in one process leaves."""
    # What the allocator keeps for each thread counts as in use, and fills up by chance.
    plain = os.environ | {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    said = subprocess.run([cycles, name, "root", str(times)], env=plain, capture_output=True, text=True, check=True)
    heap, private = map(int, said.stdout.split())
    return heap / (times // 2), private / (times // 2)
