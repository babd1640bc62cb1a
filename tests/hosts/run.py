"""Runs the hosts side by side: run.py [NAME[:CLASS] …], all without a name. They mostly wait for phones.

run.py --impostor MODULE [NAME …]: with another module in our module's place everything has to fail.
"""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support import pictures
from support.case import CASES
from support.etc import keep_out
from support.places import ARTEFACTS, HOSTS, ROOT

# More than there are cores, for the same reason: of its time, a login on a quiet machine uses a fifth of a core.
AT_ONCE = 4 * (os.cpu_count() or 1)
# Seconds; well over three times what the slowest take.
LIMIT = 8 * 60
COUNTS = re.compile(r"^python: (\d+) passed, (\d+) failed$", re.MULTILINE)
# A row of a matrix that failed: the class and the case.
ROW = re.compile(r"^(?:FAIL|ERROR): test_each_case\w+ \((\w+\.\w+)\.\w+\) \[(.*)\]$", re.MULTILINE)


def ended(tests: subprocess.Popen) -> str:
    """All that they print. Those that hang are ended, and have no count then, which is a failure."""
    try:
        return tests.communicate(timeout=LIMIT)[0]
    except subprocess.TimeoutExpired:
        # As by Ctrl-C, so that their machines and browsers end with them.
        tests.send_signal(signal.SIGINT)
    try:
        output = tests.communicate(timeout=30)[0]
    except subprocess.TimeoutExpired:
        tests.kill()
        output = tests.communicate()[0]
    return f"{COUNTS.sub('', output)}\nnot ended after {LIMIT} s\n"


def play(name: str, env: dict[str, str]) -> tuple[str, str, float]:
    """Runs one host's tests; its name, all that they print, and the seconds."""
    began = time.monotonic()
    file, _, only = name.partition(":")
    suite = f"hosts/{file}.py{':' if only else ''}{only}"
    command = [sys.executable, "-B", ROOT / "tests" / "python" / "run.py", suite]
    output = ended(subprocess.Popen(command, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
    kept = Path(env.get("HOSTS_ARTEFACTS", ARTEFACTS))
    kept.mkdir(parents=True, exist_ok=True)
    (kept / f"{name.replace(':', '-')}.log").write_text(output, encoding="utf-8")
    return name, output, time.monotonic() - began


def passed_rows(output: str) -> list[str]:
    """The rows of a host's matrices that did not fail, although nothing of ours was there."""
    failed: dict[str, set[str]] = {}
    for matrix, case in ROW.findall(output):
        failed.setdefault(matrix, set()).add(case)
    return [f"{matrix} [{case.name}]" for matrix, cases in failed.items() for case in CASES if case.name not in cases]


def classes(name: str) -> list[str]:
    """The classes of tests in a file, each with a machine of its own; a name with a class is itself."""
    if ":" in name:
        return [name]
    tree = ast.parse((HOSTS / f"{name}.py").read_text(encoding="utf-8"))
    found = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}

    def has_tests(node: ast.ClassDef) -> bool:
        bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
        own = any(isinstance(item, ast.FunctionDef) and item.name.startswith("test") for item in node.body)
        return own or "Cases" in bases or any(has_tests(found[base]) for base in bases if base in found)

    return [f"{name}:{node.name}" for node in found.values() if has_tests(node)]


def main(words: list[str]) -> int:
    env = {}
    if words[:1] == ["--impostor"]:
        module = Path(words[1]).resolve(strict=True)
        env = {"PAM_DUO2_SO": str(module), "IMPOSTOR": "1", "HOSTS_ARTEFACTS": str(ARTEFACTS / module.stem)}
        words = words[2:]
        # Nobody writes down what an impostor shows.
        os.environ.pop("UPDATE_DOCS", None)
        os.environ.pop("UPDATE_IMAGES", None)
    whole = not words and not env
    if whole:
        shutil.rmtree(pictures.SEEN, ignore_errors=True)
    files = words or sorted(path.stem for path in HOSTS.glob("*.py") if path.name != Path(__file__).name)
    names = [name for file in files for name in classes(file)]
    good = True
    total = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name, output, seconds in pool.map(lambda name: play(name, env), names):
            counts = COUNTS.search(output)
            passed, failed = map(int, counts.groups()) if counts else (0, 0)
            kept = passed_rows(output) if env else []
            # A test that could not even begin says nothing about the module.
            begun = "ERROR: setUpClass" not in output
            as_wanted = (passed == 0 and failed > 0 and not kept and begun) if env else (passed > 0 and failed == 0)
            print(f"{name}: {passed} passed, {failed} failed, {seconds:.0f} s", flush=True)
            if not as_wanted:
                print(output if not env else f"{name}: these need nothing of ours: {kept or output}", flush=True)
            good, total = good and as_wanted, total + passed + failed
    # A test that no longer comes by a picture would leave it, and what is said of it, as it was once.
    if whole and (unseen := pictures.unseen()):
        print(f"hosts: no test looks at what these pictures show: {', '.join(sorted(unseen))}", flush=True)
        good = False
    print(f"hosts: {total} tests, {'as they should be' if good else 'not as they should be'}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    keep_out()
    sys.exit(main(sys.argv[1:]))
