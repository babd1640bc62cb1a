"""Cockpit's login as a program speaks it. Nothing but the standard library: tests/selinux uses it, too."""

import base64
import json
import urllib.error
import urllib.request
from urllib.parse import unquote

from .rule import Rule


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


class Login:
    """One login; each step is a request and its answer."""

    def __init__(self, url: str, user: str, password: str, host: str = "", patience: float = 100):
        # Another machine is logged in to by ssh, through this one.
        self.url = f"{url}/cockpit{f'+={host}' if host else ''}/login"
        self.authorization = "Basic " + encoded(f"{user}:{password}")
        self.patience = patience
        # What a person would have read and typed, a line each.
        self.read: list[str] = []

    def step(self) -> tuple[int, str, str | None]:
        """HTTP status, its phrase, and the prompt if there is one."""
        headers = {"Authorization": self.authorization, "X-Superuser": "none"}
        request = urllib.request.Request(self.url, headers=headers)
        try:
            reply = urllib.request.urlopen(request, timeout=self.patience)
        except urllib.error.HTTPError as error:
            reply = error
        with reply:
            body = reply.read().decode(errors="replace")
            challenge = (reply.headers.get("WWW-Authenticate") or "").split()
        # The reply that lets in repeats the last challenge.
        if reply.status != 401 or not challenge or challenge[0].lower() != "x-conversation":
            return reply.status, unquote(reply.reason), None
        self.authorization = f"X-Conversation {challenge[1]} "
        message = json.loads(body or "{}").get("message")
        if message:
            self.read.append(f"message: {message.strip()}")
        prompt = base64.b64decode(challenge[2]).decode()
        self.read.append(f"prompt: {prompt}")
        return reply.status, reply.reason, prompt

    def run(self, rules: list[Rule]) -> tuple[int, str]:
        """Answers by the rules until there is nothing more to answer; status and phrase of the last reply."""
        while True:
            status, phrase, prompt = self.step()
            if prompt is None:
                return status, phrase
            rule = next((rule for rule in rules if rule.pattern.search(prompt)), None)
            if rule is None:
                raise AssertionError(f"no answer to {self.read}")
            answer = rule.next()
            self.read.append(f"typed: {answer or '(Enter)'}")
            self.authorization += encoded(answer)
