"""The tables that the bench prints, and puts into docs/performance.md."""

import os
import platform
import re
import time
from pathlib import Path

from measures import Cost
from network import Waits, Wire
from waiting import Memory
from world import BUNDLE, MODULE, ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
END = "<!-- end -->\n"
HEAD = (
    "| figure | floor | pam_duo2 | above the floor | ratio | pam_duo | above the floor | target |\n"
    "|---|---|---|---|---|---|---|---|\n"
)


def millions(count: float) -> str:
    return f"{count / 1e6:.2f} M"


def milliseconds(ms: float) -> str:
    return f"{ms:.2f} ms"


def mebibytes(kib: float) -> str:
    return f"{kib / 1024:.2f} MiB"


def parts(floor, ours, peer):
    """One part of what was measured of each, by the function that takes it."""
    return lambda part: (part(floor), part(ours), part(peer) if peer else None)


class Rows:
    """Figure by figure. What is None was not measured, and leaves its cells empty."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def add(self, figure: str, *, floor: str = "", ours: str, above: str = "", ratio: str = "", peer: str = "", peer_above: str = "", target: str = "") -> None:
        self.rows.append(f"| {figure} | {floor} | {ours} | {above} | {ratio} | {peer} | {peer_above} | {target} |")
        print(f"{figure:52} {ours:>12}  above {above:>10}  pam_duo {peer:>12}  target {target}", flush=True)

    def compare(self, figure: str, floor: float, ours: float, peer: float | None, shown, target: str = "") -> None:
        """A figure that the floor has, too."""
        theirs = {} if peer is None else {"peer": shown(peer), "peer_above": shown(peer - floor)}
        self.add(figure, floor=shown(floor), ours=shown(ours), above=shown(ours - floor), ratio=f"{ours / floor:.1f}", target=target, **theirs)

    def size(self, ours: int, peer: tuple[int, int] | None) -> None:
        theirs = "" if peer is None else f"{peer[0] / 1e6:.2f} MB and OpenSSL's {peer[1] / 1e6:.2f} MB"
        self.add("the module's file", ours=f"{ours / 1e6:.2f} MB", peer=theirs, target="1.5 MB")

    def loading(self, floor: float, ours: float, peer: float | None) -> None:
        self.compare("dlopen, warm", floor, ours, peer, lambda ms: f"{ms:.3f} ms", "0.25 ms")

    def instructions(self, how: str, floor: int, ours: int, peer: int | None, target: str = "") -> None:
        self.compare(f"instructions, {how}", floor, ours, peer, millions, target)

    def costs(self, how: str, floor: Cost, ours: Cost, peer: Cost | None, *, targets: bool = False) -> None:
        each = parts(floor, ours, peer)
        wall, rss = ("1.5 ms", "2 MB") if targets else ("", "")
        self.compare(f"wall over loopback, {how}", *each(lambda cost: cost.wall_ms), milliseconds, wall)
        self.compare(f"user and system time, {how}", *each(lambda cost: cost.processor_ms), milliseconds)
        self.compare(f"peak RSS, {how}", *each(lambda cost: cost.rss_kib), mebibytes, rss)

    def nodelay(self, how: str, floor: Cost, ours: Cost, peer: Cost) -> None:
        figure = f"wall over loopback, {how}, pam_duo with TCP_NODELAY"
        self.compare(figure, floor.wall_ms, ours.wall_ms, peer.wall_ms, milliseconds)

    def system_calls(self, how: str, floor: dict[str, int], ours: dict[str, int], peer: dict[str, int] | None) -> None:
        self.compare(f"system calls, {how}", sum(floor.values()), sum(ours.values()), sum(peer.values()) if peer else None, "{:.0f}".format)
        for name, calls in (("pam_duo2", ours), ("pam_duo", peer or {})):
            more = {call: count - floor.get(call, 0) for call, count in calls.items()}
            print(f"    {name}: " + ", ".join(f"{call} {count}" for call, count in sorted(more.items(), key=lambda item: -item[1])[:12]))

    def waiting(self, count: int, floor: Memory, ours: Memory, peer: Memory | None) -> None:
        each = parts(floor, ours, peer)
        whose = f"each of {count} that wait" if count > 1 else "one that waits"
        self.compare(f"peak RSS of {whose}", *each(lambda memory: memory.peak), mebibytes)
        self.compare(f"private memory of {whose}", *each(lambda memory: memory.private), mebibytes, "1 MB")

    def growth(self, floor: tuple[float, float], ours: tuple[float, float], peer: tuple[float, float] | None) -> None:
        shown = "{:.0f} B".format
        for name, least, mine, theirs in zip(("heap", "private memory"), floor, ours, peer or (None, None)):
            also = {} if theirs is None else {"peer": shown(theirs), "peer_above": shown(theirs - least)}
            self.add(f"growth by each login of one process, {name}", floor=shown(least), ours=shown(mine), above=shown(mine - least), target="0", **also)

    def wire(self, ours: Wire, peer: Wire | None, lookups: int, peer_lookups: int | None) -> None:
        def row(figure: str, value, target: str = "") -> None:
            self.add(figure, ours=value(ours), peer=value(peer) if peer else "", target=target)

        self.add("names looked up", ours=str(lookups), peer="" if peer_lookups is None else str(peer_lookups), target="1")
        row("TCP connects", lambda wire: str(wire.connects), "1")
        row("TLS handshakes", lambda wire: str(wire.handshakes), "1")
        row("requests", lambda wire: f"{len(wire.requests)}: {', '.join(map(called, wire.requests))}")
        row("bytes sent, received (TLS included)", lambda wire: f"{wire.sent}, {wire.received}")
        row("TLS records sent, packets with them", lambda wire: f"{wire.records}, {wire.packets}")
        several = "a request is in several packets"
        row("TLS records in each packet that holds a request", lambda wire: several if wire.each is None else ", ".join(map(str, wire.each)), "1")

    def waits(self, round_trip: float, ours: Waits, peer: Waits | None) -> None:
        name, trip = f"{round_trip * 1000:.0f} ms round trip", round_trip * 1000
        trips = lambda waits: f"{waits.buzz / trip:.2f} round trips"  # noqa: E731
        late = lambda waits: f"one way and {waits.tap_to_return - trip / 2:.1f} ms"  # noqa: E731
        also = {"peer": f"{peer.buzz:.1f} ms", "peer_above": trips(peer)} if peer else {}
        self.add(f"until the phone buzzes, {name}", ours=f"{ours.buzz:.1f} ms", above=trips(ours), target="4 round trips", **also)
        also = {"peer": f"{peer.tap_to_return:.1f} ms", "peer_above": late(peer)} if peer else {}
        self.add(f"tap to return, {name}", ours=f"{ours.tap_to_return:.1f} ms", above=late(ours), target="one way and 1 ms", **also)

    def show(self, peer: str) -> str:
        """What has been collected, where it was measured, and what about the peer."""
        rustc = re.search(rb"rustc version (\S+)", MODULE.read_bytes())[1].decode()
        roots = len(re.findall(b"BEGIN CERTIFICATE", BUNDLE.read_bytes()))
        return f"{machine()}, rustc {rustc}, {roots} roots. {peer}\n\n{HEAD}" + "\n".join(self.rows) + "\n"


def called(request: str) -> str:
    """`POST /auth/v2/preauth` and `POST /rest/v1/preauth.bson` are both `preauth`."""
    return request.rpartition("/")[2].removesuffix(".bson")


def machine() -> str:
    """When and where."""
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{time.strftime('%Y-%m-%d')}, {system}, {platform.machine()}, {os.cpu_count()} cores"


def publish(begin: str, text: str, document: Path = DOCUMENT) -> None:
    """Puts a table between its mark and the next end."""
    head, mark, rest = document.read_text(encoding="utf-8").partition(f"<!-- {begin} -->\n")
    _, end, tail = rest.partition(END)
    if not (mark and end):
        raise RuntimeError(f"{document} has no place for {begin}")
    document.write_text(f"{head}{mark}{text}{end}{tail}", encoding="utf-8")
