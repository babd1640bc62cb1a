"""A service that is far away: packets of the kernel's own TCP, held back on their way.

A TUN device leads to FAR. Each packet to it comes back with its addresses exchanged (no checksum changes by that), so FAR is
this machine again. That is in a network namespace of the bench's own.
"""

import fcntl
import os
import socket
import struct
import subprocess
import threading
import time
from dataclasses import dataclass
from queue import SimpleQueue

# For documentation (RFC 5737): never anybody's.
HERE, FAR = "198.51.100.1", "198.51.100.2"
NAME = "far.test"
DEVICE = "/dev/net/tun"

# <linux/if_tun.h>
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
TCP, SYN = 6, 0x02


def hosts() -> str:
    """/etc/hosts, as Debian makes it, and the service. pam_duo looks up the machine's own name, too."""
    return f"127.0.0.1 localhost\n127.0.1.1 {socket.gethostname()}\n{FAR} {NAME}\n"


@dataclass(frozen=True)
class Segment:
    """When it left, by which ports, and what it held."""

    at: float
    source: int
    target: int
    sequence: int
    syn: bool
    payload: bytes


def parsed(packet: bytes, at: float) -> Segment | None:
    """A packet of TCP over IPv4."""
    if packet[0] >> 4 != 4 or packet[9] != TCP:
        return None
    (length,) = struct.unpack_from("!H", packet, 2)
    tcp = packet[(packet[0] & 15) * 4 : length]
    source, target, sequence = struct.unpack_from("!HHI", tcp)
    return Segment(at, source, target, sequence, bool(tcp[13] & SYN), tcp[(tcp[12] >> 4) * 4 :])


def turned(packet: bytes) -> bytes:
    """The same, from whom it was sent to."""
    return packet[:12] + packet[16:20] + packet[12:16] + packet[20:]


class Distance:
    """The way to FAR, and everything that passed."""

    def __init__(self) -> None:
        self.one_way = 0.0
        self.seen: list[Segment] = []
        self.queue: SimpleQueue = SimpleQueue()
        self.tun = os.open(DEVICE, os.O_RDWR | os.O_CLOEXEC)
        fcntl.ioctl(self.tun, TUNSETIFF, struct.pack("16sH22x", b"far", IFF_TUN | IFF_NO_PI))
        subprocess.run(["ip", "address", "add", HERE, "peer", FAR, "dev", "far"], check=True)
        subprocess.run(["ip", "link", "set", "far", "up"], check=True)
        for each in (self.read, self.write):
            threading.Thread(target=each, daemon=True).start()

    def begin(self, round_trip: float) -> list[Segment]:
        """From here on packets take half of so long, and are kept in this list."""
        self.one_way, self.seen = round_trip / 2, []
        return self.seen

    def read(self) -> None:
        while True:
            packet = os.read(self.tun, 65536)
            at = time.monotonic()
            segment = parsed(packet, at)
            if segment is not None:
                self.seen.append(segment)
                self.queue.put((at + self.one_way, turned(packet)))

    def write(self) -> None:
        while True:
            due, packet = self.queue.get()
            time.sleep(max(0.0, due - time.monotonic()))
            os.write(self.tun, packet)


def of_stream(segments: list[Segment]) -> list[Segment]:
    """Those with a payload, each once: what was sent again counts once."""
    unlike = {(segment.source, segment.target, segment.sequence): segment for segment in reversed(segments) if segment.payload}
    return sorted(unlike.values(), key=lambda segment: segment.at)
