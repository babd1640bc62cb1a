"""A person in front of Cockpit's pages, in Debian's Chromium."""

import re
import tempfile
import time
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from . import pictures
from .terminal import Rule

FLAGS = (
    "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update "
    "disable-sync disable-dev-shm-usage window-size=1100,800 lang=en-US"
)
# What of the login page counts: where it is, and what is on it. One question, so that it is of one moment.
STATE = """
const shown = id => { const e = document.getElementById(id); return e && e.offsetParent !== null ? e.textContent.trim() : null; };
const button = document.getElementById("login-button");
return {
    page: button ? "login" : "inside",
    busy: !!button && button.offsetParent !== null && button.hasAttribute("disabled"),
    prompt: shown("conversation-prompt"), above: shown("conversation-message"),
    error: shown("login-error-message"), fatal: shown("login-fatal-message"),
    form: shown("password-group") !== null,
    loaded: document.readyState === "complete",
};
"""

# What the page's head says about the rights of the session.
ACCESS = """
const words = [...document.querySelectorAll("button")].map(b => b.innerText.trim());
return words.find(w => ["Limited access", "Administrative access"].includes(w)) || "";
"""
INSIDE = """
const frames = [...document.querySelectorAll("iframe")].filter(f => f.offsetParent !== null);
return frames.some(f => f.contentDocument && f.contentDocument.body && f.contentDocument.body.innerText.trim() !== "");
"""


class Browser:
    """Use it in a `with`: it ends with the block, and its profile goes with it."""

    def __init__(self, pictures: Path):
        self.pictures = pictures
        self.pictures.mkdir(parents=True, exist_ok=True)
        self._kept = tempfile.TemporaryDirectory(prefix="duo-chromium-", ignore_cleanup_errors=True)
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in FLAGS.split():
            options.add_argument(f"--{flag}")
        options.add_argument(f"--user-data-dir={self._kept.name}")
        self.page = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_) -> None:
        self.page.quit()
        self._kept.cleanup()

    def forget(self, url: str) -> None:
        """As a browser that was never here."""
        self.page.get(f"{url}/cockpit/static/manifest.json")
        self.page.delete_all_cookies()
        self.page.execute_script("localStorage.clear(); sessionStorage.clear();")

    def log_out(self, url: str) -> None:
        """The session is over; what was chosen in it is remembered."""
        self.page.get(f"{url}/cockpit/static/manifest.json")
        self.page.delete_all_cookies()

    def picture(self, name: str, text: str) -> None:
        """Of what is to be seen now, and says `text`."""
        file = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        self.page.save_screenshot(str(self.pictures / f"{file}.png"))
        pictures.hold(self.page, name, text)

    def access(self) -> str:
        """Limited or administrative, once the page says so."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if words := self.page.execute_script(ACCESS):
                return words
            time.sleep(0.1)
        raise AssertionError("the page does not say which access there is")

    def settled(self, limit: float = 90) -> dict:
        """The page's state, once it waits for the person or is past the login."""
        until = time.monotonic() + limit
        while time.monotonic() < until:
            state = self.page.execute_script(STATE)
            waits = state["prompt"] is not None or state["form"] or state["fatal"]
            if state["loaded"] and not state["busy"] and (state["page"] == "inside" or waits):
                return state
            time.sleep(0.1)
        raise AssertionError(f"the page does not settle: {state}")

    def fill(self, name: str, text: str) -> None:
        """Into a field of the login page."""
        field = self.page.find_element(By.ID, name)
        field.clear()
        field.send_keys(text)

    def labels(self) -> list[str]:
        """What the form asks for."""
        labels = self.page.find_elements(By.CSS_SELECTOR, "#login label")
        return [label.text for label in labels if label.is_displayed()]

    def press(self) -> None:
        """The page's one button."""
        self.page.find_element(By.ID, "login-button").click()

    def log_in(self, url: str, user: str, password: str, rules: list[Rule], name: str) -> tuple[list[str], bool]:
        """A login, with a picture of each state. What was read and typed, and whether it led inside."""
        self.page.get(url)
        self.settled()
        pictures.hold(self.page, f"{name} form", ", ".join(self.labels()))
        self.fill("login-user-input", user)
        self.fill("login-password-input", password)
        self.press()
        read: list[str] = []
        while (state := self.settled())["prompt"] is not None:
            if state["above"]:
                read.append(f"above: {state['above']}")
            read.append(f"label: {state['prompt']}")
            number = sum(line.startswith("label") for line in read)
            self.picture(f"{name} prompt {number}", f"{state['above'] or ''} {state['prompt']}")
            rule = next((rule for rule in rules if rule.pattern.search(state["prompt"])), None)
            if rule is None:
                raise AssertionError(f"no answer to {read}")
            answer = rule.next()
            read.append(f"typed: {answer or '(Enter)'}")
            self.fill("conversation-input", answer)
            self.press()
        if state["page"] == "inside":
            access = self.access()
            # Its first part takes a second of a core to appear; that is for the picture.
            if f"{name} end" in pictures.PICTURES:
                self.wait_inside()
            self.picture(f"{name} end", access)
        else:
            error = state["error"] or state["fatal"] or ""
            read.append(f"error: {error}")
            self.picture(f"{name} end", error)
        return read, state["page"] == "inside"

    def wait_inside(self, limit: float = 30) -> None:
        """Until the first part of Cockpit's own page is there."""
        until = time.monotonic() + limit
        while time.monotonic() < until:
            if self.page.execute_script(INSIDE):
                return
            time.sleep(0.1)
        raise AssertionError(f"no page after the login: {self.page.title} {self.page.current_url}")
