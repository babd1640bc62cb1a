"""An HTTP proxy that knows CONNECT, for whoever may reach it."""

import socket
import threading

import cases


def relay(source: socket.socket, target: socket.socket) -> None:
    """One direction, to its end."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # The other direction has ended both.
        pass


def handle(client: socket.socket) -> None:
    """One tunnel; every name is this machine."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = client.recv(1)
        if not byte:
            return
        head += byte
    port = int(head.split()[1].rpartition(b":")[2])
    with socket.create_connection(("127.0.0.1", port)) as server:
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=relay, args=[server, client], daemon=True)
        back.start()
        relay(client, server)
        back.join()
    client.close()


def serve() -> None:
    """In a thread, until the program ends."""
    server = socket.create_server(("127.0.0.1", cases.PROXY))

    def loop() -> None:
        while True:
            threading.Thread(target=handle, args=[server.accept()[0]], daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()
