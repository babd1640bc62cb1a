"""Logins under an enforcing SELinux: run.py FOLDER [long], with what root.sh and policies.sh have put there.

long: more logins, and then the module's policy installed by the machine itself, and another boot of it.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import boot
import cases
import document
import verdicts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DOCUMENT = ROOT / "docs" / "selinux.md"
SCENARIO = "[server]\nauto = \"approve=300ms\"\n" + "".join(
    f'[[users]]\nname = "{name}"\n[[users.devices]]\nid = "DP{name.upper()}"\nname = "iPhone"\n' for name in ("alice", "bob", "carol")
)


def files(work: Path, plan: dict) -> dict[str, Path | bytes]:
    """What the machine gets from us."""
    release, support = ROOT / "target" / "release", ROOT / "tests" / "hosts" / "support"
    return {
        "libpam_duo2.so": Path(os.environ.get("PAM_DUO2_SO") or release / "libpam_duo2.so"),
        "mockduo": Path(os.environ.get("MOCKDUO_BIN") or release / "mockduo"),
        "pam_duo2.pp": work / "pam_duo2.pp",
        "pam.d": ROOT / "pam.d",
        "guest": HERE / "guest",
        "cases.py": HERE / "cases.py",
        **{f"support/{name}.py": support / f"{name}.py" for name in ("__init__", "rule", "cockpit_http")},
        "policies": work / "policies",
        "scenario.toml": SCENARIO.encode(),
        "plan.json": json.dumps(plan).encode(),
    }


def told(line: dict, seconds: float) -> None:
    """Says how far it is."""
    print(f"  {seconds:4.0f} s  {line['event']} {line.get('name') or line.get('line') or ''}", flush=True)


def play(work: Path, plan: dict, **disk) -> list[dict]:
    """One boot."""
    began = time.monotonic()
    boot.payload(work / "payload.tar", files(work, plan))
    lines = boot.boot(work, told, **disk)
    print(f"  boot and logins: {time.monotonic() - began:.0f} s", flush=True)
    return lines


def toggled(work: Path, long: bool) -> list[str]:
    """One boot, in which the policy is exchanged."""
    policies = cases.policies(long)
    lines = play(work, {"install": False, "switch": True, "policies": policies, "long": long})
    (work / "results.json").write_text(json.dumps(lines, indent=1), encoding="utf-8")
    # What stands in the document is what each run looks at.
    return verdicts.judge(lines, policies, long) or document.compare(DOCUMENT, lines, cases.played(long=False))


def installed(work: Path) -> list[str]:
    """The machine installs the policy itself, and boots with it."""
    disk = work / "installed.img"
    subprocess.run(["cp", "--sparse=always", work / "disk.img", disk], check=True)
    try:
        lines = play(work, {"install": True}, disk=disk, keeps=True)
        if [line["event"] for line in lines] != ["installed"] or "300 pam_duo2" not in " ".join(lines[0]["modules"].split()):
            return [f"the policy was not installed: {lines}"]
        lines = play(work, {"install": False, "switch": False, "policies": ["with"], "long": False}, disk=disk)
        # What the hosts are denied without us was seen in the other boot.
        before = json.loads((work / "results.json").read_text(encoding="utf-8"))
        return verdicts.judge(lines, ["with"], long=False, before=before)
    finally:
        disk.unlink()


def main(work: Path, long: bool) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    wrong = toggled(work, long) or (installed(work) if long else [])
    for complaint in wrong:
        print(f"selinux: {complaint}", flush=True)
    if wrong:
        print(f"selinux: the end of the console:\n{boot.tail(work)}", flush=True)
    print(f"selinux: {len(cases.played(long))} logins, {'not ' if wrong else ''}as they should be", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), "long" in sys.argv[2:]))
