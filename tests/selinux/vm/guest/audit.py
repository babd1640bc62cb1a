"""What the kernel denied, from auditd's log."""

import re
import subprocess
import time
from pathlib import Path

LOG = Path("/var/log/audit/audit.log")
DENIED = re.compile(
    r"^type=AVC .*avc:  denied  \{ (?P<what>[^}]*) \}.* scontext=\w+:\w+:(?P<domain>\w+):\S* "
    r"tcontext=\w+:\w+:(?P<type>\w+):\S* tclass=(?P<kind>\w+) permissive=0"
)
ASKED = re.compile(r"^type=USER_AUTH .* subj=\w+:\w+:(\w+):.*op=PAM:authentication")
PERMISSIVE = re.compile(r"^type=AVC .* permissive=1\b")
# What the bus denied, not the kernel; the module asks nothing of it.
OF_THE_BUS = "type=USER_AVC "
PORT = re.compile(r" dest=(\d+) ")
# Without the number of a pipe or socket, which is another each time.
NAME = re.compile(r' (?:name|path)="([^"\[]*?)(?::\[\d+\])?"')
marks = 0


def mark() -> int:
    """Where the log stands once everything that went before is in it."""
    global marks
    marks += 1
    words = f"mark {marks} of the tests"
    subprocess.run(["auditctl", "-m", words], check=True)
    until = time.monotonic() + 300
    while True:
        text = LOG.read_bytes()
        at = text.rfind(words.encode())
        if at >= 0:
            return text.index(b"\n", at) + 1
        if time.monotonic() > until:
            raise TimeoutError("auditd does not write")
        time.sleep(0.1)


def denials(begin: int, end: int) -> tuple[list[str], list[str]]:
    """Between two marks: each denial once, in words; and the lines themselves."""
    lines = [line for line in LOG.read_bytes()[begin:end].decode(errors="replace").splitlines() if "avc:  denied" in line]
    return sorted(set(filter(None, map(worded, lines)))), lines


def worded(line: str) -> str:
    """A denial in words; nothing where it was let pass; one that cannot be read is told as such, and nobody expects it."""
    at = DENIED.search(line)
    if not at:
        return "" if line.startswith(OF_THE_BUS) or PERMISSIVE.search(line) else f"unread {line}"
    port, name = PORT.search(line), NAME.search(line)
    # A process's folder in /proc is another each time.
    what = re.sub(r"^[2-9]\d*$|^1\d+$", "PID", name[1]) if name else ""
    where = f":{port[1]}" if port else f" {at['kind']}" + (f" {what}" if what else "")
    return f"{at['domain']} {at['what']} {at['type']}{where}"


def authenticating(begin: int, end: int) -> list[str]:
    """Between two marks: the domains in which libpam was asked to authenticate, by what it told the audit."""
    lines = LOG.read_bytes()[begin:end].decode(errors="replace").splitlines()
    return sorted({found[1] for found in map(ASKED.search, lines) if found})


def lost() -> int:
    """Messages that the kernel could not hand over."""
    told = subprocess.run(["auditctl", "-s"], check=True, capture_output=True, text=True).stdout
    return int(re.search(r"^lost (\d+)$", told, re.MULTILINE)[1])
