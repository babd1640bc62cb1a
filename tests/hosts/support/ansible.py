"""ansible-core, run by demo on the machine itself."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

from .etc import PASSWORD
from .machine import Machine

# It, and what it needs; where the tests' packages are may be closed to demo.
PACKAGES = (
    "ansible", "ansible_core-*", "jinja2", "jinja2-*", "markupsafe", "yaml", "_yaml", "packaging", "resolvelib",
    "cryptography", "cffi", "_cffi_backend*",
)
LIBRARY = "/home/demo/lib"


def install(machine: Machine) -> None:
    """Into demo's home."""
    library = machine.home("demo") / "lib"
    library.mkdir()
    for pattern in PACKAGES:
        found = list(Path(sysconfig.get_path("platlib")).glob(pattern))
        if not found:
            raise FileNotFoundError(f"{pattern}: tests/requirements.txt is not installed")
        for path in found:
            (shutil.copytree if path.is_dir() else shutil.copy)(path, library / path.name)


def become(machine: Machine, command: str, *settings: str) -> subprocess.CompletedProcess:
    """`command` as root, with the password that demo's play has."""
    variables = [f"ansible_become_password='{PASSWORD}'", "ansible_python_interpreter=/usr/bin/python3", *settings]
    extra = [word for variable in variables for word in ("--extra-vars", variable)]
    words = ["localhost", "--connection", "local", "--become", *extra, "--module-name", "command", "--args", command]
    argv = machine.command("python3", "-m", "ansible.cli.adhoc", *words, user="demo", env={"PYTHONPATH": LIBRARY})
    # Nobody's terminal: it makes its own.
    return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, start_new_session=True)
