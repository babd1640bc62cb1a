"""Cockpit where only the account phase asks, as after Kerberos or a client certificate."""

import re

from support import cockpit_login
from support.login_page import LoginPage
from support.machine import Machine
from support.matrix import Cases


class InTheAccountPhase(Cases, LoginPage):
    """The login page's conversation, with the line in another part of the stack."""

    title = "Cockpit, in the account phase"
    about = """
As after a login by Kerberos, which skips the `auth` part: `pam.d/cockpit.debian` with the `#` taken off the module's
`account` line, without the one in `auth`, and `account = true`. There is no Kerberos here: the password alone is the
first factor, and Cockpit gives the account phase the same conversation either way. Over HTTP, with Cockpit's default
settings; `ends with` is the last HTTP status.
"""
    phase = "account"
    tables = "[service.cockpit]\naccount = true\n"

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        machine.etc.ships("cockpit")
        machine.etc.asks_in_account("cockpit")
        stack = machine.etc.folder / "pam.d" / "cockpit"
        text = stack.read_text(encoding="utf-8")
        machine.etc.write("pam.d/cockpit", re.sub(r"^auth +required +pam_duo2\.so\n", "", text, flags=re.MULTILINE))
        cls.url = cockpit_login.start(machine, asks_the_phone=False)
