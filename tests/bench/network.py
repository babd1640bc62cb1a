"""What a login sends, and how long people wait for it behind a slow network."""

import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from delay import Delay, records
from world import Mock, door, login

# TLS (RFC 8446, 5.1).
APPLICATION_DATA = 23


@dataclass
class Wire:
    """What one login sent, and got."""

    connects: int
    handshakes: int
    requests: list[str]
    sent: int
    received: int
    # In each packet that holds a request: the TLS records of the talk proper. The first has the end of the handshake before it.
    records: list[int]


def wire(work: Path, mock: Mock) -> Wire:
    """One login whose phone answers at once. Each read of the proxy's is a packet, as far away as the next one is."""
    before = len(mock.events())
    proxy = Delay(mock.hello["port"], 0.02)
    subprocess.run(login(door(work, "wire", mock, port=proxy.port)), stdout=subprocess.DEVNULL, check=True)
    time.sleep(0.2)
    proxy.stop()
    events = mock.events()[before:]
    requests = [f"{event['method']} {event['path']}" for event in events if "path" in event]
    seen = proxy.seen
    at, stream, packets = 0, bytes(seen.upstream), []
    for _, length in seen.sent:
        found = records(stream[at : at + length])
        # Whatever one read(2) gave is whole records, or else a request came in pieces.
        if sum(5 + size for _, size in found) != length:
            raise RuntimeError("a record that is not in one packet")
        packets.append([kind for kind, _ in found].count(APPLICATION_DATA))
        at += length
    # The ClientHello has none. The handshake's end looks like one more, and so does the goodbye behind the last request.
    asked = [count for count in packets if count][: len(requests)]
    asked[0] -= 1
    return Wire(
        connects=seen.connections,
        handshakes=sum(event.get("event") == "tls" for event in events),
        requests=requests,
        sent=sum(length for _, length in seen.sent),
        received=sum(length for _, length in seen.received),
        records=asked,
    )


@dataclass
class Waits:
    """Milliseconds, the least of some runs."""

    buzz: float
    tap_to_return: float


def waits(work: Path, mock: Mock, round_trip: float, runs: int = 15) -> Waits:
    """From the start of the program until the push is on the phone; from the answer's departure until the program's end."""
    buzzes, returns = [], []
    for _ in range(runs):
        proxy = Delay(mock.hello["port"], round_trip)
        command = login(door(work, "slow", mock, port=proxy.port))
        pushes = sum(event.get("event") == "push" for event in mock.events())
        began = time.time()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        ended = time.monotonic()
        pushed = [event for event in mock.events() if event.get("event") == "push"][pushes]
        buzzes.append((pushed["t"] - began) * 1000)
        # The last that the service sent before the program's end is the reply to the poll.
        answered = max(at for at, length in proxy.seen.received if at < ended - round_trip / 2.5)
        returns.append((ended - answered) * 1000)
        proxy.stop()
    return Waits(min(buzzes), min(returns))


def lookups(work: Path, mock: Mock) -> int:
    """Calls of getaddrinfo(3), for a name: threads that were made for one."""
    out = work / "strace.lookups"
    command = ["strace", "-f", "-e", "trace=clone,clone3", "-o", out, *login(door(work, "named", mock, host="localhost"))]
    subprocess.run(command, capture_output=True, check=True)
    return len(re.findall(r"\bclone3?\(", out.read_text(encoding="utf-8")))
