"""Which login is there: shadow's, up to Debian 12, or util-linux's, since Debian 13 and on Red Hat."""

import subprocess
from functools import cache


@cache
def is_of_util_linux() -> bool:
    """Ignores Ctrl-C until the person is in. shadow's knows no --version."""
    said = subprocess.run(["login", "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return "util-linux" in said.stdout


def given_up() -> tuple[str, int]:
    """The key by which a person leaves the question for a name, and login's exit status then."""
    return ("^D", 1) if is_of_util_linux() else ("^C", 130)
