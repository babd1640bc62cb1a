"""Dovecot: nobody can be asked there. It answers each prompt with echo by the user's name, and others by the password."""

import imaplib

from support.case import CASES, Case
from support.etc import PASSWORD
from support.hosted import Hosted
from support.machine import Machine, free_port, wait_for_port

LISTENS = """\
listen = 127.0.0.1
ssl = no
log_path = /dev/stderr
service imap-login {
  inet_listener imap {
    port = %d
  }
  inet_listener imaps {
    port = 0
  }
}
"""
# 2.3 as in Debian 12, and 2.4, which takes no file without these versions.
SETTINGS = {
    "2.3": "protocols = imap\nmail_location = mbox:~/mail:INBOX=~/inbox\npassdb {\n  driver = pam\n}\nuserdb {\n  driver = passwd\n}\n",
    "2.4": "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\nprotocols = imap\nmail_driver = mbox\nmail_path = ~/mail\n"
           "mail_inbox_path = ~/inbox\npassdb pam {\n}\nuserdb passwd {\n}\n",
}
STACK = """\
auth     required pam_unix.so
auth     required pam_duo2.so
account  required pam_unix.so
session  required pam_permit.so
"""
# As the service does it: so many refused passcodes, and nobody gets in any more.
AT_THE_MENU = Case("nobody is asked", "", False, "no_answer", 0, autopush=False)


class Imap(Hosted):
    """A mail program logs in, with nothing but a name and a password."""

    service_name = "dovecot"
    port: int

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.port = free_port()
        machine.etc.write("pam.d/dovecot", STACK)
        version = machine.run("dovecot", "--version").stdout[:3]
        machine.etc.write("dovecot/dovecot.conf", SETTINGS[version] + LISTENS % cls.port)
        machine.start("/usr/sbin/dovecot", "-F")
        wait_for_port(cls.port)

    def logs_in(self) -> str:
        """What the server says to that."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=60) as client:
            try:
                return client.login("demo", PASSWORD)[0]
            except imaplib.IMAP4.error as error:
                return str(error)

    def test_a_login_does_not_send_the_users_name_as_a_passcode(self):
        with self.service(AT_THE_MENU):
            said = self.logs_in()
        self.assertIn("Authentication failed", said, self.machine.said_by_daemons())
        line = self.ended("demo", "no_answer", pushes=0)
        self.assertEqual([r["path"] for r in self.requests if r.get("path", "").endswith("auth")], ["/auth/v2/preauth"], line)

    def test_a_push_at_once_lets_in_who_approves_it(self):
        with self.service(next(case for case in CASES if case.name == "approve")):
            self.assertEqual(self.logs_in(), "OK", self.machine.said_by_daemons())
        self.ended("demo", "allow", pushes=1)
