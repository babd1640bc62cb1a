"""make layout: has the linker put side by side what a login calls, by writing layout.ld.

The kernel maps the neighbours of a page that is touched, too (64 KiB at once), so code that lies scattered among what
only a mistake in the config or a panic calls is paid for with all of it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from proof import prove
from world import BIN, BUNDLE, PAM_D, ROOT, Mock, door, login, service

SCRIPT = ROOT / "layout.ld"
BUILT = ROOT / "target" / "layout"
MODULE = BUILT / "release" / "libpam_duo2.so"
# Of every input section the linker's map has the name, whichever linker made it.
MAP = BUILT / "map"
# For whose processor OTHERS and ASSEMBLY are.
HOST = "x86_64-unknown-linux-gnu"

# What hosts call besides, what valgrind's processor has no instructions for, and what an RSA certificate takes.
OTHERS = (
    "pam_sm_*",
    "_ZN4ring3rsa*",
    "_ZN4ring4aead*",
    "_ZN4ring10arithmetic*",
    "_ZN4sha1*",
    "_ZN4sha2*",
    "_ZN6memchr4arch6x86_64*",
    "ring_core_*p256*",
)
# ring's assembly has one section for each file.
ASSEMBLY = ("p256-x86_64-asm", "sha256-x86_64", "aes-gcm-avx2-x86_64", "aesni-gcm-x86_64", "aesni-x86_64", "ghash-x86_64", "x86_64-mont")

HEAD = """\
/* What a login calls that is approved by a push, side by side: it touches fewer pages of the module's file so.
 * The linker reads this beside its own script (`make build`; `make LINK_LAYOUT=` leaves it out), and passes over a name
 * that is not there. `make layout` wrote it; docs/dependencies.md says what it gives.
 * {compiler}: {size} bytes */
