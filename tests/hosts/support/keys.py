"""An sshd for people with keys: the key, then the phone, asked in the account phase."""

from dataclasses import replace

from .case import CASES, Case, answered
from .hosted import Hosted
from .machine import Machine
from .ssh_daemon import start

APPROVED = Case("approve", "approved on the phone", True, "allow", 1, server=answered("approve"))
DENIED = Case("deny", "denied on the phone", False, "deny", 1, server=answered("deny"), reads="The login request was denied.")
UNANSWERED = Case("nobody answers", "", False, "peer_gone", 1, server='push_ttl = "30s"')
# What depends on `autopush` or on prompts is nothing here: the push is sent whatever the configuration says.
WITHOUT_PROMPTS = tuple(
    replace(case, story=case.story.removesuffix("; `prompts = 1`, or the menu would come next")) for case in CASES
    if case.autopush and "verified" not in case.name
)
# A code that nobody could read before the push is decided.
UNREADABLE = Case("verified push", "the service wants a code to be typed on the phone, which nobody could read in time",
                  False, "no_answer", 0, user="verified_push = true", reads="needs an answer")
NO_AUTOPUSH = Case("no autopush", "`autopush = false`; there is no menu here, and the push is sent all the same", True,
                   "allow", 1, autopush=False, server=answered("approve"))

# Who comes by what.
SETTINGS = """\
KbdInteractiveAuthentication yes
PasswordAuthentication yes
AuthenticationMethods publickey password
Match User alice
    AuthenticationMethods password,keyboard-interactive
Match User bob
    AuthenticationMethods publickey,keyboard-interactive password,publickey
"""


class WithKeys(Hosted):
    """alice's key opens demo's, bob's and her own account, as far as sshd is concerned."""

    service_name = "sshd"
    phase = "account"
    tables = "[service.sshd]\naccount = true\n"
    port: int

    @classmethod
    def prepare(cls, machine: Machine) -> None:
        cls.port = start(machine, SETTINGS)
        machine.etc.asks_in_account("sshd")
        machine.run("mkdir", "-m", "0700", ".ssh", user="alice")
        machine.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ".ssh/id_ed25519", user="alice")
        public = (machine.home("alice") / ".ssh" / "id_ed25519.pub").read_text(encoding="utf-8")
        for user in ("demo", "alice", "bob"):
            machine.run("mkdir", "-p", "-m", "0700", ".ssh", user=user)
            machine.run("sh", "-c", f"echo '{public.strip()}' > .ssh/authorized_keys", user=user)

    @classmethod
    def key(cls) -> str:
        """The private one, as it is seen from outside of the machine."""
        return str(cls.machine.home("alice") / ".ssh" / "id_ed25519")
