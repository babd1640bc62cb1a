"""Plays the logins inside of the machine, and tells what happened: a JSON object on each line of the output."""

import json
import subprocess
import sys
import time
import traceback
from pathlib import Path

sys.path[:0] = ["/opt/tests"]

import audit  # noqa: E402 (found only now)
import cases  # noqa: E402
import hosts  # noqa: E402
import proxy  # noqa: E402
from machine import CONFIG, Machine, run  # noqa: E402
from reader import reads  # noqa: E402


def say(event: str, **more) -> None:
    """A line for the outside."""
    print(json.dumps({"event": event, **more}), flush=True)


def cursor() -> str:
    """Where the journal stands."""
    run("logger", "a login begins")
    run("journalctl", "--sync")
    return json.loads(run("journalctl", "-n", "1", "-o", "json", "--output-fields=MESSAGE"))["__CURSOR"]


def module_said(since: str) -> list[str]:
    """The module's lines in the journal."""
    run("journalctl", "--sync")
    told = subprocess.run(["journalctl", "--after-cursor", since, "-o", "cat", "-g", "Duo login"], capture_output=True, text=True)
    return told.stdout.splitlines() if told.returncode == 0 else []


def play(machine: Machine, case: cases.Case, defaults: dict[str, bool]) -> None:
    """One login, and all that it left."""
    began = time.monotonic()
    machine.configure(case)
    machine.set(defaults | case.booleans)
    before, since, begin = machine.asked(), cursor(), audit.mark()
    lets_in, seen = hosts.LOG_IN[case.host]()
    end = audit.mark()
    denied, lines = audit.denials(begin, end)
    connections, pushes = (now - then for now, then in zip(machine.asked(), before))
    # For whoever has to find out why.
    journal = run("journalctl", "--after-cursor", since, "-o", "short").splitlines() if lets_in != case.lets_in else []
    say("case", name=case.name, lets_in=lets_in, domains=audit.authenticating(begin, end), denied=denied, pushes=pushes, connections=connections,
        logged=module_said(since), booleans=machine.booleans(), seen=seen, avcs=lines, journal=journal,
        seconds=round(time.monotonic() - began, 1))


def under(machine: Machine, policy: str, long: bool) -> None:
    """All that is tried while this policy rules."""
    defaults = machine.booleans()
    say("policy", name=policy, booleans=defaults, label=run("stat", "-c", "%C", str(CONFIG)), enforcing=run("getenforce"))
    begin = audit.mark()
    config, other = reads(CONFIG), reads(Path("/etc/hosts"))
    say("reader", policy=policy, config=config, other=other, denied=audit.denials(begin, audit.mark())[0])
    for case in cases.played(long):
        if case.policy == policy:
            play(machine, case, defaults)
    # The next policy takes over their values.
    machine.set(defaults)


def install() -> None:
    """As `make install` and `make install-selinux` do it. What it changes is there at the next boot."""
    CONFIG.parent.mkdir()
    CONFIG.touch(mode=0o600)
    run("semodule", "-X", "300", "-i", "/opt/tests/pam_duo2.pp")
    run("restorecon", "-R", "-F", str(CONFIG.parent))
    say("installed", modules=run("semodule", "-lfull"), label=run("stat", "-c", "%C", str(CONFIG)))
    run("sync")


def main() -> None:
    plan = json.loads(Path("/opt/tests/plan.json").read_text(encoding="utf-8"))
    if plan["install"]:
        install()
        return
    machine = Machine()
    hosts.prepare()
    proxy.serve()
    say("ready", enforcing=run("getenforce"), domain=run("id", "-Z"))
    for policy in plan["policies"]:
        if plan["switch"]:
            machine.rules(policy)
        under(machine, policy, plan["long"])
    say("end", enforcing=run("getenforce"), lost=audit.lost())


if __name__ == "__main__":
    try:
        main()
    except BaseException:
        say("broken", why=traceback.format_exc())
        raise
