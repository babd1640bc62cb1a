"""That a login which is measured goes by the phone, and by nothing else."""

import subprocess
from collections.abc import Callable

from world import Mock, login

# A service file for a mock.
Door = Callable[[Mock], str]


def decided(door: Door, mock: Mock) -> tuple[bool, list[str]]:
    """Whether one login was let in, and what was decided meanwhile."""
    before = len(mock.events())
    said = subprocess.run(login(door(mock)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    results = [event["result"] for event in mock.events()[before:] if event.get("event") == "decided"]
    return said.returncode == 0, results


def prove(name: str, door: Door, approving: Mock, denying: Mock) -> None:
    """One push that is approved lets in, and one that is denied does not."""
    for mock, wanted in ((approving, (True, ["allow"])), (denying, (False, ["deny"]))):
        seen = decided(door, mock)
        if seen != wanted:
            raise RuntimeError(f"{name}: {seen} where {wanted} was expected")
