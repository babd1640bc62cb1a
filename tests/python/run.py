"""Runs suites of Python tests: folders beside this one, files in them, or classes in those:
run.py client phone/test_login.py hosts/sshd.py:AShell.

The last line counts. A suite without tests, or with a skipped one, has failed: each test claims something.
"""

import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Timed(unittest.TextTestResult):
    """Says how long each test and each of its cases took, for whoever wants them to be quicker."""

    def startTest(self, test):
        super().startTest(test)
        self.began = self.case_began = time.monotonic()

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.stream.writeln(f"  {time.monotonic() - self.case_began:.1f} s {subtest._subDescription()}")
        self.case_began = time.monotonic()

    def stopTest(self, test):
        self.stream.writeln(f" {time.monotonic() - self.began:.1f} s {test.id()}")
        super().stopTest(test)


def of_class(tests: unittest.TestSuite, name: str) -> unittest.TestSuite:
    """The tests of one class."""
    flat = [test for test in tests if not isinstance(test, unittest.TestSuite)]
    for inner in tests:
        if isinstance(inner, unittest.TestSuite):
            flat += of_class(inner, name)
    return unittest.TestSuite(test for test in flat if type(test).__name__ == name)


def run(name: str) -> tuple[int, int]:
    """Passed and failed tests of one suite."""
    name, _, only = name.partition(":")
    path = HERE.parent / name
    folder, pattern = (path.parent, path.name) if path.suffix == ".py" else (path, "test*.py")
    sys.path.insert(0, str(folder))
    tests = unittest.TestLoader().discover(str(folder), pattern, top_level_dir=str(folder))
    if only:
        tests = of_class(tests, only)
    began = time.monotonic()
    result = unittest.TextTestRunner(verbosity=1, stream=sys.stdout, resultclass=Timed).run(tests)
    not_passed = result.failures + result.errors + result.skipped + result.expectedFailures
    # Each test once, however many of its subtests failed.
    bad = len({getattr(test, "test_case", test).id() for test, _ in not_passed}) + len(result.unexpectedSuccesses)
    if result.testsRun == 0:
        print(f"{name}: no test was found")
        bad = 1
    print(f"{name}: {time.monotonic() - began:.1f} s")
    return max(0, result.testsRun - bad), bad


def main(names: list[str]) -> int:
    if not names:
        print(__doc__, file=sys.stderr)
        return 2
    sys.path.insert(0, str(HERE))
    passed, failed = (sum(counts) for counts in zip(*map(run, names)))
    print(f"python: {passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
