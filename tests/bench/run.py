"""make bench: what a login costs, beside pamtester with pam_permit in the same run. No figure is asserted.

It runs itself in a mount namespace of its own (`privately`), where the service files and the trust store are the bench's.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import table
from measures import cost, growth, instructions, loading_ms, system_calls
from network import lookups, waits, wire
from waiting import waiting
from world import BIN, BUNDLE, MODULE, PAM_D, Mock, compiled, door, service

CYCLES = 1000
TOGETHER = (1, 100, 500)
ROUND_TRIPS = (0.04, 0.15)
PERMIT = "pam_permit.so"


def inside(work: Path) -> None:
    """All measurements, in the namespace."""
    repeat, load = compiled("repeat.c", work), compiled("load.c", work, "-lpam", "-ldl")
    cycles = compiled("cycles.c", work, "-lpam")
    idle = compiled("waits.c", work, "-shared", "-fPIC")
    quick = Mock(work, "quick", "--auto", "approve=0s", "--web", "off")
    silent = Mock(work, "silent", "--push-ttl", "10m", server='poll = "5m"')
    tapped = Mock(work, "tapped", "--auto", "approve=400ms", "--web", "off")
    for mock in (quick, silent, tapped):
        mock.trusted()
    floor, system = service("floor", f"required {PERMIT}"), door(work, "system", quick)
    pinned = door(work, "pinned", quick, cafile=True)
    try:
        rows = table.Rows()
        rows.size(MODULE)
        rows.loading(loading_ms(load, permit()), loading_ms(load, str(MODULE)))
        rows.instructions(*(instructions(work, name) for name in (floor, system, pinned)))
        rows.costs(*(cost(repeat, name) for name in (floor, system, pinned)))
        rows.system_calls(*(system_calls(work, name) for name in (floor, system)))
        idling, patient = service("idle", f"required {idle}"), door(work, "patient", silent)
        for count in TOGETHER:
            rows.waiting(count, waiting(idling, count, None), waiting(patient, count, silent))
        rows.growth(growth(cycles, floor, CYCLES), growth(cycles, system, CYCLES), CYCLES)
        rows.wire(wire(work, quick), lookups(work, quick))
        for round_trip in ROUND_TRIPS:
            rows.waits(round_trip, waits(work, tapped, round_trip))
        rows.show(work)
    finally:
        for mock in (quick, silent, tapped):
            mock.stop()


def permit() -> str:
    """Where pam_permit.so lies."""
    places = [*Path("/usr/lib").glob(f"*/security/{PERMIT}"), *Path("/lib/security").glob(PERMIT), *Path("/usr/lib64/security").glob(PERMIT)]
    return str(places[0])


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] == "--inside":
        inside(Path(sys.argv[2]))
        return
    if os.geteuid() != 0:
        sys.exit("make bench needs root: it puts its own service files in the place of /etc/pam.d, in a mount namespace.")
    with tempfile.TemporaryDirectory(prefix="duo-bench-") as folder:
        work = Path(folder)
        (work / "pam.d").mkdir()
        shutil.copy(BUNDLE, work / "bundle.crt")
        binds = ["--bind", f"{work}/pam.d:{PAM_D}", "--bind", f"{work}/bundle.crt:{BUNDLE}", "--log", f"{work}/log"]
        inner = [sys.executable, "-B", __file__, "--inside", folder]
        if subprocess.run([BIN / "privately", *binds, "--", *inner], check=False).returncode != 0:
            sys.exit("The last of the log:\n" + "\n".join((work / "log").read_text(encoding="utf-8").splitlines()[-3:]))
        table.publish((work / "table.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
