"""A private /etc: the machine's own, with users, services and stacks of the test's."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from .places import ROOT
from service import built

PASSWORD = "correct horse"
ROOT_PASSWORD = "battery staple"
USERS = {"demo": 4242, "alice": 4243, "bob": 4244}
STACKS = ROOT / "tests" / "stacks"


def keep_out() -> None:
    """Begins this program anew in a namespace where the machine's /etc is read-only, unless it is there already."""
    if os.access("/etc", os.W_OK):
        if "KEPT_OUT" in os.environ:
            raise SystemExit("/etc is writable although this runs in privately: is target/release/privately of today (make tools)?")
        privately = str(built("PRIVATELY_BIN", "privately"))
        os.execve(privately, [privately, "--", *sys.orig_argv], {**os.environ, "KEPT_OUT": "yes"})


@cache
def hashed(password: str) -> str:
    """As /etc/shadow has it."""
    told = subprocess.run(
        ["openssl", "passwd", "-6", "-salt", "pamduo2test", password], capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


class Etc:
    """A folder that will be /etc."""

    def __init__(self, folder: Path):
        self.folder = folder
        subprocess.run(["cp", "-a", "/etc", folder], check=True)
        for gone in ("duo", "security/pam_duo.conf"):
            path = folder / gone
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (folder / "duo").mkdir()
        self._users()
        # pam-auth-update's files as a fresh Debian has them, whatever this machine made of its own.
        for common in STACKS.glob("common-*"):
            shutil.copy(common, folder / "pam.d")
        self.write("sudoers", SUDOERS, 0o440)
        shutil.rmtree(folder / "sudoers.d", ignore_errors=True)
        (folder / "sudoers.d").mkdir(mode=0o750)
        self.write("hostname", "machine\n")
        self.write("hosts", "127.0.0.1 localhost machine\n::1 localhost\n")
        # Messages of the day, greetings and the locale are this machine's, not ours.
        shutil.rmtree(folder / "update-motd.d", ignore_errors=True)
        for name in ("motd", "issue", "issue.net", "default/locale", "environment", "legal"):
            self.write(name, "")

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        """A file, in place of what is there; never through a link that leads out of this folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def password(self, user: str, password: str) -> None:
        """Another password for a user."""
        path = self.folder / "shadow"
        lines = path.read_text(encoding="utf-8").splitlines()
        lines = [f"{user}:{hashed(password)}:20000:0:99999:7:::" if line.startswith(f"{user}:") else line for line in lines]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def people(self, names: list[str], first: int) -> None:
        """More users, with the same password and no home, numbered from `first`."""
        for name, line in (
            ("passwd", "{user}:x:{number}:{number}::/:/bin/sh\n"),
            ("group", "{user}:x:{number}:\n"),
            ("shadow", f"{{user}}:{hashed(PASSWORD)}:20000:0:99999:7:::\n"),
        ):
            with open(self.folder / name, "a", encoding="utf-8") as file:
                file.writelines(line.format(user=user, number=number) for number, user in enumerate(names, first))

    def ships(self, *names: str) -> None:
        """The repository's own stacks, byte for byte, under the names that they are installed as."""
        for name in names:
            source, _, installed = name.partition(":")
            shutil.copy(ROOT / "pam.d" / f"{source}.debian", self.folder / "pam.d" / (installed or source))

    def asks_in_account(self, name: str) -> None:
        """Takes off the # of the account line that the shipped stack has as a comment."""
        path = self.folder / "pam.d" / name
        shipped = path.read_text(encoding="utf-8")
        text, lines = re.subn(r"^#(account +required +pam_duo2\.so)$", r"\1", shipped, flags=re.MULTILINE)
        if lines != 1:
            raise AssertionError(f"{lines} lines of ours as comments in {name}")
        path.write_text(text, encoding="utf-8")

    def drops_in(self) -> None:
        """The repository's own file for /etc/sudoers.d, and the stack that it needs first."""
        self.ships("sudo-askpass")
        self.write("sudoers.d/pam_duo2", (ROOT / "conf" / "sudoers.d" / "pam_duo2").read_text(encoding="utf-8"), 0o440)

    def authority(self, file: str) -> str:
        """The certificate of a service, where the module finds it: the /tmp of a machine is its own."""
        shutil.copy(file, self.folder / "duo" / "authority.pem")
        return "/etc/duo/authority.pem"

    def config(self, text: str) -> None:
        """The module's configuration. Written in place: a bind mount shows the same file."""
        path = self.folder / "duo" / "pam_duo2.toml"
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")

    def _users(self) -> None:
        for name, kept in (("passwd", "passwd"), ("group", "group")):
            own = (self.folder / kept).read_text(encoding="utf-8").splitlines()
            lines = [line for line in own if line.split(":")[0] not in USERS]
            for user, number in USERS.items():
                home = f"/home/{user}:/bin/bash"
                lines.append(f"{user}:x:{number}:{number}:{user.title()},,,:{home}" if name == "passwd" else f"{user}:x:{number}:")
            # polkit's administrators; sudoers of the tests does not ask for the group.
            lines = [f"{line},demo".replace(":,", ":") if line.startswith("sudo:") else line for line in lines]
            self.write(name, "\n".join(lines) + "\n")
        secret = [f"{user}:{hashed(PASSWORD)}:20000:0:99999:7:::" for user in USERS]
        secret.append(f"root:{hashed(ROOT_PASSWORD)}:20000:0:99999:7:::")
        self.write("shadow", "\n".join(secret) + "\n", 0o640)
        os.chown(self.folder / "shadow", 0, 42)


# Debian's, and what the tests need: demo may do everything, with the password each time.
SUDOERS = """\
Defaults env_reset
Defaults mail_badpass
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Defaults use_pty
Defaults timestamp_timeout=0
Defaults lecture=never
root ALL=(ALL:ALL) ALL
demo ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
"""
