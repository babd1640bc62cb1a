"""Duo's own module, measured in the same run where Debian's package can be had.

By itself it fetches the package, as whoever calls it: what measures is root.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from world import ROOT, Mock, service

sys.path.append(str(ROOT / "tests" / "python"))

import libpam_duo  # noqa: E402 (found only now)

FOLDER = ROOT / "target" / libpam_duo.PACKAGE
REASON = FOLDER / "reason"


@dataclass
class Peer:
    """It, with OpenSSL's libraries as this machine has them."""

    module: Path
    library: Path
    version: str
    openssl: list[Path]

    def size(self) -> tuple[int, int]:
        """Bytes of its own two files, and of OpenSSL's."""
        own, other = ([path.stat().st_size for path in paths] for paths in ([self.module, self.library], self.openssl))
        return sum(own), sum(other)

    def door(self, work: Path, name: str, mock: Mock, *, host: str = "localhost") -> str:
        """A service that asks this mock by it. A config that is not root's alone it refuses, and an address in `host`, too."""
        hello = mock.hello
        config = work / f"{name}.conf"
        keys = f"ikey = {hello['ikey']}\nskey = {hello['skey']}\nhost = {host}:{hello['port']}\n"
        # Its default lets in when the service is not reached: then nothing would be measured.
        rest = f"cafile = {hello['cafile']}\nfailmode = secure\nautopush = yes\nprompts = 1\n"
        config.write_text(f"[duo]\n{keys}{rest}", encoding="utf-8")
        config.chmod(0o600)
        return service(name, f"required {self.module} conf={config}")

    def cache(self, work: Path) -> Path:
        """The loader's cache with its library among the system's, as if it were installed."""
        places, made = work / "ld.so.conf", work / "ld.so.cache"
        places.write_text(f"include /etc/ld.so.conf\n{self.library.parent}\n", encoding="utf-8")
        subprocess.run(["ldconfig", "-X", "-f", places, "-C", made], check=True)
        return made


def find() -> Peer | str:
    """What was fetched, or why there is none."""
    try:
        there = libpam_duo.unpacked(FOLDER)
    except (libpam_duo.Missing, OSError) as missing:
        return REASON.read_text(encoding="utf-8").strip() if REASON.is_file() else str(missing)
    needs = subprocess.run(["ldd", there.library], capture_output=True, text=True, check=True).stdout
    openssl = re.findall(r"lib(?:ssl|crypto)\S* => (/\S+)", needs)
    lacking = re.findall(r"(\S+) => not found", needs)
    if lacking or len(openssl) != 2:
        return f"it needs what is not here: {' '.join(lacking) or 'OpenSSL'}"
    return Peer(there.module, there.library, there.version, [Path(path).resolve() for path in openssl])


def main() -> None:
    """Fetches it once. Where that fails, the table says so."""
    if isinstance(find(), Peer):
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        libpam_duo.fetch(FOLDER)
    except libpam_duo.Missing as missing:
        REASON.write_text(f"{missing}\n", encoding="utf-8")
        print(f"Without {libpam_duo.PACKAGE}: {missing}", file=sys.stderr)


if __name__ == "__main__":
    main()
