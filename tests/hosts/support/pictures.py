"""docs/cockpit.md shows what people see. What it says under a picture is what stands on the page: each run compares it.

UPDATE_IMAGES=1 takes the pictures anew, and writes down what stands there.
"""

import base64
import fcntl
import os
import re
from dataclasses import dataclass
from pathlib import Path

from .hosted import plain
from .places import ARTEFACTS, ROOT

DOCUMENT = ROOT / "docs" / "cockpit.md"
FOLDER = ROOT / "docs" / "images"
# A file for each picture that was held against the page.
SEEN = ARTEFACTS / "pictures-seen"
RECTANGLE = """
const box = document.querySelector(arguments[0]).getBoundingClientRect();
return {x: box.x, y: box.y, width: box.width, height: box.height};
"""


@dataclass(frozen=True)
class Picture:
    """A file in docs/images, without its ending, and the part of the page that it shows."""

    name: str
    part: str = "#main"
    scale: float = 1
    # No more than this of the part's height, in CSS pixels.
    height: int = 2000


def dialog(name: str) -> Picture:
    return Picture(name, "[role=dialog]", 0.75)


def inside(name: str) -> Picture:
    """Without what tells one machine from another."""
    return Picture(name, "body", 0.6, 430)


# By the names under which the tests look at the page.
PICTURES = {
    "approve form": Picture("cockpit-form"),
    "approve at the menu prompt 1": Picture("cockpit-menu"),
    "waiting after40 prompt 1": Picture("cockpit-waiting"),
    "pam_duo prompt 1": Picture("cockpit-pam-duo"),
    "pam_duo2 prompt 1": Picture("cockpit-pam-duo2"),
    "approve end": inside("cockpit-inside"),
    "verified push prompt 1": Picture("cockpit-code"),
    "enrol end": Picture("cockpit-enrol"),
    "deny end": Picture("cockpit-denied"),
    "fraud end": Picture("cockpit-fraud"),
    "timeout end": Picture("cockpit-timeout"),
    "refused end": Picture("cockpit-refused"),
    "locked out end": Picture("cockpit-locked-out"),
    "outage, secure end": Picture("cockpit-outage"),
    "elsewhere prompt 1": Picture("cockpit-elsewhere"),
    "administrator approve 1": dialog("cockpit-administrator-password"),
    "administrator approve at the menu 2": dialog("cockpit-administrator-menu"),
    "administrator deny 2": dialog("cockpit-administrator-denied"),
    "administrator approve end": inside("cockpit-administrator"),
}

# Taken by tests/hosts/beside/pam_duo.py, which `make test-hosts` does not run.
BY_HAND = {"cockpit-pam-duo", "cockpit-pam-duo2"}


def unseen() -> set[str]:
    """What docs/cockpit.md shows, or docs/images has, and no test came by. For the end of a run of all tests."""
    held = {file.name for file in SEEN.glob("*")} | BY_HAND
    shown_there = set(re.findall(r"\]\(images/([^)]*)\.png\)", DOCUMENT.read_text(encoding="utf-8")))
    return (shown_there | {file.stem for file in FOLDER.glob("cockpit-*.png")}) - held


def hold(page, name: str, text: str) -> None:
    """AssertionError if the document says something else under the picture of what is to be seen now."""
    picture = PICTURES.get(name)
    if picture is None:
        return
    text = plain("prompt: " + " ".join(text.split())).removeprefix("prompt: ")
    if os.environ.get("UPDATE_IMAGES"):
        take(page, picture)
        write_down(picture, text)
    said = shown(picture).findall(DOCUMENT.read_text(encoding="utf-8"))
    if said != [text]:
        raise AssertionError(f"docs/cockpit.md says {said} of {picture.name}, and here stands {text!r} (UPDATE_IMAGES=1)")
    if not (FOLDER / f"{picture.name}.png").is_file():
        raise AssertionError(f"no docs/images/{picture.name}.png (UPDATE_IMAGES=1)")
    SEEN.mkdir(parents=True, exist_ok=True)
    (SEEN / picture.name).touch()


def shown(picture: Picture) -> re.Pattern[str]:
    """Where the document shows it; the group is what it says of it."""
    return re.compile(rf"(?<=!\[)(.*)(?=\]\(images/{re.escape(picture.name)}\.png\))")


def write_down(picture: Picture, text: str) -> None:
    with open(DOCUMENT, "r+", encoding="utf-8") as file:
        # Hosts may be tried at the same time.
        fcntl.flock(file, fcntl.LOCK_EX)
        words = shown(picture).sub(lambda _: text, file.read())
        file.seek(0)
        file.truncate()
        file.write(words)


def take(page, picture: Picture) -> None:
    """The part of the page into docs/images, for whoever owns that."""
    # No blinking, no fading in, nothing under the pointer.
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})
    page.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 1, "y": 1})
    page.execute_script("document.activeElement && document.activeElement.blur()")
    clip = page.execute_script(RECTANGLE, picture.part)
    clip |= {"height": min(clip["height"], picture.height), "scale": picture.scale}
    data = page.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip})["data"]
    file = FOLDER / f"{picture.name}.png"
    file.write_bytes(base64.b64decode(data))
    own(file)


def own(file: Path) -> None:
    """The tests are root; the folder need not be."""
    folder = file.parent.stat()
    os.chown(file, folder.st_uid, folder.st_gid)
