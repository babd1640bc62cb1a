"""How many logins mockduo serves: `mockduo bench` as a table."""

import subprocess
from pathlib import Path

from table import machine

HEAD = "| people who wait | logins per second | median | 99th percentile | slowest |\n|---|---|---|---|---|\n"


def tabled(said: str) -> str:
    """Its two rows of figures."""
    rows = [line.split() for line in said.splitlines()]
    figures = [row for row in rows if len(row) == 5 and row[0].isdigit()]
    if len(figures) != 2:
        raise ValueError(f"two rows were expected in {said!r}")
    return HEAD + "".join(f"| {pending} | {rate} | {median} ms | {high} ms | {slowest} ms |\n" for pending, rate, median, high, slowest in figures)


def served(mockduo: Path) -> str:
    """A run of it, as people run it."""
    said = subprocess.run([mockduo, "bench"], capture_output=True, text=True, check=True).stdout
    print(said, flush=True)
    return f"{machine()}. {said.splitlines()[0]}.\n\n{tabled(said)}"
