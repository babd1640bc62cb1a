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
    """A row for each case; a host's own denials, which have nothing to do with us, once below it."""
    rows = ""
    for case in cases:
        told = one(lines, "case", "name", case.name)
        before = usual(lines, case) if case.module else set()
        denied = sorted(denial for denial in set(told["denied"]) - before if denial.startswith(DOMAINS[case.host] + " "))
        named = ", ".join(f"`{denial.removeprefix(DOMAINS[case.host] + ' ')}`" for denial in denied) if case.module else "what is named below"
        rows += (f"| {case.host} (`{DOMAINS[case.host]}`) | {case.policy} | {case.how} | {'in' if told['lets_in'] else 'refused'} "
                 f"| {named or 'nothing'} | {told['pushes']} | {reason(told['logged'])} |\n")
    return HEAD + rows + "\n" + below(lines, cases)


def reason(logged: list[str]) -> str:
    """The outcome of the module's line, and the first words of its reason."""
    if not logged:
        return "nothing of ours"
    outcome = re.search(r"outcome=(\w+)", logged[0])[1]
    why = re.search(r'reason="([^";]*)', logged[0])
    return f"`{outcome}`" + (f": {why[1].replace('|', '/')}" if why else "")


def below(lines: list[dict], cases: list[Case]) -> str:
    """What the hosts are denied in a stack without our module."""
    text = ""
    for case in cases:
        own = [] if case.module else sorted(denial for denial in usual(lines, case) if denial.startswith(f"{DOMAINS[case.host]} "))
        if own:
            words = "; ".join(f"`{denial.partition(' ')[2]}`" for denial in own)
            text += f"Without our module, too, Debian's policy denies `{DOMAINS[case.host]}`: {words}.\n"
    return text


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