"""


def called(callgrind: str, module: str) -> set[str]:
    """The functions of one object that a profile has, by their symbols."""
    names: dict[str, str] = {}
    here, found = "", set()
    for line in callgrind.splitlines():
        if not (match := re.match(r"(c?)(ob|fn)=(\(\d+\))(?: (.+))?$", line)):
            continue
        of_callee, kind, number, name = match.groups()
        if name:
            names[kind + number] = name.strip()
        if of_callee:
            continue
        if kind == "ob":
            here = names[kind + number]
        elif here.endswith(module):
            # One that calls itself has a number behind its name.
            found.add(names[kind + number].split("'")[0])
    return found


def pattern(symbol: str) -> str:
    """The symbol, whatever was hashed into it (the compiler's version, those of crates), and whichever number was put
    behind it, because another has the same name."""
    symbol = re.sub(r"(\.llvm)?\.\d+$", "", symbol)
    symbol = re.sub(r"17h[0-9a-f]{16}E$", "17h", symbol)
    return re.sub(r"Cs[0-9A-Za-z]+_", "Cs*_", symbol) + "*"


def sections(linked: str, symbols: set[str], others: Iterable[str] = OTHERS) -> list[str]:
    """Patterns for the input sections that hold these symbols. A function that is seldom called, as far as the
    compiler knows, is in `.text.unlikely.NAME`, and others in `.text.NAME`."""
    wanted = set()
    for section in re.findall(r"(?<![\w.])\.text\.[^\s()]+", linked):
        kind = ".text.unlikely." if section.startswith(".text.unlikely.") else ".text."
        if section.removeprefix(kind) in symbols:
            wanted.add(kind + pattern(section.removeprefix(kind)))
    wanted.update(kind + other for other in others for kind in (".text.", ".text.unlikely."))
    return sorted(wanted)


def script(patterns: list[str], compiler: str, size: int) -> str:
    """The linker's script. INSERT leaves the rest to its own."""
    named = ["*(", *(f"    {name}" for name in patterns), ")", *(f"*{name}*.o(.text)" for name in ASSEMBLY)]
    inner = "\n".join(f"        {line}" for line in named)
    return f"{HEAD.format(compiler=compiler, size=size)}SECTIONS\n{{\n    .text.login :\n    {{\n{inner}\n    }}\n}}\nINSERT BEFORE .text;\n"


def ini(work: Path, name: str, mock: Mock) -> str:
    """A service with pam_duo's configuration."""
    hello = mock.hello
    config = work / f"{name}.conf"
    keys = "".join(f"{key} = {hello[key]}\n" for key in ("ikey", "skey", "cafile"))
    config.write_text(f"[duo]\n{keys}host = localhost:{hello['port']}\npushinfo = yes\n", encoding="utf-8")
    config.chmod(0o600)
    return service(name, f"required {MODULE} conf={config}")


def profile(work: Path, name: str, answer: str = "") -> str:
    """What callgrind has of one login."""
    out = work / f"{name}.callgrind"
    command = ["valgrind", "--tool=callgrind", "--demangle=no", f"--callgrind-out-file={out}", *login(name)]
    subprocess.run(command, input=answer, capture_output=True, text=True, check=True)
    return out.read_text(encoding="utf-8")


def inside(work: Path) -> None:
    """The logins, in the namespaces: from either configuration, by address and by name, with and without a menu."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # A phone that takes a moment, so that there is a wait.
    mock, denying = (Mock(work, name, "--web", "off", "--auto", f"{name}=1s") for name in ("approve", "deny"))
    try:
        mock.trusted()
        prove("pam_duo2", lambda asked: door(work, "proved", asked, cafile=True), mock, denying)
        seen = [profile(work, door(work, "system", mock)), profile(work, door(work, "named", mock, cafile=True, host="localhost"))]
        seen.append(profile(work, ini(work, "ini", mock), "1\n"))
    finally:
        mock.stop()
        denying.stop()
    symbols = set().union(*(called(one, MODULE.name) for one in seen))
    (work / "patterns").write_text("\n".join(sections(MAP.read_text(encoding="utf-8"), symbols)), encoding="utf-8")


def logins() -> str:
    """Patterns for what they call; as root."""
    with tempfile.TemporaryDirectory(prefix="duo-layout-") as folder:
        work = Path(folder)
        (work / "pam.d").mkdir()
        shutil.copy(BUNDLE, work / "bundle.crt")
        binds = ["--bind", f"{work}/pam.d:{PAM_D}", "--bind", f"{work}/bundle.crt:{BUNDLE}", "--log", f"{work}/log"]
        inner = ["env", f"PAM_DUO2_SO={MODULE}", "unshare", "--net", sys.executable, "-B", __file__, "--inside", folder]
        subprocess.run([BIN / "privately", *binds, "--", *inner], check=True, stdout=sys.stderr)
        return (work / "patterns").read_text(encoding="utf-8")


def build(argument: str) -> None:
    """The module as it ships, with its symbols, and with this for the linker."""
    command = [*os.environ.get("CARGO", "cargo").split(), "rustc", "--release", "--locked", "--target-dir", BUILT, "-p", "pam_duo2", "--lib", "--crate-type", "cdylib"]
    # Not by the profile: what other crates are built with counts in the names of their functions, and which of two
    # that do the same is kept.
    subprocess.run([*command, "--", "-C", "strip=none", "-C", f"link-arg=-Wl,{argument}"], cwd=ROOT, check=True)


def size() -> int:
    """Bytes of what lies together."""
    said = subprocess.run(["readelf", "--section-headers", "--wide", MODULE], capture_output=True, text=True, check=True)
    return int(re.search(r"\.text\.login\s+PROGBITS\s+\w+\s+\w+\s+(\w+)", said.stdout)[1], 16)


def main() -> None:
    if sys.argv[1:2] == ["--inside"]:
        inside(Path(sys.argv[2]))
        return
    if sys.argv[1:] == ["--logins"]:
        print(logins())
        return
    about = subprocess.run(["rustc", "--version", "--verbose"], capture_output=True, text=True, check=True).stdout
    if f"host: {HOST}\n" not in about:
        sys.exit(f"layout.ld is written on {HOST}: others take of it what they have, too.")
    # Without a comma, which the compiler would take for the end of the name.
    build(f"-Map={MAP.relative_to(ROOT)}")
    root = [] if os.geteuid() == 0 else ["sudo"]
    said = subprocess.run([*root, sys.executable, "-B", __file__, "--logins"], stdout=subprocess.PIPE, text=True, check=True)
    patterns = said.stdout.split()
    compiler = f"{' '.join(about.split()[:2])} for {HOST}"
    # The first time only to see how large it gets.
    SCRIPT.write_text(script(patterns, compiler, 0), encoding="utf-8")
    build(f"-T,{SCRIPT.name}")
    SCRIPT.write_text(script(patterns, compiler, size()), encoding="utf-8")


if __name__ == "__main__":
    main()
