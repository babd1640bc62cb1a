"""A program that talks to another program: no terminal, its three streams are pipes."""

import os
import selectors
import subprocess
import time

from .terminal import Rule, Transcript, tidy


def converse(command: list[str], rules: list[Rule], limit: float = 60) -> tuple[Transcript, str]:
    """Answers on stdin what is asked on stderr, in a session without a terminal. What was said on stderr, and stdout.

    The reply ^D closes stdin. AssertionError if the program does not end.
    """
    start = time.monotonic()
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    said = {child.stdout: "", child.stderr: ""}
    pending, asked = "", []
    with selectors.DefaultSelector() as streams:
        for stream in said:
            streams.register(stream, selectors.EVENT_READ)
        while streams.get_map():
            if time.monotonic() - start > limit:
                child.kill()
                raise AssertionError(f"not ended after {limit} s; it said {list(said.values())}")
            ready = streams.select(timeout=0.1)
            for key, _ in ready:
                text = os.read(key.fd, 4096).decode(errors="replace")
                if not text:
                    streams.unregister(key.fileobj)
                said[key.fileobj] += text
                pending += text if key.fileobj is child.stderr else ""
            rule = None if ready else next((rule for rule in rules if rule.pattern.search(pending)), None)
            if rule is not None and not child.stdin.closed:
                # Nothing echoes here, so the answer ends no line.
                said[child.stderr] += "\n"
                pending = ""
                asked.append(time.monotonic() - start)
                reply(child, rule.next())
    output = said[child.stdout]
    told = Transcript(tidy(said[child.stderr]), child.wait(), time.monotonic() - start, asked)
    for stream in (child.stdin, child.stdout, child.stderr):
        stream.close()
    return told, output


def reply(child: subprocess.Popen, words: str) -> None:
    """A line, or the end of all answers."""
    if words == "^D":
        child.stdin.close()
        return
    child.stdin.write(words.encode() + b"\n")
    child.stdin.flush()
