"""mockduo, started for one test, and clients for it."""

import hashlib
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

import duo_client

ROOT = Path(__file__).resolve().parents[2]

# Every way in which the official client can sign that the service promises to take.
SIGNATURES = {
    "version 2, SHA-1": {"sig_version": 2, "digestmod": hashlib.sha1},
    "version 2, SHA-512": {"sig_version": 2, "digestmod": hashlib.sha512},
    "version 5": {"sig_version": 5},
}


def built(variable: str, name: str) -> Path:
    """A program or library of the release build, or what the environment names in its place."""
    path = Path(os.environ.get(variable) or ROOT / "target" / "release" / name)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: run `make test`, which builds it (or set {variable})")
    return path


def patience(seconds: float) -> float:
    """How long to wait for what nothing but our module brings about. It never comes where another stands in its place."""
    return 0.5 if os.environ.get("IMPOSTOR") else seconds


def query(pairs: list[tuple[str, str]]) -> str:
    """`pushinfo` as the API wants it, in this order."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


class Mock:
    """A running service. Use it in a `with`: it ends with the block."""

    def __init__(self, *args: str, scenario: str | None = None, state: Path | None = None):
        self._kept = tempfile.TemporaryDirectory(prefix="mockduo-")
        self.state = state or Path(self._kept.name)
        # It ends with its standard input, and so with this program, however that ends.
        command = [built("MOCKDUO_BIN", "mockduo"), "serve", "--until-stdin-closes", "--state", self.state, *args]
        if scenario is not None:
            file = Path(self._kept.name) / "scenario.toml"
            file.write_text(scenario, encoding="utf-8")
            command += ["--scenario", file]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        first = self._process.stdout.readline()
        if not first:
            raise RuntimeError(f"mockduo said nothing; exit status {self._process.wait()}")
        self.hello = json.loads(first)
        self._lines: list[dict] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout:
            self._lines.append(json.loads(line))

    @property
    def web(self) -> str:
        """The phone's address."""
        return self.hello["web"]

    def client(self, **other) -> duo_client.Auth:
        """Duo's official client with this service's keys and authority; `other` replaces arguments."""
        hello = self.hello
        arguments = {
            "ikey": hello["ikey"],
            "skey": hello["skey"],
            "host": hello["host"],
            "port": hello["port"],
            "ca_certs": hello["cafile"],
            "timeout": 30,
        }
        return duo_client.Auth(**(arguments | other))

    def push(self, pairs: list[tuple[str, str]] | None = None, **other) -> str:
        """Sends a push to demo and gives its txid."""
        arguments = {"username": "demo", "factor": "push", "device": "auto", "async_txn": True}
        if pairs is not None:
            arguments["pushinfo"] = query(pairs)
        return self.client().auth(**(arguments | other))["txid"]

    def lines(self) -> list[dict]:
        """What it has logged so far."""
        return list(self._lines)

    def wait_for(self, event: str) -> dict:
        """The log's first line of this event, which may be on its way."""
        until = time.monotonic() + patience(30)
        while time.monotonic() < until:
            for line in list(self._lines):
                if line.get("event") == event:
                    return line
            time.sleep(0.02)
        raise TimeoutError(f"the log has no event {event!r}")

    def stop(self) -> list[dict]:
        """Ends the service; everything that it logged."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=10)
        self._reader.join(timeout=10)
        self._process.stdout.close()
        self._process.stdin.close()
        return self._lines

    def __enter__(self) -> "Mock":
        return self

    def __exit__(self, *_) -> None:
        self.stop()
        self._kept.cleanup()


def final_status(client: duo_client.Auth, txid: str) -> dict:
    """Polls as a login does, until the answer is final."""
    while True:
        status = client.auth_status(txid)
        if not status["waiting"]:
            return status
