"""Draws the pictures in docs/images anew: UPDATE_IMAGES=1 make test.

phone.png is the page as it is; only its moment is chosen, so that it is the same at every run.
login.png is what `make demo` prints, as a terminal shows it.
"""

import base64
import html
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import page  # noqa: E402 (found only now)
from case import COCKPIT  # noqa: E402
from service import ROOT, Mock  # noqa: E402

FOLDER = ROOT / "docs" / "images"
WIDTH = 420
TERMINAL_WIDTH = 900
TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #fff; font: 15px/1.5 "DejaVu Sans Mono", "Liberation Mono", monospace }
pre { margin: 16px; padding: 20px 24px; border-radius: 12px; background: #14181f; color: #d8dee9;
      white-space: pre-wrap; overflow-wrap: anywhere }
b { color: #8fd18f; font-weight: normal }
</style><pre>%s</pre>"""


def draw(driver, mock: Mock) -> bytes:
    page.screen(driver, WIDTH, 800, scale=2)
    # No blinking, no fading in: the same pixels at every run.
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
        {"name": "prefers-reduced-motion", "value": "reduce"}, {"name": "prefers-color-scheme", "value": "light"}]})
    phone = page.Page(driver, mock.web)
    mock.push(COCKPIT)
    phone.wait_for_cards(1)
    phone.until(lambda: phone.text(".left") == "57 s left", "three seconds have passed")
    return shot(driver, WIDTH, "#pending", 20)


def draw_login(driver) -> bytes:
    """A run of the demo, its temporary folder shortened."""
    demo = subprocess.run([ROOT / "scripts" / "demo.sh"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    text = re.sub(r"/tmp/[^/ ]+/", "/tmp/…/", "$ make demo </dev/null\n" + demo.stdout.rstrip())
    text = re.sub(r"^( +.*(?:Approved|successfully).*|\$ .*)$", r"<b>\1</b>", html.escape(text), flags=re.MULTILINE)
    page.screen(driver, TERMINAL_WIDTH, 800, scale=2)
    driver.get("data:text/html;base64," + base64.b64encode((TERMINAL % text).encode()).decode())
    return shot(driver, TERMINAL_WIDTH, "pre", 16)


def shot(driver, width: int, last: str, margin: int) -> bytes:
    """The page down to the end of its last part."""
    below = "return Math.ceil(document.querySelector(arguments[0]).getBoundingClientRect().bottom) + arguments[1]"
    clip = {"x": 0, "y": 0, "width": width, "height": driver.execute_script(below, last, margin), "scale": 1}
    picture = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True})
    return base64.b64decode(picture["data"])


def main() -> None:
    with Mock() as mock:
        pictures = {"phone.png": draw(page.browser(), mock)}
    pictures["login.png"] = draw_login(page.browser())
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        (FOLDER / name).write_bytes(picture)
        print(f"docs/images/{name}: {len(picture)} bytes")


if __name__ == "__main__":
    main()
