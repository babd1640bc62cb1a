"""A person at a terminal, with nothing but the standard library."""

import os
import pty
import select
import signal
import time

from support.rule import Rule


def talk(command: list[str], rules: list[Rule], limit: float) -> tuple[str, int]:
    """Runs `command` on a terminal for a person who acts by these rules; the screen, and how it ended."""
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    screen, pending, until = "", "", time.monotonic() + limit
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.5)[0]:
            rule = next((rule for rule in rules if rule.pattern.search(pending)), None)
            if rule is not None:
                pending = ""
                os.write(terminal, rule.next().encode() + b"\n")
            continue
        try:
            text = os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            # Nobody has the other end open any more.
            text = ""
        if not text:
            break
        screen, pending = screen + text, pending + text
    else:
        os.kill(pid, signal.SIGKILL)
        screen += f"\nnot ended after {limit} s"
    os.close(terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return screen.replace("\r\n", "\n"), status
