"""What a login is measured in: a mount namespace with service files of its own, mockduo, and the machine's trust store."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / "target" / "release"
MODULE = Path(os.environ.get("PAM_DUO2_SO", BIN / "libpam_duo2.so"))
PAM_D = Path("/etc/pam.d")
# mockduo takes both modules' signatures.
SIGNATURES = 'signatures = ["1", "2-sha1", "2-sha512", "5"]'
# The first of the module's six places, and Debian's.
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
USER = "root"


def compiled(name: str, work: Path, *arguments: str) -> Path:
    """A C program of this folder."""
    out = work / name.removesuffix(".c")
    subprocess.run(["gcc", "-O2", "-Wall", "-Werror", "-o", out, Path(__file__).with_name(name), *arguments], check=True)
    return out


class Mock:
    """mockduo with one user, who has one phone."""

    def __init__(self, work: Path, name: str, *arguments: str, listen: str = "127.0.0.1", server: str = "", like: "Mock | None" = None) -> None:
        self.state = work / name
        self.state.mkdir()
        if like:
            self.authority_of(like)
        scenario = self.state / "scenario.toml"
        phone = '[[users.devices]]\nid = "DPHONE00000000000001"\nname = "Phone"\n'
        scenario.write_text(f'[server]\n{SIGNATURES}\n{server}\n[[users]]\nname = "{USER}"\n{phone}', encoding="utf-8")
        self.log = self.state / "log"
        command = [BIN / "mockduo", "serve", "--listen", f"{listen}:0", "--state", self.state / "duo", "--scenario", scenario]
        self.process = subprocess.Popen([*command, "--log", self.log, *arguments], stdout=subprocess.PIPE, text=True)
        self.hello = json.loads(self.process.stdout.readline())

    def authority_of(self, other: "Mock") -> None:
        """Before the start: the authority that another one made."""
        own = self.state / "duo"
        own.mkdir(mode=0o700)
        for name in ("ca.pem", "ca-key.pem"):
            shutil.copy(other.state / "duo" / name, own)

    def events(self) -> list[dict]:
        """Its whole log."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def await_events(self, kind: str, count: int, seconds: float = 120) -> list[dict]:
        """The log's lines of one kind, once there are so many."""
        end = time.monotonic() + seconds
        while len(found := [event for event in self.events() if event.get("event") == kind]) < count:
            if time.monotonic() > end:
                raise RuntimeError(f"{len(found)} {kind} in place of {count}")
            time.sleep(0.05)
        return found

    def trusted(self) -> None:
        """Puts its authority behind those of the machine."""
        own = Path(self.hello["cafile"]).read_bytes()
        # Written in place: what is bound over the machine's bundle is this file.
        with BUNDLE.open("ab") as bundle:
            bundle.write(own)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def service(name: str, stack: str) -> str:
    """A service file with one line."""
    (PAM_D / name).write_text(f"auth {stack}\n", encoding="utf-8")
    return name


def door(work: Path, name: str, mock: Mock, *, cafile: bool = False, host: str = "127.0.0.1") -> str:
    """A service that asks this mock by the module."""
    hello = mock.hello
    lines = [f'ikey = "{hello["ikey"]}"', f'skey = "{hello["skey"]}"', f'host = "{host}:{hello["port"]}"', "autopush = true"]
    if cafile:
        lines.append(f'cafile = "{hello["cafile"]}"')
    config = work / f"{name}.toml"
    config.write_text("\n".join(["[duo]", *lines, ""]), encoding="utf-8")
    config.chmod(0o600)
    return service(name, f"required {MODULE} conf={config}")


def login(name: str) -> list[str]:
    """The command of one login."""
    return ["pamtester", name, USER, "authenticate"]


def preloaded(library: Path, name: str, **settings: str) -> list[str]:
    """The same, with a library in front of libc."""
    return ["env", f"LD_PRELOAD={library}", *(f"{key}={value}" for key, value in settings.items()), *login(name)]
