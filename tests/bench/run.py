"""make bench: what a login costs, beside pamtester with pam_permit and Debian's pam_duo in the same run. No figure is asserted.

It runs itself in namespaces of its own: for mounts (`privately`), where the service files, the trust store and the names of hosts
are the bench's, and for the network, where a service can be far away.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import peer as duo
import table
from distance import DEVICE, HERE, NAME, Distance, hosts
from measures import cost, growth, instructions, loading_ms, system_calls
from network import lookups, waits, wire
from proof import prove
from served import served
from waiting import waiting
from world import BIN, BUNDLE, MODULE, PAM_D, Mock, compiled, door, service

CYCLES = 1000
# Each of the peer's takes a hundred times as long.
PEER_CYCLES = 200
TOGETHER = (1, 100, 500)
ROUND_TRIPS = (0.04, 0.15)
PERMIT = "pam_permit.so"
CACHE = Path("/etc/ld.so.cache")


class Bench:
    """What is measured: the floor, this module in three configurations, and the peer in the last of them."""

    def __init__(self, work: Path) -> None:
        self.work, self.rows = work, table.Rows()
        found = duo.find()
        self.peer, self.why_not = (found, "") if isinstance(found, duo.Peer) else (None, found)
        # What may not be had comes before any program is started.
        self.distance = Distance()
        self.mocks: list[Mock] = []
        self.quick = self.mock("quick", "--auto", "approve=0s")
        self.quick.trusted()
        self.silent = self.mock("silent", "--push-ttl", "10m", server='poll = "5m"')
        self.far = self.mock("far", "--auto", "approve=0s", "--san", NAME, listen=HERE)
        self.tapped = self.mock("tapped", "--auto", "approve=400ms", "--san", NAME, listen=HERE)
        self.floor = service("floor", f"required {PERMIT}")
        self.system = door(work, "system", self.quick)
        self.pinned = door(work, "pinned", self.quick, cafile=True)
        self.named = door(work, "named", self.quick, cafile=True, host="localhost")
        self.peers = self.peer.door(work, "peer", self.quick) if self.peer else None

    def mock(self, name: str, *arguments: str, **more: str) -> Mock:
        """One more service, of the one authority which this machine trusts beside its own."""
        made = Mock(self.work, name, *arguments, "--web", "off", like=self.mocks[0] if self.mocks else None, **more)
        self.mocks.append(made)
        return made

    def ours(self, mock: Mock) -> str:
        """A login that asks this mock, with the system's trust store."""
        return door(self.work, "ours", mock, host="localhost")

    def theirs(self, mock: Mock) -> str:
        """The same by the peer."""
        return self.peer.door(self.work, "theirs", mock)

    def ours_far(self, mock: Mock) -> str:
        """A login that asks a mock which is far away."""
        return door(self.work, "ours-far", mock, host=NAME)

    def theirs_far(self, mock: Mock) -> str:
        """The same by the peer."""
        return self.peer.door(self.work, "theirs-far", mock, host=NAME)

    def if_peer(self, measure, *arguments):
        """A figure of the peer's, or None."""
        return measure(*arguments) if self.peer else None

    def prove(self) -> None:
        """Before anything is measured."""
        denying = self.mock("denying", "--auto", "deny=0s")
        prove("pam_duo2", self.ours, self.quick, denying)
        self.if_peer(prove, "pam_duo", self.theirs, self.quick, denying)

    def processes(self) -> None:
        """What one process takes."""
        work, rows = self.work, self.rows
        repeat, load = compiled("repeat.c", work), compiled("load.c", work, "-lpam", "-ldl")
        rows.size(MODULE.stat().st_size, self.peer.size() if self.peer else None)
        module = str(self.peer.module) if self.peer else ""
        rows.loading(loading_ms(load, permit()), loading_ms(load, str(MODULE)), self.if_peer(loading_ms, load, module))
        measured = (("the system's trust store", self.system, None, "4.0 M"), ("`cafile`", self.pinned, None, "3.2 M"), ("`cafile`, by name", self.named, self.peers, ""))
        least = instructions(work, self.floor)
        for how, ours, theirs, target in measured:
            rows.instructions(how, least, instructions(work, ours), instructions(work, theirs) if theirs else None, target)
        least = cost(repeat, self.floor)
        for how, ours, theirs, target in measured:
            took = cost(repeat, ours)
            rows.costs(how, least, took, cost(repeat, theirs) if theirs else None, targets=bool(target))
        # The last of these is the peer's.
        if self.peer:
            nodelay = compiled("nodelay.c", work, "-shared", "-fPIC", "-ldl")
            rows.nodelay(how, least, took, cost(repeat, self.peers, nodelay))
        least = system_calls(work, self.floor)
        rows.system_calls("by address", least, system_calls(work, self.system), None)
        rows.system_calls("by name", least, system_calls(work, self.named), self.if_peer(system_calls, work, self.peers))

    def together(self) -> None:
        """What many cost, at once and one after another."""
        idle = service("idle", f"required {compiled('waits.c', self.work, '-shared', '-fPIC')}")
        cycles = compiled("cycles.c", self.work, "-lpam")
        patient, patient_peer = door(self.work, "patient", self.silent), self.if_peer(self.theirs, self.silent)
        for count in TOGETHER:
            theirs = self.if_peer(waiting, patient_peer, count, self.silent)
            self.rows.waiting(count, waiting(idle, count, None), waiting(patient, count, self.silent), theirs)
        theirs = self.if_peer(growth, cycles, self.peers, PEER_CYCLES)
        self.rows.growth(growth(cycles, self.floor, CYCLES), growth(cycles, self.system, CYCLES), theirs)

    def network(self) -> None:
        """What goes over the wire, and how long it takes there."""
        counter = compiled("lookups.c", self.work, "-shared", "-fPIC", "-ldl")
        names = lookups(self.work, counter, self.named), self.if_peer(lookups, self.work, counter, self.peers)
        seen = wire(self.far, self.ours_far, self.distance), self.if_peer(wire, self.far, self.theirs_far, self.distance)
        self.rows.wire(*seen, *names)
        for round_trip in ROUND_TRIPS:
            behind = self.distance, round_trip
            ours = waits(self.tapped, self.ours_far, *behind)
            self.rows.waits(round_trip, ours, self.if_peer(waits, self.tapped, self.theirs_far, *behind))

    def about_peer(self) -> str:
        """What stands above the table."""
        if self.peer:
            return f"pam_duo is Debian's libpam-duo {self.peer.version}."
        return f"pam_duo is not measured: {self.why_not}."


