"""Which login is there: shadow's, up to Debian 12, or util-linux's, since Debian 13 and on Red Hat."""

import subprocess
from functools import cache


@cache
def is_of_util_linux() -> bool:
    """Ignores Ctrl-C until the person is in. shadow's knows no --version."""
    said = subprocess.run(["login", "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return "util-linux" in said.stdout


def leave_key() -> str:
    """What a person presses who does not want to log in after all, where a name is asked for."""
    return "^D" if is_of_util_linux() else "^C"
