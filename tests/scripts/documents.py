"""Is what the documents point at there? Tests, files, links, headings, targets of make, pictures; and is
nothing left to be filled in? Each rule is first shown something that it has to object to."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"(?:src|tests|scripts|docs|conf|pam\.d|selinux|fuzz|\.ci|\.cargo)/[\w./-]*")
TEST = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+){3,}")


def documents() -> dict[Path, str]:
    """Each document for people, with its text."""
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "pam.d").glob("*.md")]
    return {file: file.read_text(encoding="utf-8") for file in sorted(files)}


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def anchors(text: str) -> set[str]:
    """What GitHub calls the headings of a document."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.*)$", without_code(text), flags=re.M):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = next(n for n in range(100) if (f"{name}-{n}" if n else name) not in found)
        found.add(f"{name}-{number}" if number else name)
    return found


def defined() -> set[str]:
    """The names of tests, rows and interfaces."""
    shapes = {
        ".rs": r"\bfn (\w+)|^\s*(\w+) = |\"(\w+)\"",
        ".py": r"\bdef (\w+)|\"(\w+)[\"=]",
        ".if": r"interface\(`(\w+)'",
        ".te": r"\b(?:gen_tunable|gen_bool|bool)\((\w+)",
    }
    files = (f for top in ("src", "tests", "selinux") for f in (ROOT / top).rglob("*") if f.suffix in shapes and f != Path(__file__).resolve())
    return {name for f in files for hit in re.findall(shapes[f.suffix], f.read_text(encoding="utf-8"), flags=re.M) for name in ([hit] if isinstance(hit, str) else hit)}


DEFINED = defined()
MAKE = set(re.findall(r"^([a-z][a-z0-9/-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))


def tests(_: Path, text: str) -> Iterator[str]:
    for name in TICKED.findall(text):
        if TEST.fullmatch(name) and name not in DEFINED:
            yield f"there is no test {name}"


def paths(_: Path, text: str) -> Iterator[str]:
    for name in TICKED.findall(text):
        if PATH.fullmatch(name) and not (ROOT / name).exists():
            yield f"there is no {name}"


def links(file: Path, text: str) -> Iterator[str]:
    for link in LINK.findall(without_code(text)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        to = (file.parent / name) if name else file
        if not to.exists():
            yield f"the link {link} leads nowhere"
        elif anchor and anchor not in anchors(text if to == file else to.read_text(encoding="utf-8")):
            yield f"the link {link} leads to no heading"


def targets(_: Path, text: str) -> Iterator[str]:
    for line in [*TICKED.findall(text), *re.findall(r"^    (make .*)$", text, flags=re.M)]:
        for name in re.findall(r"(?:^|&& |sudo )make ([a-z][a-z0-9/-]*)(?![\w=])", line):
            if name not in MAKE:
                yield f"the Makefile has no {name}"


def blanks(_: Path, text: str) -> Iterator[str]:
    """A word for a figure, or a table that nothing has written yet."""
    for found in re.findall(r"\b(?:TIMES|LONGTIMES|MIRI)\b|\bin TIME\b|@@\w*@@|<!-- verdicts -->|<!-- (.*): begin -->\n<!-- \1: end -->", text):
        yield f"still to be filled in: {found}"


def pictures() -> Iterator[str]:
    """Each that is shown is there and taken by something, and none lies there unseen."""
    shown = {Path(link).name for file, text in documents().items() for link in LINK.findall(text) if "images/" in link}
    there = {file.name for file in (ROOT / "docs" / "images").iterdir()}
    takers = "".join((ROOT / "tests" / name).read_text(encoding="utf-8") for name in ("hosts/support/pictures.py", "phone/images.py"))
    yield from (f"docs/images/{name} is not shown, or not there" for name in shown ^ there)
    yield from (f"nothing takes docs/images/{name}" for name in there if not re.search(rf'"{Path(name).stem}(\.png)?"', takers))


Rule = Callable[[Path, str], Iterator[str]]
# Each with what it has to object to.
RULES: list[tuple[Rule, list[str]]] = [
    (tests, ["`a_test_that_nobody_wrote`"]),
    (paths, ["`src/nowhere.rs`", "`tests/nowhere/`"]),
    (links, ["[x](nowhere.md)", "[x](#no-such-heading)", "[x](../README.md#no-such-heading)"]),
    (targets, ["`make nothing`", "    make && sudo make nothing"]),
    (blanks, ["it takes TIMES", "| LONGTIMES |", "alone, in TIME; then", "MIRI", "@@FIGURE@@", "<!-- verdicts -->", "<!-- a: begin -->\n<!-- a: end -->"]),
]


def main() -> int:
    here = ROOT / "docs" / "testing.md"
    blind = [f"{rule.__name__} has nothing against {bad!r}" for rule, bads in RULES for bad in bads if not list(rule(here, bad))]
    wrong = [f"{file.relative_to(ROOT)}: {said}" for rule, _ in RULES for file, text in documents().items() for said in rule(file, text)]
    wrong += blind + list(pictures())
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    print(f"documents: {len(documents())} read, {len(wrong)} things wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
