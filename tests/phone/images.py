"""Draws docs/images/phone.png anew: UPDATE_IMAGES=1 make test.

The picture is the page as it is; only its moment is chosen, so that it is the same at every run.
"""

import base64
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import page  # noqa: E402 (found only now)
from case import COCKPIT  # noqa: E402
from service import ROOT, Mock  # noqa: E402

FILE = ROOT / "docs" / "images" / "phone.png"
WIDTH = 420


def draw(driver, mock: Mock) -> bytes:
    page.screen(driver, WIDTH, 800, scale=2)
    # No blinking, no fading in: the same pixels at every run.
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
        {"name": "prefers-reduced-motion", "value": "reduce"}, {"name": "prefers-color-scheme", "value": "light"}]})
    phone = page.Page(driver, mock.web)
    mock.push(COCKPIT)
    phone.wait_for_cards(1)
    phone.until(lambda: phone.text(".left") == "57 s left", "three seconds have passed")
    height = driver.execute_script("return Math.ceil(document.querySelector('#pending').getBoundingClientRect().bottom) + 20")
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip})
    return base64.b64decode(shot["data"])


def main() -> None:
    with Mock() as mock:
        picture = draw(page.browser(), mock)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_bytes(picture)
    print(f"{FILE.relative_to(ROOT)}: {len(picture)} bytes")


if __name__ == "__main__":
    main()
