"""Cockpit's web service without systemd."""

from .cockpit_http import Login, encoded  # noqa: F401  (for whoever logs in to it)
from .machine import Machine, free_port, wait_for_port

WS = "/usr/lib/cockpit/cockpit-ws"


def start(machine: Machine, settings: str = "", asks_the_phone: bool = True) -> str:
    """The service on a port of its own, with the stack as shipped, or with Cockpit's own; its address."""
    if asks_the_phone:
        machine.etc.ships("cockpit")
    machine.etc.write("cockpit/cockpit.conf", f"[WebService]\nAllowUnencrypted = true\n{settings}")
    port = free_port()
    machine.start(WS, "--no-tls", "--port", str(port), "--address", "127.0.0.1", user="cockpit-wsinstance")
    wait_for_port(port)
    return f"http://127.0.0.1:{port}"
