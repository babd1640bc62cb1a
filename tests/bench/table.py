"""The table that the bench prints, and puts into docs/performance.md."""

import os
import platform
import re
import time
from pathlib import Path

from measures import Cost
from network import Waits, Wire
from world import BUNDLE, MODULE, ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- make bench -->\n", "<!-- end -->\n"
HEAD = "| figure | floor | pam_duo2 | above the floor | ratio | target |\n|---|---|---|---|---|---|\n"


def millions(count: float) -> str:
    return f"{count / 1e6:.2f} M"


class Rows:
    """Figure by figure."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def add(self, figure: str, floor: str, ours: str, above: str, ratio: str, target: str) -> None:
        self.rows.append(f"| {figure} | {floor} | {ours} | {above} | {ratio} | {target} |")
        print(f"{figure:52} {ours:>12}  above {above:>10}  target {target}", flush=True)

    def compare(self, figure: str, floor: float, ours: float, shown, target: str) -> None:
        """A figure that the floor has, too."""
        self.add(figure, shown(floor), shown(ours), shown(ours - floor), f"{ours / floor:.1f}", target)

    def size(self, module: Path) -> None:
        self.add("the module's file", "", f"{module.stat().st_size / 1e6:.2f} MB", "", "", "1.5 MB")

    def loading(self, floor: float, ours: float) -> None:
        self.compare("dlopen, warm", floor, ours, lambda ms: f"{ms:.3f} ms", "0.25 ms")

    def instructions(self, floor: int, system: int, pinned: int) -> None:
        self.compare("instructions, the system's trust store", floor, system, millions, "4.0 M")
        self.compare("instructions, `cafile`", floor, pinned, millions, "3.2 M")

    def costs(self, floor: Cost, system: Cost, pinned: Cost) -> None:
        for name, ours in (("the system's trust store", system), ("`cafile`", pinned)):
            self.compare(f"wall over loopback, {name}", floor.wall_ms, ours.wall_ms, lambda ms: f"{ms:.2f} ms", "1.5 ms")
            self.compare(f"user and system time, {name}", floor.processor_ms, ours.processor_ms, lambda ms: f"{ms:.2f} ms", "")
            self.compare(f"peak RSS, {name}", floor.rss_kib, ours.rss_kib, lambda kib: f"{kib / 1024:.2f} MiB", "2 MB")

    def system_calls(self, floor: dict[str, int], ours: dict[str, int]) -> None:
        self.compare("system calls", sum(floor.values()), sum(ours.values()), "{:.0f}".format, "")
        more = {call: count - floor.get(call, 0) for call, count in ours.items()}
        most = sorted(more.items(), key=lambda item: -item[1])[:12]
        print("    " + ", ".join(f"{call} {count}" for call, count in most))

    def waiting(self, count: int, floor: float, ours: float) -> None:
        figure = f"private memory of each of {count} that wait" if count > 1 else "private memory of one that waits"
        self.compare(figure, floor, ours, lambda kib: f"{kib / 1024:.2f} MiB", "1 MB")

    def growth(self, floor: tuple[int, int], ours: tuple[int, int], cycles: int) -> None:
        for name, theirs, mine in zip(("heap", "private memory"), floor, ours):
            figure = f"growth in the later half of {cycles} logins of one process, {name}"
            self.add(figure, f"{theirs} B", f"{mine} B", f"{mine - theirs} B", "", "0")

    def wire(self, wire: Wire, lookups: int) -> None:
        self.add("DNS look-ups, for a name", "", str(lookups), "", "", "1")
        self.add("TCP connects", "", str(wire.connects), "", "", "1")
        self.add("TLS handshakes", "", str(wire.handshakes), "", "", "1")
        self.add("requests", "", f"{len(wire.requests)}: {', '.join(request.rpartition('/')[2] for request in wire.requests)}", "", "", "")
        self.add("bytes sent, received (TLS included)", "", f"{wire.sent}, {wire.received}", "", "", "")
        self.add("TLS records in each packet that holds a request", "", ", ".join(map(str, wire.records)), "", "", "1")

    def waits(self, round_trip: float, waits: Waits) -> None:
        name, trip = f"{round_trip * 1000:.0f} ms round trip", round_trip * 1000
        self.add(f"until the phone buzzes, {name}", "", f"{waits.buzz:.1f} ms", f"{waits.buzz / trip:.2f} round trips", "", "4 round trips")
        late = waits.tap_to_return - trip / 2
        self.add(f"tap to return, {name}", "", f"{waits.tap_to_return:.1f} ms", f"one way and {late:.1f} ms", "", "one way and 1 ms")

    def show(self, work: Path) -> None:
        """Writes what has been collected, and where it was measured."""
        rustc = re.search(rb"rustc version (\S+)", MODULE.read_bytes())[1].decode()
        roots = len(re.findall(b"BEGIN CERTIFICATE", BUNDLE.read_bytes()))
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
        where = f"{time.strftime('%Y-%m-%d')}, {system}, {platform.machine()}, {os.cpu_count()} cores, rustc {rustc}, {roots} roots.\n\n"
        (work / "table.md").write_text(where + HEAD + "\n".join(self.rows) + "\n", encoding="utf-8")


def publish(text: str) -> None:
    """Puts the table between the marks."""
    document = DOCUMENT.read_text(encoding="utf-8")
    head, _, rest = document.partition(BEGIN)
    _, _, tail = rest.partition(END)
    DOCUMENT.write_text(f"{head}{BEGIN}{text}{END}{tail}", encoding="utf-8")
