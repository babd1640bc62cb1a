"""What a login sends, and how long people wait for it behind a slow network."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from distance import Distance, of_stream
from world import Mock, login, preloaded

# TLS (RFC 8446, 5.1).
APPLICATION_DATA = 23

# A service file for a mock.
Door = Callable[[Mock], str]


def records(stream: bytes) -> list[tuple[int, int]]:
    """The type and length of each TLS record."""
    found, at = [], 0
    while at + 5 <= len(stream):
        length = int.from_bytes(stream[at + 3 : at + 5], "big")
        found.append((stream[at], length))
        at += 5 + length
    return found


@dataclass
class Wire:
    """What one login sent, and got."""

    connects: int
    handshakes: int
    requests: list[str]
    sent: int
    received: int
    # TLS records that were sent, and the packets with them; the handshake's, too.
    records: int
    packets: int
    # In each packet that holds a request: the TLS records of the talk proper. None where a request came in several packets.
    each: list[int] | None


def per_request(stream: bytes, packets: list[int], requests: int) -> list[int] | None:
    """The records in each packet that holds a request, if there is one packet for each. The first has the end of the handshake before it."""
    at, counts = 0, []
    for length in packets:
        found = records(stream[at : at + length])
        if sum(5 + size for _, size in found) != length:
            return None
        counts.append([kind for kind, _ in found].count(APPLICATION_DATA))
        at += length
    # The ClientHello has none. The handshake's end looks like one more, and so does the goodbye behind the last request.
    asked = [count for count in counts if count]
    if len(asked) not in (requests, requests + 1) or asked[0] < 2:
        return None
    return [asked[0] - 1, *asked[1:requests]]


def wire(mock: Mock, door: Door, distance: Distance) -> Wire:
    """One login whose phone answers at once, behind a network that takes 20 ms."""
    before = len(mock.events())
    seen = distance.begin(0.02)
    subprocess.run(login(door(mock)), stdout=subprocess.DEVNULL, check=True)
    time.sleep(0.2)
    events = mock.events()[before:]
    requests = [f"{event['method']} {event['path']}" for event in events if "path" in event]
    port = mock.hello["port"]
    sent, received = (of_stream([each for each in seen if port == getattr(each, end)]) for end in ("target", "source"))
    stream, packets = b"".join(each.payload for each in sent), [len(each.payload) for each in sent]
    return Wire(
        connects=len({each.source for each in seen if each.syn and each.target == port}),
        handshakes=sum(event.get("event") == "tls" for event in events),
        requests=requests,
        sent=len(stream),
        received=sum(len(each.payload) for each in received),
        records=len(records(stream)),
        packets=len(packets),
        each=per_request(stream, packets, len(requests)),
    )


@dataclass
class Waits:
    """Milliseconds, the least of some runs."""

    buzz: float
    tap_to_return: float


def waits(mock: Mock, door: Door, distance: Distance, round_trip: float, runs: int = 15) -> Waits:
    """From the start of the program until the push is on the phone; from the answer's departure until the program's end."""
    command, port = login(door(mock)), mock.hello["port"]
    buzzes, returns = [], []
    for _ in range(runs):
        seen = distance.begin(round_trip)
        pushes = sum(event.get("event") == "push" for event in mock.events())
        began = time.time()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        ended = time.monotonic()
        pushed = [event for event in mock.events() if event.get("event") == "push"][pushes]
        buzzes.append((pushed["t"] - began) * 1000)
        # The last that had arrived before the program's end is the reply to the poll.
        arrived = [each.at for each in seen if each.source == port and each.payload and each.at + round_trip / 2 < ended]
        returns.append((ended - max(arrived)) * 1000)
    return Waits(min(buzzes), min(returns))


def lookups(work: Path, counter: Path, name: str) -> int:
    """Names that were looked up during one login."""
    out = work / "looked-up"
    subprocess.run(preloaded(counter, name, LOOKUPS=str(out)), stdout=subprocess.DEVNULL, check=True)
    # The first line says that somebody counted.
    lines = out.read_text(encoding="ascii").splitlines()
    out.unlink()
    return len(lines) - 1
