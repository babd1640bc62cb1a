"""A machine of the test's own: namespaces for mounts and processes, in which the real hosts run."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from . import places  # noqa: F401  (finds the next)
from service import built

from .etc import USERS, Etc

# Where libpam looks for modules.
SECURITY = next(path for path in map(Path, ("/usr/lib/x86_64-linux-gnu/security", "/usr/lib/aarch64-linux-gnu/security",
                                            "/usr/lib64/security", "/usr/lib/security")) if path.is_dir())
# What hosts write to, in a folder of our own instead.
WRITTEN = ("run", "home", "var/log", "var/mail", "var/lib/sudo", "var/lib/lastlog", "var/lib/cockpit")

# It ends with our end of the pipe, and all others of the namespace with it. A terminal can be made only
# where /dev/ptmx lies beside /dev/pts, and in the private /dev it is mounted from elsewhere.
FIRST_PROCESS = """
set -e
if mountpoint -q /dev/ptmx; then
    umount /dev/ptmx
    rm /dev/ptmx
    mknod -m 0666 /dev/ptmx c 5 2
fi
# What hosts leave there (sockets of agents and buses) ends with the machine.
mount -t tmpfs -o mode=1777,nosuid,nodev tmp /tmp
hostname machine
echo ready
exec cat
"""

# Leads the session of a terminal. What was written last is lost where it has not been read when the
# leader ends, so that does not end with its command. Ctrl-C and Ctrl-\ mean the command, and not this.
LEADER = """
trap : INT QUIT
"$@"
status=$?
sleep 0.5
exit $status
"""


class Machine:
    """Use it in a `with`: all its processes end with the block, whatever they do, and no file stays."""

    def __init__(self):
        if os.access("/etc", os.W_OK):
            raise RuntimeError("a mistake here could change this machine's /etc: run this by tests/hosts/run.py")
        self._kept = tempfile.TemporaryDirectory(prefix="duo-hosts-", ignore_cleanup_errors=True)
        self.folder = Path(self._kept.name)
        self.folder.chmod(0o755)
        self.etc = Etc(self.folder / "etc")
        self.log_file = self.folder / "log"
        self.log_file.touch()
        binds = [f"{self.folder}/etc:/etc", f"{self._modules()}:{SECURITY}", *self._written()]
        command = [str(built("PRIVATELY_BIN", "privately"))]
        for bind in binds:
            command += ["--bind", bind]
        command += ["--log", str(self.log_file), "--", "unshare", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]
        command += ["sh", "-c", FIRST_PROCESS]
        self._holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._holder.stdout.readline() != "ready\n":
            raise RuntimeError(f"no private machine; exit status {self._holder.wait()}")
        self._init = descendants(self._holder.pid)[-1]
        self._daemons: list[subprocess.Popen] = []

    def _modules(self) -> Path:
        """The system's modules and ours, so that the stacks as shipped find it by its name."""
        folder = self.folder / "security"
        shutil.copytree(SECURITY, folder, symlinks=True)
        (folder / "pam_duo2.so").unlink(missing_ok=True)
        shutil.copy(built("PAM_DUO2_SO", "libpam_duo2.so"), folder / "pam_duo2.so")
        return folder

    def _written(self) -> list[str]:
        for name in WRITTEN:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        run = self.folder / "run"
        for name in ("sshd", "dbus", "sudo/ts", "cockpit", "lock", "user", "cockpit/tls"):
            (run / name).mkdir(parents=True)
        (run / "sudo" / "ts").chmod(0o700)
        (run / "utmp").touch()
        for name in ("wtmp", "btmp", "lastlog"):
            (self.folder / "var" / "log" / name).touch()
        for user, number in USERS.items():
            home = self.folder / "home" / user
            home.mkdir(mode=0o755)
            os.chown(home, number, number)
        return [f"{self.folder}/{name}:/{name}" for name in WRITTEN]

    def home(self, user: str) -> Path:
        """As it is seen from outside."""
        return self.folder / "home" / user

    def command(self, *argv: str, user: str | None = None, env: dict[str, str] | None = None) -> list[str]:
        """`argv` as it is run in this machine, by root or by `user`, with nothing of our environment."""
        entered = ["nsenter", f"--target={self._init}", "--mount", "--uts", "--pid", "--"]
        clean = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "TERM": "dumb", "LANG": "C.UTF-8"}
        if user is not None:
            entered += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"]
            # Those of daemons have no home.
            clean |= {"HOME": f"/home/{user}"} if user in USERS else {}
            clean |= {"USER": user, "LOGNAME": user}
        clean |= env or {}
        return entered + ["env", "-i", "-C", clean.get("HOME", "/"), *(f"{k}={v}" for k, v in clean.items()), *argv]

    def on_terminal(self, *argv: str, user: str | None = None) -> list[str]:
        """The same in a session of its own, whose terminal is the one that it is started on."""
        return self._session(["sh", "-c", LEADER, "sh"], *argv, user=user)

    def by_getty(self, *argv: str) -> list[str]:
        """The same where the command itself leads the session: util-linux's login stops in the background otherwise."""
        return self._session([], *argv)

    def _session(self, leader: list[str], *argv: str, user: str | None = None) -> list[str]:
        command = self.command(*argv, user=user)
        at = command.index("--") + 1
        # Ctrl-C works for them also where whoever runs the tests ignores it, as shells do in the background.
        return command[:at] + ["env", "--default-signal", "setsid", "--ctty", "--wait", *leader] + command[at:]

    def start(self, *argv: str, **other) -> subprocess.Popen:
        """A daemon; it ends with the machine. What it prints goes to a file beside the log."""
        with open(self.folder / "daemons.log", "a", encoding="utf-8") as out:
            daemon = subprocess.Popen(self.command(*argv, **other), stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self._daemons.append(daemon)
        return daemon

    def run(self, *argv: str, **other) -> subprocess.CompletedProcess:
        """A short command, which has to succeed."""
        done = subprocess.run(self.command(*argv, **other), capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"{argv}: {done}")
        return done

    def finds(self, name: str) -> bool:
        """Does a process of this name run in this machine?"""
        space = os.stat(f"/proc/{self._init}/ns/pid")
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if os.path.samestat(os.stat(process / "ns" / "pid"), space) and (process / "comm").read_text() == f"{name[:15]}\n":
                    return True
            except OSError:
                # It has ended since.
                continue
        return False

    def log(self) -> list[str]:
        """What was logged so far, by all hosts."""
        return self.log_file.read_text(encoding="utf-8").splitlines()

    def catch_up(self) -> None:
        """Waits until all that was logged before is in the log: on a busy machine whoever writes it may be late."""
        last = f"caught up {time.monotonic_ns()}"
        self.run("logger", last)
        until = time.monotonic() + 30
        while last not in self.log_file.read_text(encoding="utf-8"):
            if time.monotonic() > until:
                raise TimeoutError("the log is not written any more")
            time.sleep(0.02)

    def said_by_daemons(self) -> str:
        """For a test that failed."""
        path = self.folder / "daemons.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_) -> None:
        self._holder.stdin.close()
        try:
            self._holder.wait(timeout=10)
        except subprocess.TimeoutExpired:
            # unshare's --kill-child takes the namespace with it.
            self._holder.kill()
            self._holder.wait()
        self._holder.stdout.close()
        for daemon in self._daemons:
            daemon.wait(timeout=10)
        self._kept.cleanup()


def descendants(pid: int) -> list[int]:
    """The children of a process and theirs, the youngest last."""
    found = []
    for tasks in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (tasks / "children").read_text().split()):
            found += [child, *descendants(child)]
    return found


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_file(path: Path, seconds: float = 10) -> None:
    """Until a daemon has made it."""
    until = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > until:
            raise TimeoutError(f"nobody makes {path}")
        time.sleep(0.05)


def wait_for_port(port: int, seconds: float = 20) -> None:
    """Until somebody listens there."""
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
