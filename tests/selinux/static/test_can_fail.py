"""That the checks notice: each mistake in the policy is made, and the check it is for has to complain."""

import multiprocessing
import os
import shutil
import unittest
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import checks
import laboratory
from mutants import MUTANTS, UNBUILT, Mutant
from rules import Added
from store import CACHE, SOURCES, lean
from test_policy import missing_from


CHECKS = ("build", "install", "rules", "switches", "labels", "without stub")
# Without a mistake no check may complain, or what it says of one tells nothing.
CONTROLS = [Mutant("none", "pam_duo2.te", "policy_module", "policy_module", check) for check in CHECKS]


def sources(mutant: Mutant, folder: Path) -> Path:
    """Our sources with the mistake in them."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCES, folder)
    path = folder / mutant.file
    text = path.read_text(encoding="utf-8")
    if mutant.text not in text:
        raise AssertionError(f"{mutant.name}: {mutant.file} has no {mutant.text!r} any more")
    path.write_text(text.replace(mutant.text, mutant.instead, 1), encoding="utf-8")
    return folder


def complaints(mutant: Mutant, number: int) -> list[str]:
    """What the check that should notice says."""
    folder = CACHE / f"mutant-{number}"
    try:
        changed = sources(mutant, folder / "sources")
        try:
            package, said = checks.build(folder / "build", changed)
        except RuntimeError as error:
            # One that the compiler refuses tells nothing about the checks that come later.
            return [str(error)] if mutant.noticed_by == "build" else []
        if mutant.noticed_by == "build":
            return said
        store = lean().copy(folder / "root")
        packages = [package]
        if mutant.noticed_by != "without stub":
            packages += [laboratory.beside(name, folder / name, changed) for name in ("duo_stub", "duo_assert")]
        try:
            said = store.install(*packages).splitlines()
        except RuntimeError as error:
            return [str(error)] if mutant.noticed_by == "install" and "neverallow" in str(error) else []
        if mutant.noticed_by == "install":
            return said
        if mutant.noticed_by == "labels":
            return checks.labels(store)
        added = Added(store.binary, laboratory.known_of_lean())
        if mutant.noticed_by == "without stub":
            return lost_domains(added)
        return {"rules": checks.rules, "switches": checks.switches}[mutant.noticed_by](added)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lost_domains(added: Added) -> list[str]:
    """As the test that compares a policy without the stub with the whole."""
    try:
        gone = missing_from(laboratory.added(stub=True).by_domain(), added.by_domain())
    except AssertionError as error:
        return [str(error)]
    return sorted(gone - {"sshd_session_t", "siteadm_su_t"})


class Mistakes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        lean()
        laboratory.side_by_side(laboratory.known, laboratory.known_of_lean, lambda: laboratory.linked(stub=True))
        laboratory.added(stub=True).by_domain()
        every = [*CONTROLS, *UNBUILT, *MUTANTS]
        # In processes, which have by the fork what was read here: reading a policy keeps a core busy.
        with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
            cls.said = dict(zip(every, pool.map(complaints, every, range(len(every))), strict=True))

    def test_without_a_mistake_no_check_complains(self):
        for control in CONTROLS:
            with self.subTest(check=control.noticed_by):
                self.assertEqual(self.said[control], [])

    def test_each_is_noticed_by_the_check_it_is_for(self):
        for mutant in [*UNBUILT, *MUTANTS]:
            with self.subTest(mistake=mutant.name, noticed_by=mutant.noticed_by):
                self.assertNotEqual(self.said[mutant], [])
