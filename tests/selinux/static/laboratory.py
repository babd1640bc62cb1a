"""The policies that the tests look at, made side by side and once for all of them."""

import functools
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from checks import HERE, build
from rules import Added, Known
from store import CACHE, SOURCES, Store, compiled, debian, lean


@functools.cache
def known() -> Known:
    """Debian's policy as it was."""
    return Known(debian().binary)


@functools.cache
def known_of_lean() -> Known:
    """The same of the smaller policy."""
    return Known(lean().binary)


@functools.cache
def ours() -> tuple[Path, list[str]]:
    return build(CACHE / "build")


def beside(name: str, folder: Path, sources: Path = SOURCES) -> Path:
    """A module of the tests', built beside our sources, whose interfaces it calls."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sources, folder)
    shutil.copy(HERE / "policy" / f"{name}.te", folder)
    return compiled(folder, name)[0]


@functools.cache
def linked(*, stub: bool, without: tuple[str, ...] = ()) -> tuple[Store, str]:
    """Debian's policy with ours, and what was said when it was installed; with the stub come the assertions."""
    name = "-".join(["stub" if stub else "plain", *without])
    packages = [ours()[0]]
    if stub:
        packages += [beside(module, CACHE / f"build-{module}") for module in ("duo_stub", "duo_assert")]
    store = debian().copy(CACHE / name)
    return store, store.install(*packages, without=without)


@functools.cache
def added(*, stub: bool, without: tuple[str, ...] = ()) -> Added:
    """What ours adds, as `linked`."""
    return Added(linked(stub=stub, without=without)[0].binary, known())


def side_by_side(*jobs) -> list:
    """Calls each; semodule does its work in a process of its own."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda job: job(), jobs))
