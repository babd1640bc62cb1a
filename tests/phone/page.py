"""The phone's page in Debian's headless Chromium, as a person uses it."""

import atexit
import functools
import os
import tempfile
import time

from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

# Nothing is fetched and nobody is asked: browser and driver are Debian's, and only loopback resolves.
os.environ["SE_OFFLINE"] = "true"
os.environ["SE_AVOID_STATS"] = "true"
ARGUMENTS = [
    "--headless=new",
    # The page is ours alone; in containers and for root the sandbox cannot be had.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--force-device-scale-factor=1",
]
WAIT = 10


@functools.cache
def browser() -> Chrome:
    """The one Chromium of this run."""
    options = ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    # Chromium leaves files in its home and /tmp.
    home = tempfile.TemporaryDirectory(prefix="phone-chromium-", ignore_cleanup_errors=True)
    atexit.register(home.cleanup)
    own = {"HOME": home.name, "TMPDIR": home.name, "XDG_CONFIG_HOME": home.name, "XDG_CACHE_HOME": home.name}
    service = ChromeService("/usr/bin/chromedriver", env=os.environ | own)
    driver = Chrome(options=options, service=service)
    atexit.register(driver.quit)
    screen(driver, 420, 800)
    return driver


def screen(driver: Chrome, width: int, height: int, scale: int = 1) -> None:
    """The size of the screen in CSS pixels; a headless window alone has a least width."""
    size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


class Page:
    """One tab with the phone's page."""

    def __init__(self, driver: Chrome, address: str):
        self.driver = driver
        driver.get(address)
        self.tab = driver.current_window_handle
        self.until(lambda: self.text("#link") == "Connected", "the page connects")

    def until(self, condition, claim: str, seconds: float = WAIT):
        """Waits for a condition, which is what the test claims."""
        waiter = WebDriverWait(self.driver, seconds, poll_frequency=0.05)
        return waiter.until(lambda _: condition(), f"not in {seconds} s: {claim}")

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """What a person sees, or for what only a screen reader gets, what it reads."""
        element = self.one(selector)
        return element.text or element.get_attribute("textContent")

    def texts(self, selector: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)"
        return self.driver.execute_script(script, selector)

    def cards(self) -> list[str]:
        """The headlines of what is pending, in the page's order."""
        return self.texts("#pending .headline")

    def info(self) -> list[tuple[str, str]]:
        """The pairs of the first card."""
        names, values = self.texts("#pending dt"), self.texts("#pending dd")
        return list(zip(names, values, strict=True))

    def history(self) -> list[str]:
        return self.texts("#history .what")

    def wait_for_cards(self, count: int) -> None:
        self.until(lambda: len(self.cards()) == count, f"{count} requests are shown")

    def tap(self, name: str, card: int = 0) -> None:
        """A tap by a person, who does not tap in the moment in which a card appears."""
        time.sleep(0.45)
        self.all(f"#pending .card .{name}")[card].click()

    def key(self, *keys: str) -> None:
        """Keys to whatever has the focus."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def tab_to(self, selector: str) -> None:
        """Walks there with the Tab key, as someone does who has no mouse."""
        for _ in range(30):
            self.key(Keys.TAB)
            if self.driver.switch_to.active_element == self.one(selector):
                return
        raise AssertionError(f"30 steps with Tab did not reach {selector}")

    def focus(self) -> str:
        """The text of what has the focus."""
        return self.driver.execute_script("return document.activeElement.innerText")

    def complaints(self) -> list[str]:
        """What the browser's console says: errors of scripts and broken content policies."""
        return [entry["message"] for entry in self.driver.get_log("browser")]
