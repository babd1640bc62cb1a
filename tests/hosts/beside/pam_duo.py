"""Takes the pictures of docs/cockpit.md that show Debian's pam_duo and this module beside each other.

By hand, as root, after `make build tools`: UPDATE_IMAGES=1 target/venv/bin/python -B tests/hosts/beside/pam_duo.py
It fetches libpam-duo with apt-get and installs nothing. Without UPDATE_IMAGES=1 it compares what it sees.
"""

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import cockpit_login  # noqa: E402 (found only now)
from support.browser import Browser  # noqa: E402
from support.etc import PASSWORD, keep_out  # noqa: E402
from support.hosted import configuration  # noqa: E402
from support.machine import SECURITY, Machine  # noqa: E402
from support.places import ARTEFACTS  # noqa: E402
from support.terminal import Rule  # noqa: E402
from libpam_duo import fetch  # noqa: E402
from service import Mock  # noqa: E402

SCENARIO = """
[server]
signatures = ["1", "2-sha512"]
[[users]]
name = "demo"
[[users.devices]]
id = "DPDEMO00000000000001"
name = "Zoës Büro-Gerät"
display_name = "Zoës Büro-Gerät (XXX-XXX-0100)"
number = "XXX-XXX-0100"
"""


def put_in_place(machine: Machine, folder: Path) -> None:
    """Where our module stands in the stack, for this machine only."""
    duo = fetch(folder)
    modules = machine.folder / "security"
    shutil.copy(duo.module, modules)
    shutil.copy(duo.library, modules)
    machine.etc.write("ld.so.conf.d/duo.conf", f"{SECURITY}\n")
    machine.run("ldconfig", "-X", "-C", "/etc/ld.so.cache")
    stack = machine.etc.folder / "pam.d" / "cockpit"
    stack.write_text(stack.read_text().replace("pam_duo2.so", "pam_duo.so"))


def look(browser: Browser, url: str, name: str) -> None:
    """At the first prompt of a login."""
    browser.forget(url)
    read, _ = browser.log_in(url, "demo", PASSWORD, [Rule("", "no")], name)
    print(name, read)


def main() -> None:
    with Machine() as machine, Mock(scenario=SCENARIO) as mock, tempfile.TemporaryDirectory() as kept:
        url = cockpit_login.start(machine)
        with Browser(ARTEFACTS / "cockpit") as browser:
            authority = machine.etc.authority(mock.hello["cafile"])
            machine.etc.config(configuration(mock, authority, "autopush = false\nprompts = 1\n"))
            look(browser, url, "pam_duo2")
            put_in_place(machine, Path(kept))
            keys = f"ikey = {mock.hello['ikey']}\nskey = {mock.hello['skey']}\n"
            where = f"host = localhost:{mock.hello['port']}\ncafile = {authority}\nprompts = 1\nfailmode = secure\n"
            machine.etc.write("security/pam_duo.conf", f"[duo]\n{keys}{where}", 0o600)
            look(browser, url, "pam_duo")


if __name__ == "__main__":
    keep_out()
    main()
