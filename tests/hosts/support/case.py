"""The cases, which are the same for each host: what the service does, what the person does, and how it has to end."""

from dataclasses import dataclass
from typing import Literal

# What can be typed at the menu of demo's only phone, and is right.
PASSCODE = "123456"

PHONE = """
[[users.devices]]
id = "DPDEMO00000000000001"
name = "iPhone"
display_name = "iPhone (XXX-XXX-0100)"
number = "XXX-XXX-0100"
"""
OUT = """
[[faults]]
name = "outage"
on = "any"
status = 503
"""


@dataclass(frozen=True)
class Case:
    """One row of the matrix."""

    name: str
    # What happens, for the document.
    story: str
    # In.
    lets_in: bool
    outcome: str
    pushes: int
    # How: a way of its own for each host to say that it asks for it.
    autopush: bool = True
    # What is typed at the menu.
    menu: str | None = None
    config: str = ""
    server: str = ""
    user: str = ""
    faults: str = ""
    # What the person has to read on every host that shows anything then.
    reads: str = ""

    def scenario(self, name: str = "demo") -> str:
        """For mockduo."""
        user = f'[[users]]\nname = "{name}"\npasscodes = ["{PASSCODE}"]\n{self.user}\n{PHONE}'
        return f"[server]\n{self.server}\n{user}\n{self.faults}"

    def options(self) -> str:
        """For the module's configuration."""
        return f"autopush = {str(self.autopush).lower()}\n{self.config}\n"


def answered(how: Literal["approve", "deny", "fraud"]) -> str:
    """The phone answers by itself, a moment after the push."""
    return f'auto = "{how}=300ms"'


REFUSED_OUTAGE = "Cannot reach the two-factor service."
NOBODY = 'push_ttl = "2s"'

CASES = (
    Case("approve", "a push at once, approved on the phone", True, "allow", 1, server=answered("approve")),
    Case("approve at the menu", "1 at the menu, approved on the phone", True, "allow", 1, autopush=False, menu="1",
         server=answered("approve"), reads="1"),
    Case("passcode", "a passcode at the menu", True, "allow", 0, autopush=False, menu=PASSCODE, reads="asscode"),
    Case("deny", "a push at once, denied on the phone", False, "deny", 1, server=answered("deny"), reads="denied"),
    Case("fraud", "a push at once, reported as fraud", False, "fraud", 1, server=answered("fraud"), reads="denied"),
    Case("timeout", "a push at once that nobody answers; `prompts = 1`, or the menu would come next", False, "timeout", 1,
         server=NOBODY, config="prompts = 1", reads="Nobody answered"),
    Case("verified push", "a push at once whose code is typed on the phone", True, "allow", 1,
         server=answered("approve"), user="verified_push = true", reads="NNNNNN"),
    Case("verified push at the menu", "1 at the menu; its code is typed on the phone", True, "allow", 1, autopush=False,
         menu="1", server=answered("approve"), user="verified_push = true", reads="NNNNNN"),
    Case("enrol", "a user without a phone", False, "not_enrolled", 0, user='policy = "enroll"', reads="https://"),
    Case("bypass", "a user whom the service lets in without a factor", True, "bypass", 0, user='policy = "allow"'),
    Case("refused", "a user whom the service shuts out", False, "refused", 0, user='policy = "deny"', reads="not allowed"),
    Case("outage, safe", "the service is out, `failmode = \"safe\"`", True, "unreachable", 0,
         config='failmode = "safe"\ntimeout = 2', faults=OUT),
    Case("outage, secure", "the service is out, `failmode = \"secure\"`", False, "unreachable", 0,
         config='failmode = "secure"\ntimeout = 2', faults=OUT, reads=REFUSED_OUTAGE),
)
