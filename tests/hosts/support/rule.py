"""What a person does at a prompt. Nothing but the standard library: tests/selinux uses it in a machine that has no more."""

import re
from collections.abc import Callable


class Rule:
    """What a person does whenever the screen ends like this: each reply once, then the last for ever.

    A reply that has to wait for something else is a function.
    """

    def __init__(self, pattern: str, *replies: str | Callable[[], str]):
        self.pattern = re.compile(f"(?:{pattern})$")
        self.replies = list(replies)
        self.used = 0

    def next(self) -> str:
        reply = self.replies[min(self.used, len(self.replies) - 1)]
        self.used += 1
        return reply() if callable(reply) else reply