def inside(work: Path) -> None:
    """All measurements, in the namespaces."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    bench = Bench(work)
    try:
        bench.prove()
        bench.processes()
        bench.together()
        bench.network()
        (work / "table.md").write_text(bench.rows.show(bench.about_peer()), encoding="utf-8")
    finally:
        for mock in bench.mocks:
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
    if not Path(DEVICE).exists():
        sys.exit(f"make bench needs {DEVICE}, behind which it puts a service that is far away.")
    with tempfile.TemporaryDirectory(prefix="duo-bench-") as folder:
        work = Path(folder)
        (work / "pam.d").mkdir()
        shutil.copy(BUNDLE, work / "bundle.crt")
        binds = ["--bind", f"{work}/pam.d:{PAM_D}", "--bind", f"{work}/bundle.crt:{BUNDLE}", "--log", f"{work}/log"]
        found = duo.find()
        if isinstance(found, duo.Peer):
            binds += ["--bind", f"{found.cache(work)}:{CACHE}"]
        (work / "hosts").write_text(hosts(), encoding="ascii")
        binds += ["--bind", f"{work}/hosts:/etc/hosts"]
        inner = ["unshare", "--net", sys.executable, "-B", __file__, "--inside", folder]
        if subprocess.run([BIN / "privately", *binds, "--", *inner], check=False).returncode != 0:
            sys.exit("The last of the log:\n" + "\n".join((work / "log").read_text(encoding="utf-8").splitlines()[-3:]))
        table.publish("make bench", (work / "table.md").read_text(encoding="utf-8"))
    table.publish("mockduo bench", served(BIN / "mockduo"))


if __name__ == "__main__":
    main()
