"""Cockpit's web service without systemd."""

import stat
from pathlib import Path

from .cockpit_http import Login, encoded  # noqa: F401  (for whoever logs in to it)
from .machine import Machine, free_port, wait_for_file, wait_for_port

WS = "/usr/lib/cockpit/cockpit-ws"
# Who it runs as; since Cockpit 337 that is a user whom systemd makes up.
USER = "cockpit-wsinstance"
SESSION = Path("/usr/lib/cockpit/cockpit-session")
SOCKET = "/run/cockpit/session"


def start(machine: Machine, settings: str = "", asks_the_phone: bool = True) -> str:
    """The service on a port of its own, with the stack as shipped, or with Cockpit's own; its address."""
    if asks_the_phone:
        machine.etc.ships("cockpit")
    machine.etc.write("cockpit/cockpit.conf", f"[WebService]\nAllowUnencrypted = true\n{settings}")
    if USER not in machine.run("getent", "passwd").stdout:
        machine.etc.people([USER], first=900)
    if not SESSION.stat().st_mode & stat.S_ISUID:
        listen_for_sessions(machine)
    port = free_port()
    machine.start(WS, "--no-tls", "--port", str(port), "--address", "127.0.0.1", user=USER)
    wait_for_port(port)
    return f"http://127.0.0.1:{port}"


def listen_for_sessions(machine: Machine) -> None:
    """What `cockpit-session.socket` does where `cockpit-session` is no setuid program: a process of root's for each login."""
    machine.start("systemd-socket-activate", "--accept", "--inetd", f"--listen={SOCKET}", str(SESSION))
    wait_for_file(machine.folder / SOCKET.lstrip("/"))
    machine.run("chown", f"root:{USER}", SOCKET)
    machine.run("chmod", "0660", SOCKET)
    # The bridge of these versions dies at its second question to a bus that is not there, and it asks the session's too.
    machine.etc.write("environment", "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket\n")
    machine.start("dbus-daemon", "--system", "--nofork", "--nopidfile")
    wait_for_file(machine.folder / "run/dbus/system_bus_socket")
