"""The machine: the module and the stacks in their places, a service to ask, and which policy rules."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import cases
import names

HERE = Path("/opt/tests")
CONFIG = Path(cases.CONFIG)
SELINUX = Path("/etc/selinux/default")
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


def run(*argv: str) -> str:
    """A command that has to succeed; what it prints."""
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{argv}: {done}")
    return done.stdout.strip()


class Service:
    """mockduo on one port."""

    def __init__(self, port: int, like: "Service | None" = None):
        self.state = Path(f"/srv/mockduo-{port}")
        self.state.mkdir(mode=0o700)
        # Both are one service: with the same authority and keys.
        for name in ("ca.pem", "ca-key.pem", "keys.json") if like else ():
            shutil.copy2(like.state / name, self.state / name)
        self.log = self.state / "log"
        self.process = subprocess.Popen(
            [HERE / "mockduo", "serve", "--state", self.state, "--listen", f"127.0.0.1:{port}", "--web", "off",
             "--log", self.log, "--san", cases.SERVICE, "--scenario", HERE / "scenario.toml"],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.hello = json.loads(self.process.stdout.readline())

    def lines(self) -> list[dict]:
        """What it has logged so far."""
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        return [json.loads(line) for line in text.splitlines()]


class Machine:
    """Ready for logins, under the policy that it booted with."""

    def __init__(self):
        security = next(Path("/usr/lib").glob("*-linux-gnu/security"))
        shutil.copyfile(HERE / "libpam_duo2.so", security / "pam_duo2.so")
        CONFIG.parent.mkdir(exist_ok=True)
        CONFIG.touch(mode=0o600)
        run("restorecon", "-R", str(security), str(CONFIG.parent))
        names.serve()
        first = Service(cases.HTTPS)
        self.services = [first, Service(cases.ANOTHER, first)]
        with open(BUNDLE, "a", encoding="utf-8") as bundle:
            bundle.write(Path(first.hello["cafile"]).read_text(encoding="utf-8"))

    def rules(self, policy: str) -> None:
        """Another policy takes over, without a boot: its files are what `semodule -i` would write."""
        for source in (HERE / "policies" / policy).rglob("*"):
            if source.is_file():
                # In place, so that the files keep their labels.
                shutil.copyfile(source, SELINUX / source.relative_to(HERE / "policies" / policy))
        run("load_policy")
        run("restorecon", "-R", "-F", str(CONFIG.parent))

    def booleans(self) -> dict[str, bool]:
        """Ours."""
        told = [line.split() for line in run("getsebool", "-a").splitlines() if line.startswith("pam_duo2_")]
        return {words[0]: words[-1] == "on" for words in told}

    def set(self, wanted: dict[str, bool]) -> None:
        """Booleans, until the next boot."""
        if wanted:
            run("setsebool", *(f"{name}={'on' if value else 'off'}" for name, value in wanted.items()))

    def configure(self, case: "cases.Case") -> None:
        """The module's config and the stack for a login; written in place, so that they keep their labels."""
        stack = (HERE / "pam.d" / f"{case.host}.debian").read_text(encoding="utf-8")
        if not case.module:
            stack = re.sub(r"^auth .*pam_duo2\.so$", "", stack, flags=re.MULTILINE)
        (Path("/etc/pam.d") / case.host).write_text(stack, encoding="utf-8")
        hello = self.services[0].hello
        text = (f'[duo]\nikey = "{hello["ikey"]}"\nskey = "{hello["skey"]}"\nhost = "{cases.SERVICE}:{case.port}"\n'
                f'autopush = true\nfailmode = "{case.failmode}"\ntimeout = 60\n')
        if case.proxy:
            text += f'http_proxy = "http://127.0.0.1:{cases.PROXY}"\n'
        CONFIG.write_text(text, encoding="utf-8")

    def asked(self) -> tuple[int, int]:
        """Connections and pushes that the service has seen so far, on all of its ports."""
        lines = [line for service in self.services for line in service.lines()]
        return (sum(line.get("event") == "connect" for line in lines),
                sum(line.get("path") == "/auth/v2/auth" for line in lines))
