"""Where things are."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOSTS = ROOT / "tests" / "hosts"
DOCUMENT = ROOT / "docs" / "hosts.md"
# Screenshots and the transcripts of runs, for whoever wants to see what went wrong.
ARTEFACTS = Path(os.environ.get("HOSTS_ARTEFACTS") or ROOT / "target" / "hosts-artefacts")

# The mock service and its Python side are the same as in the other tests.
sys.path.insert(0, str(ROOT / "tests" / "python"))
