"""An askpass program: it shows what sudo asks in a window of its own, here a file, and answers."""

import os

from .etc import PASSWORD
from .machine import Machine

SCRIPT = """\
#!/bin/sh
before=$(cat ~/asked)
printf 'asked: %s\\n' "$1" >>~/asked
case $1 in
    *password*) case $before in *password*) exit 1 ;; esac; echo '{password}' ;;
    *Enter*) case $1 in *Duo:*) {menu} ;; *) sleep 1.5; echo ;; esac ;;
    *) {menu} ;;
esac
"""


class Helper:
    """demo's: gives the password once, and `menu` at the menu; without one it is cancelled there."""

    env = {"SUDO_ASKPASS": "/home/demo/askpass"}

    def __init__(self, machine: Machine, menu: str | None):
        home = machine.home("demo")
        self._asked = home / "asked"
        self._asked.write_text("")
        os.chmod(self._asked, 0o666)
        program = home / "askpass"
        program.write_text(SCRIPT.format(password=PASSWORD, menu=f"echo {menu}" if menu else "exit 1"))
        program.chmod(0o755)

    def asked(self) -> str:
        """All that it was to show, a line each."""
        return self._asked.read_text()
