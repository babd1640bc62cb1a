#!/usr/bin/env python3
"""Counts the product's lines: lines.py [FOLDER …], `src` and, where there is one, `crates` without any.

A line counts unless it is blank, a comment, or there for tests only: an item below `#[cfg(test)]`, and each file of a module that is
declared so.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEST = re.compile(r"#\[cfg\((?:test|(?:all|any)\(test)\b")
PATH = re.compile(r'#\[path = "(.*)"\]')
MODULE = re.compile(r"(?:pub(?:\([a-z]+\))? )?mod (\w+);")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
STRING = re.compile(r'"(?:\\.|[^"\\])*"')


def item(lines: Iterator[str]) -> list[str]:
    """The attributes and the lines of one item: up to the brace that closes it, or the end of a declaration without one."""
    taken = []
    depth, opened = 0, False
    for line in lines:
        taken.append(line)
        if not opened and line.startswith("#["):
            continue
        bare = STRING.sub("", line)
        depth += bare.count("{") - bare.count("}")
        opened = opened or "{" in bare
        if depth <= 0 and (opened or bare.endswith((";", ","))):
            break
    return taken


def split(path: Path) -> tuple[int, set[Path], set[Path]]:
    """How many lines of a file are the product's; the files that it declares for tests, and those that stand elsewhere by a path."""
    lines = (line.strip() for line in COMMENT.sub("", path.read_text(encoding="utf-8")).split("\n"))
    home = path.parent if path.stem in ("lib", "main", "mod") else path.with_suffix("")
    count, tests, elsewhere = 0, set(), set()
    for line in lines:
        if TEST.match(line):
            test = item(lines)
            if module := MODULE.match(test[-1]):
                named = PATH.match(test[0])
                tests.add(path.parent / named[1] if named else home / f"{module[1]}.rs")
        elif line and not line.startswith("//"):
            count += 1
            if named := PATH.match(line):
                elsewhere.add(path.parent / named[1])
    return count, tests, elsewhere


def product(folder: Path) -> int:
    """The product's lines in all files below a folder."""
    files = {path: split(path) for path in folder.rglob("*.rs")}
    tests = set().union(*(declared for _, declared, _ in files.values()))
    while more := set().union(*(files[test][2] for test in tests if test in files)) - tests:
        tests |= more
    # With a module come those below it; and a crate's own tests stand beside its source.
    folders = {test.parent if test.stem == "mod" else test.with_suffix("") for test in tests}
    folders |= {path for name in ("tests", "benches", "examples") for path in folder.glob(f"*/{name}")}
    return sum(count for path, (count, _, _) in files.items() if path not in tests and folders.isdisjoint(path.parents))


if __name__ == "__main__":
    folders = [Path(word) for word in sys.argv[1:]] or [ROOT / name for name in ("src", "crates")]
    print(sum(product(folder) for folder in folders))
