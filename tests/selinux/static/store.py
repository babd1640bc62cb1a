"""Debian's whole policy in a private root, linked once; what is tried is installed into copies of it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "selinux"
CACHE = ROOT / "target" / "selinux" / "static"
HEADERS = Path("/usr/share/selinux/devel/include")
# What our optional blocks and the assertions are about, and what that needs itself; the base has the rest.
LEAN = {
    "aide", "amanda", "auditadm", "backup", "bacula", "base", "cockpit", "cron", "getty", "inetd", "policykit", "quota", "remotelogin",
    "samhain", "secadm", "ssh", "staff", "su", "sudo", "tripwire", "unconfined", "unprivuser", "xdg", "xserver",
}  # fmt: skip
# Debian's login for a display manager that is not installed has no account; newer libraries would label what they write by
# this machine's policy, which there is none of.
HARMLESS = re.compile(
    r"libsemanage\.add_user: user sddm not in password file\n|Error obtaining file context handle: No such file or directory\n"
)


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """All that it prints; fails when it does."""
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}")
    return done.stdout


def compiled(folder: Path, name: str) -> tuple[Path, str]:
    """The package of `name`.te in the folder, by the distribution's makefile, and what that said."""
    said = run(
        "env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make", "--no-print-directory",
        "-f", "/usr/share/selinux/devel/Makefile", f"HEADERDIR={HEADERS}", f"{name}.pp", cwd=folder,
    )  # fmt: skip
    return folder / f"{name}.pp", said


class Store:
    """A root folder with a policy store in it."""

    def __init__(self, root: Path):
        self.root = root
        self.policy = root / "etc" / "selinux" / "default"

    @property
    def binary(self) -> Path:
        """The policy as a kernel loads it."""
        (found,) = (self.policy / "policy").glob("policy.*")
        return found

    def copy(self, root: Path) -> "Store":
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        run("cp", "-a", "--reflink=auto", self.root, root)
        return Store(root)

    def install(self, *packages: Path, without: tuple[str, ...] = ()) -> str:
        """Installs into the store, without the modules that are named; what is said about it."""
        words = [word for name in without for word in ("-d", name)]
        words += [word for package in packages for word in ("-i", package)]
        return HARMLESS.sub("", run("semodule", "-p", self.root, "-s", "default", "-n", "-X", "300", *words))

    def label(self, path: str, kind: str) -> str:
        """The type that the policy's file contexts have for a path: what restorecon would give it."""
        contexts = self.policy / "contexts" / "files" / "file_contexts"
        command = ["selabel_lookup", "-b", "file", "-f", contexts, "-k", path, "-t", kind]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        # It ends with an error where the label is not to be changed: <<none>>.
        found = re.search(r"context: \w+:\w+:(\w+)", done.stdout)
        return found[1] if found else done.stdout.strip()


def fetch(package: str, version: str, folder: Path) -> None:
    """Downloads a package; nothing is installed. Lists that are older than the archive are fetched anew, once."""
    wanted = ("apt-get", "download", f"{package}={version}")
    try:
        run(*wanted, cwd=folder)
        return
    except RuntimeError:
        run(*([] if os.geteuid() == 0 else ["sudo"]), "apt-get", "update", "-q")
    try:
        run(*wanted, cwd=folder)
    except RuntimeError as error:
        raise RuntimeError(f"{error}\nupgrade selinux-policy-dev, the archive no longer has {version}") from error


def debian() -> Store:
    """Debian's policy, in the version whose headers are installed; made on the first call."""
    version = run("dpkg-query", "--show", "--showformat=${Version}", "selinux-policy-dev")
    ready = CACHE / f"debian-{version.replace(':', '-')}"
    if not ready.exists():
        work = CACHE / f"making-{os.getpid()}"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        # Not installed: this machine's own policy stays as it is.
        fetch("selinux-policy-default", version, work)
        (package,) = work.glob("*.deb")
        run("dpkg", "-x", package, work / "unpacked")
        root = work / "root"
        (root / "var" / "lib" / "selinux").mkdir(parents=True)
        shutil.copytree(work / "unpacked" / "etc", root / "etc")
        selinux = root / "etc" / "selinux"
        (selinux / "config").write_text("SELINUX=enforcing\nSELINUXTYPE=default\n", encoding="utf-8")
        # neverallow rules count; no rule is left out because another gives as much, which newer libraries do by themselves.
        settings = "module-store = direct\nexpand-check = 1\noptimize-policy = false\n"
        (selinux / "semanage.conf").write_text(settings, encoding="utf-8")
        modules = sorted((work / "unpacked" / "usr" / "share" / "selinux" / "default").glob("*.pp.bz2"))
        words = [word for module in modules for word in ("-i", module)]
        run("semodule", "-p", root, "-s", "default", "-n", *words)
        root.rename(ready)
        shutil.rmtree(work)
    return Store(ready)


def lean() -> Store:
    """Debian's policy without what has nothing to do with us, which is linked in a third of the time."""
    ready = debian().root.with_name(f"{debian().root.name}-lean")
    if not ready.exists():
        work = debian().copy(CACHE / f"making-lean-{os.getpid()}")
        modules = set(run("semodule", "-p", work.root, "-s", "default", "-l").split())
        words = [word for name in sorted(modules - LEAN) for word in ("-r", name)]
        run("semodule", "-p", work.root, "-s", "default", "-n", "-X", "400", *words)
        work.root.rename(ready)
    return Store(ready)
