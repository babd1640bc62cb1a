"""A person at a terminal: reads what appears, answers what is asked."""

import re
import time
from dataclasses import dataclass, field

import pexpect

from .rule import Rule

# What terminals are told about colours, titles and pasting is not text.
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x07")


@dataclass
class Transcript:
    """What was on the screen, and how the program ended."""

    text: str
    exit: int
    seconds: float
    # When each answer was asked for, in seconds from the start.
    asked: list[float] = field(default_factory=list)


def send(child: pexpect.spawn, reply: str) -> None:
    """A line; or a key, which begins with ^: ^C."""
    if re.fullmatch(r"\^[A-Z\\]", reply):
        child.sendcontrol(reply[1].lower())
    else:
        child.sendline(reply)


def talk(command: list[str], rules: list[Rule], limit: float = 60) -> Transcript:
    """Runs `command` on a terminal for a person who acts by these rules. AssertionError if it does not end."""
    start = time.monotonic()
    child = pexpect.spawn(command[0], command[1:], encoding="utf-8", codec_errors="replace", timeout=None, dimensions=(50, 200))
    child.delaybeforesend = None
    screen, pending, asked = "", "", []
    try:
        while time.monotonic() - start < limit:
            try:
                text = child.read_nonblocking(4096, timeout=0.1)
                screen, pending = screen + text, pending + text
                continue
            except pexpect.TIMEOUT:
                pass
            except pexpect.EOF:
                break
            rule = next((rule for rule in rules if rule.pattern.search(pending)), None)
            if rule is not None:
                pending = ""
                asked.append(time.monotonic() - start)
                send(child, rule.next())
        else:
            raise AssertionError(f"not ended after {limit} s; on the screen:\n{tidy(screen)}")
    finally:
        child.close(force=True)
    # As a shell has it: an exit status, or 128 and the signal.
    status = child.exitstatus if child.exitstatus is not None else 128 + (child.signalstatus or 0)
    return Transcript(tidy(screen), status, time.monotonic() - start, asked)


def tidy(screen: str) -> str:
    """The screen as lines, without control sequences and without empty ends of lines."""
    lines = CONTROL.sub("", screen).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")
