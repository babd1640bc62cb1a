"""Duo's own module as Debian has it, unpacked and installed nowhere."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "libpam-duo"


class Missing(Exception):
    """Why it cannot be had."""


@dataclass
class Unpacked:
    """Both files of it."""

    module: Path
    library: Path
    version: str


def run(*command: str | Path, folder: Path) -> str:
    """What a program says; what it complains about, where it fails."""
    try:
        said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=os.environ | {"LC_ALL": "C"})
    except FileNotFoundError as error:
        raise Missing(f"there is no {command[0]} here") from error
    except subprocess.CalledProcessError as error:
        complaints = error.stderr.strip().splitlines() or [f"it ended with {error.returncode}"]
        raise Missing(f"{command[0]} {command[1]}: {complaints[-1]}") from error
    return said.stdout


def fetch(folder: Path) -> Unpacked:
    """From the archives that apt knows, into a folder."""
    needs = re.findall(r"Depends: (libduo\S*)", run("apt-cache", "depends", PACKAGE, folder=folder))
    run("apt-get", "download", PACKAGE, *needs, folder=folder)
    for package in folder.glob("*.deb"):
        run("dpkg-deb", "-x", package, folder / "debian", folder=folder)
    return unpacked(folder)


def unpacked(folder: Path) -> Unpacked:
    """What `fetch` left."""
    module, library = (next(folder.rglob(name), None) for name in ("pam_duo.so", "libduo.so.[0-9]"))
    package = next(folder.glob(f"{PACKAGE}_*.deb"), None)
    if not (module and library and package):
        raise Missing(f"{folder} has no {PACKAGE}")
    return Unpacked(module, library, run("dpkg-deb", "-f", package, "Version", folder=folder).strip())
