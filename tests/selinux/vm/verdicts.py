"""Whether the machine told everything, and everything as it has to be."""

import re
from collections import Counter

import cases
from cases import BOOLEANS, DEFAULTS, DOMAINS, Case

THEIRS, OURS = "system_u:object_r:etc_t:s0", "system_u:object_r:pam_duo2_conf_t:s0"
# Whom the config is none of the business of.
READER = "ntpd_t read pam_duo2_conf_t file pam_duo2.toml"


def judge(lines: list[dict], policies: list[str], long: bool, before: list[dict] | None = None) -> list[str]:
    """Every complaint about a run; none means that it passed. What hosts are denied anyway was seen `before`, or now."""
    wrong = []
    expected = [case for policy in policies for case in cases.played(long) if case.policy == policy]
    events = [("ready", "")]
    for policy in policies:
        events += [("policy", policy), ("reader", policy), *(("case", case.name) for case in expected if case.policy == policy)]
    told = Counter((line["event"], line.get("name") or line.get("policy") or "") for line in lines)
    for event in [*events, ("end", "")]:
        if told.pop(event, 0) != 1:
            wrong.append(f"not told exactly once: {' '.join(event)}")
    wrong += [f"told, and not expected: {' '.join(event)}" for event in told]
    wrong += [f"the machine broke: {line['why']}" for line in lines if line["event"] == "broken"]
    if wrong:
        # What follows would only repeat it.
        return wrong
    wrong += [f"{line['event']}: {line['enforcing']}" for line in lines if line.get("enforcing", "Enforcing") != "Enforcing"]
    if lost := next(line for line in lines if line["event"] == "end")["lost"]:
        wrong.append(f"the kernel lost {lost} messages of its audit")
    wrong += [f"a denial that nobody could read: {denial}" for line in lines for denial in line.get("denied", []) if denial.startswith("unread ")]
    for policy in policies:
        wrong += ruling(policy, one(lines, "policy", "name", policy), one(lines, "reader", "policy", policy))
    for case in expected:
        wrong += [f"{case.name}: {complaint}" for complaint in login(case, one(lines, "case", "name", case.name), usual(before or lines, case))]
    return wrong


def one(lines: list[dict], event: str, key: str, value: str) -> dict:
    """The line of an event that is there once."""
    return next(line for line in lines if line["event"] == event and line[key] == value)


def usual(lines: list[dict], case: Case) -> set[str]:
    """What the case's host is denied when our module is nowhere."""
    bare = case.policy == "bare"
    plain = {other.name for other in cases.CASES if other.host == case.host and not other.module and (other.policy == "bare") == bare}
    return {denial for line in lines if line["event"] == "case" and line["name"] in plain for denial in line["denied"]}


def ruling(policy: str, there: dict, reader: dict) -> list[str]:
    """Whether this policy is really there: its booleans, the config's label, and what that is good for."""
    wrong, ours = [], policy != "without"
    if there["label"] != (OURS if ours else THEIRS):
        wrong.append(f"{policy}: the config is labelled {there['label']}")
    wanted = {BOOLEANS[host]: DEFAULTS[host] for host in DOMAINS} | {"pam_duo2_proxy": False} if ours else {}
    if {name: there["booleans"].get(name) for name in wanted} != wanted or bool(there["booleans"]) != bool(wanted):
        wrong.append(f"{policy}: booleans {there['booleans']}")
    if not reader["other"]:
        wrong.append(f"{policy}: another daemon cannot read what all may read, so that it cannot read ours says nothing")
    if reader["config"] == ours:
        wrong.append(f"{policy}: another daemon {'reads' if reader['config'] else 'cannot read'} the config")
    if (READER in reader["denied"]) != ours:
        wrong.append(f"{policy}: another daemon was denied {reader['denied']}")
    return wrong


def login(case: Case, told: dict, before: set[str]) -> list[str]:
    """One login against what it has to be."""
    wrong = []
    if told["lets_in"] != case.lets_in:
        wrong.append(f"{'let in' if told['lets_in'] else 'not let in'}; it saw {told['seen']}; the journal: {told['journal']}")
    if told["domains"] != [DOMAINS[case.host]]:
        wrong.append(f"it is {told['domains']} that authenticated, not {DOMAINS[case.host]}")
    ours = {denial for denial in told["denied"] if denial.split()[0] == DOMAINS[case.host]}
    denied = ours if not case.module else ours - before
    if case.module and denied != set(case.denied):
        wrong.append(f"denied {sorted(denied)}, not {sorted(case.denied)}; {told['avcs']}")
    for what in ("pushes", "connections"):
        if told[what] != getattr(case, what):
            wrong.append(f"{told[what]} {what} reached the service, not {getattr(case, what)}")
    if not case.module:
        return wrong + [f"logged {line}" for line in told["logged"]]
    if len(told["logged"]) != 1 or not re.search(case.logged, told["logged"][0]):
        wrong.append(f"logged {told['logged']}, not {case.logged}")
    for name, value in case.booleans.items():
        if told["booleans"].get(name) != value:
            wrong.append(f"boolean {name} was {told['booleans'].get(name)}")
    return wrong
