"""A TCP connection through a network that takes its time, and what passes over it."""

import socket
import threading
import time
from dataclasses import dataclass, field
from queue import SimpleQueue


@dataclass
class Seen:
    """Each piece that one read(2) gave: when, and how long it was."""

    connections: int = 0
    sent: list[tuple[float, int]] = field(default_factory=list)
    received: list[tuple[float, int]] = field(default_factory=list)
    # What the client sent, as it went over the wire.
    upstream: bytearray = field(default_factory=bytearray)


class Delay:
    """Listens, and passes on to a port of this machine, each way half a round trip later."""

    def __init__(self, port: int, round_trip: float) -> None:
        self.one_way = round_trip / 2
        self.target = port
        self.seen = Seen()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.seen.connections += 1
            # The client is connected at once, and would be after a round trip.
            opened = time.monotonic() + 2 * self.one_way
            service = socket.create_connection(("127.0.0.1", self.target))
            for end in (client, service):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.pipe(client, service, self.seen.sent, opened, self.seen.upstream)
            self.pipe(service, client, self.seen.received, opened, None)

    def pipe(self, source: socket.socket, target: socket.socket, log: list, opened: float, kept: bytearray | None) -> None:
        """Two threads: one that reads, one that waits and writes."""
        queue: SimpleQueue = SimpleQueue()

        def read() -> None:
            while True:
                try:
                    data = source.recv(65536)
                except OSError:
                    data = b""
                if data:
                    log.append((time.monotonic(), len(data)))
                    if kept is not None:
                        kept.extend(data)
                queue.put((max(time.monotonic(), opened) + self.one_way, data))
                if not data:
                    return

        def write() -> None:
            while True:
                due, data = queue.get()
                time.sleep(max(0.0, due - time.monotonic()))
                try:
                    if not data:
                        target.shutdown(socket.SHUT_WR)
                        return
                    target.sendall(data)
                except OSError:
                    return

        threading.Thread(target=read, daemon=True).start()
        threading.Thread(target=write, daemon=True).start()

    def stop(self) -> None:
        self.listener.close()


def records(stream: bytes) -> list[tuple[int, int]]:
    """The type and length of each TLS record."""
    found, at = [], 0
    while at + 5 <= len(stream):
        length = int.from_bytes(stream[at + 3 : at + 5], "big")
        found.append((stream[at], length))
        at += 5 + length
    return found
