"""Logins under an enforcing SELinux: run.py FOLDER MODULE.pp, with the machine of FOLDER that root.sh made."""

import json
import os
import sys
import time
from pathlib import Path

import boot
import verdicts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SCENARIO = """[server]
auto = "approve=300ms"

[[users]]
name = "alice"
[[users.devices]]
id = "DPALICE0000000000001"
name = "iPhone"

[[users]]
name = "carol"
[[users.devices]]
id = "DPCAROL0000000000001"
name = "iPhone"
"""


def files(work: Path, plan: list[str]) -> dict[str, Path | bytes]:
    """What the machine gets from us."""
    release = ROOT / "target" / "release"
    support = ROOT / "tests" / "hosts" / "support"
    stacks = {f"pam.d/{name}.debian": ROOT / "pam.d" / f"{name}.debian" for name in ("cockpit", "sshd", "sudo")}
    return stacks | {
        "libpam_duo2.so": Path(os.environ.get("PAM_DUO2_SO") or release / "libpam_duo2.so"),
        "mockduo": release / "mockduo",
        "guest": HERE / "guest",
        "cases.py": HERE / "cases.py",
        **{f"support/{name}.py": support / f"{name}.py" for name in ("__init__", "rule", "cockpit_http")},
        "policies": work / "policies",
        "scenario.toml": SCENARIO.encode(),
        "plan.json": json.dumps(plan).encode(),
    }


def told(line: dict, seconds: float) -> None:
    """Says how far it is."""
    what = line.get("name") or line.get("why") or line.get("line") or ""
    print(f"  {seconds:4.0f} s {line['event']} {what}", flush=True)


def main(work: Path) -> int:
    began = time.monotonic()
    archive = work / "payload.tar"
    boot.payload(archive, files(work, ["without", "with"]))
    lines = boot.boot(work, archive, told)
    print(f"  boot and logins: {time.monotonic() - began:.0f} s")
    (work / "results.json").write_text(json.dumps(lines, indent=1), encoding="utf-8")
    wrong = verdicts.judge(lines)
    for complaint in wrong:
        print(f"selinux: {complaint}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
