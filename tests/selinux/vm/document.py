"""The table in docs/selinux.md: written from what a run saw, compared with it in each run."""

import os
import re
from pathlib import Path

from cases import DOMAINS, Case
from verdicts import one, usual

BEGIN, END = "<!-- verdicts: begin -->", "<!-- verdicts: end -->"
HEAD = """\
| host | policy | case | the login | the kernel denies | pushes | log |
|---|---|---|---|---|---|---|
"""


def table(lines: list[dict], cases: list[Case]) -> str:
    """A row for each case. What a host is denied without our module, too, stands in the row that has none of it."""
    rows = ""
    for case in cases:
        told = one(lines, "case", "name", case.name)
        before = usual(lines, case) if case.module else set()
        denied = sorted(denial for denial in set(told["denied"]) - before if denial.startswith(DOMAINS[case.host] + " "))
        named = ", ".join(f"`{denial.removeprefix(DOMAINS[case.host] + ' ')}`" for denial in denied)
        rows += (f"| {case.host} (`{DOMAINS[case.host]}`) | {case.policy} | {case.how} | {'in' if told['lets_in'] else 'refused'} "
                 f"| {named or 'nothing'} | {told['pushes']} | {reason(told['logged'])} |\n")
    return HEAD + rows


def reason(logged: list[str]) -> str:
    """The outcome of the module's line, and the first words of its reason."""
    if not logged:
        return "nothing of ours"
    outcome = re.search(r"outcome=(\w+)", logged[0])[1]
    why = re.search(r'reason="([^";]*)', logged[0])
    return f"`{outcome}`" + (f": {why[1].replace('|', '/')}" if why else "")


def compare(path: Path, lines: list[dict], cases: list[Case]) -> list[str]:
    """Complaints where the document says otherwise; with UPDATE_DOCS it is made to say this."""
    text = path.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    there, end, foot = rest.partition(END)
    if not begin or not end:
        return [f"{path} has no place for the verdicts"]
    wanted = f"\n{table(lines, cases)}"
    if os.environ.get("UPDATE_DOCS"):
        path.write_text(head + begin + wanted + end + foot, encoding="utf-8")
        return []
    return [] if there == wanted else [f"{path} says otherwise (UPDATE_DOCS=1 writes it); this run saw\n{wanted}"]
