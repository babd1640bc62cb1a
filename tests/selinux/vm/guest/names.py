"""A name server that knows one answer: this machine. So that logins look names up as they do elsewhere."""

import socket
import struct
import threading


def answer(query: bytes) -> bytes:
    """127.0.0.1 for an A, no such data for anything else."""
    end = query.index(b"\0", 12) + 5
    question = query[12:end]
    kind = struct.unpack("!H", question[-4:-2])[0]
    found = struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + bytes([127, 0, 0, 1]) if kind == 1 else b""
    return query[:2] + struct.pack("!HHHHH", 0x8580, 1, 1 if found else 0, 0, 0) + question + found


def serve() -> None:
    """In a thread, until the program ends."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def loop() -> None:
        while True:
            query, client = server.recvfrom(4096)
            server.sendto(answer(query), client)

    threading.Thread(target=loop, daemon=True).start()
