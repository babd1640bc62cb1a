"""docs/hosts.md: each host's section is written by its tests, and compared with what stands there."""

import fcntl
import os
import re
import unittest
from dataclasses import dataclass

from .case import Case
from .places import DOCUMENT

HEAD = """\
# What people read, host by host

Written by `tests/hosts` (`UPDATE_DOCS=1 make test-hosts` writes it anew; without that, the tests compare it with what
they see). Each row is one login through the real program, with the stack from `pam.d/` as it is shipped where there
is one. `log` is the first word and the outcome of the module's [line in the log](logging.md).
In the transcripts, `NNNNNN` is the code of a verified push and `NN s` the time that was left; what the person typed
stands where the program echoed it.
"""


@dataclass
class Row:
    """One case on one host, as it was."""

    case: Case
    text: str
    ended: str
    logged: str
    pushes: int


def section(title: str, about: str, rows: list[Row]) -> str:
    """The host's part of the document."""
    lines = [f"## {title}", "", about.strip(), "", "| case | what happens | ends with | log | pushes |", "|---|---|---|---|---|"]
    lines += [f"| {row.case.name} | {row.case.story} | {row.ended} | {row.logged} | {row.pushes} |" for row in rows]
    for row in rows:
        lines += ["", f"**{row.case.name}**", "", "```text", *row.text.split("\n"), "```"]
    return "\n".join(lines) + "\n"


def sections(text: str) -> dict[str, str]:
    """The parts of a document by their titles; what stands before the first is under "" ."""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    return {"": parts[0]} | {part.split("\n", 1)[0][3:]: part.rstrip("\n") + "\n" for part in parts[1:]}


def compare(test: unittest.TestCase, title: str, about: str, rows: list[Row]) -> None:
    """Equality with what stands in the document; with UPDATE_DOCS, the document is made so."""
    wanted = section(title, about, rows)
    if not os.environ.get("UPDATE_DOCS"):
        there = sections(DOCUMENT.read_text(encoding="utf-8")) if DOCUMENT.exists() else {}
        test.assertMultiLineEqual(there.get(title, ""), wanted, "docs/hosts.md says otherwise (UPDATE_DOCS=1 writes it)")
        return
    with open(DOCUMENT, "a+", encoding="utf-8") as file:
        # Hosts may be tried at the same time.
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        parts = sections(file.read()) | {"": HEAD, title: wanted}
        order = [""] + sorted((name for name in parts if name), key=str.lower)
        text = "\n".join(parts[name] for name in order)
        file.truncate(0)
        file.write(re.sub(r"\n{3,}(?=## )", "\n\n", text))
