"""Cockpit's dialog for administrative access, in a browser that is logged in."""

import time

from .browser import ACCESS, Browser
from .terminal import Rule

# What the dialog shows, at one moment; null where there is none.
STATE = r"""
const dialog = document.querySelector("[role=dialog]");
if (!dialog) return null;
const text = selector => { const e = dialog.querySelector(selector); return e ? e.innerText.trim() : null; };
const input = dialog.querySelector("input");
const over = [...dialog.querySelectorAll("button")].some(b => b.innerText.trim() === "Close");
return {
    // Cockpit 337 asks by which program first, where there is more than one, and sudo is chosen already.
    method: !!dialog.querySelector("select"),
    busy: !!dialog.querySelector(".pf-m-in-progress, .pf-c-spinner, .pf-v6-c-spinner"),
    label: input && !input.disabled ? text("label") : null,
    alert: (text(".pf-c-alert, .pf-v6-c-alert") || "").replace(/^Danger alert:\s*/, "") || null,
    // How it ended, line by line, under the title "Problem becoming administrator".
    problem: over && !input ? text(".pf-c-modal-box__body, .pf-v6-c-modal-box__body") : null,
};
"""
TOLD = ("alert", "problem", "label")
CLICK = """
const button = [...document.querySelectorAll("button")].find(b => b.innerText.trim() === arguments[0] && b.offsetParent !== null);
if (button) button.click();
return !!button;
"""


class Dialog:
    """The way from limited access to administrative access, and back."""

    def __init__(self, browser: Browser):
        self.browser = browser

    def click(self, words: str, limit: float = 20) -> None:
        """A button by what is written on it, once it is there."""
        self.until(lambda: self.browser.page.execute_script(CLICK, words), f"no button {words!r}", limit)

    def until(self, there, why: str, limit: float = 60) -> object:
        """The first answer that is something."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if answer := there():
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{why}: {self.state()}")

    def state(self) -> dict | None:
        """What the dialog shows."""
        return self.browser.page.execute_script(STATE)

    def is_about_access(self, state: dict) -> bool:
        """Something is asked or told, and not by which program."""
        return bool(state["label"] or state["problem"]) and not state["method"]

    def settled(self, answered: dict | None) -> dict | None:
        """The next state in which something is asked or told, or None when the dialog is gone."""

        def changed() -> tuple[dict | None] | None:
            state = self.state()
            if state is None:
                return (None,)
            # An alert alone is on its way to one above a question.
            waits = not state["busy"] and self.is_about_access(state)
            return (state,) if waits and state != answered else None

        return self.until(changed, "the dialog does not settle")[0]

    def has_access(self) -> bool:
        """What the page's head says."""
        return self.browser.page.execute_script(ACCESS) == "Administrative access"

    def is_limited(self) -> bool:
        """The same, of the other."""
        return self.browser.page.execute_script(ACCESS) == "Limited access"

    def ask(self, rules: list[Rule], name: str) -> tuple[list[str], bool]:
        """Asks for access and answers by the rules; ^C is the dialog's Cancel. What was read, and whether it was given."""
        if self.state() is not None:
            # What an earlier case has left behind, when it failed.
            self.browser.page.refresh()
        self.click("Limited access")
        first = self.until(lambda: (state := self.state()) and (state["method"] or self.is_about_access(state)) and state, "no dialog")
        if first["method"]:
            # Once: the dialog takes a second click while it waits, and cockpit-bridge refuses that.
            self.click("Authenticate")
        read: list[str] = []
        state = self.settled(None)
        while state is not None:
            read += [f"{name}: {state[name]}" for name in TOLD if state[name]]
            said = " ".join(state[part] for part in TOLD if state[part])
            self.browser.picture(f"administrator {name} {len(read)}", said)
            rule = next((rule for rule in rules if state["label"] and rule.pattern.search(f"{state['label']} ")), None)
            answer = rule.next() if rule else "^C"
            if answer == "^C":
                self.click("Cancel" if state["label"] else "Close")
                self.until(lambda: self.state() is None, "the dialog stays")
                break
            if "assword for" not in state["label"]:
                read.append(f"typed: {answer or '(Enter)'}")
            field = self.browser.page.find_element("css selector", "[role=dialog] input")
            field.clear()
            field.send_keys(answer)
            self.click("Authenticate")
            state = self.settled(state)
        given = state is None
        if given:
            self.until(self.has_access, "no access after the dialog")
            self.browser.picture(f"administrator {name} end", self.browser.access())
        return read, given

    def give_up(self) -> None:
        """Back to limited access."""
        self.click("Administrative access")
        self.click("Limit access")
        self.until(lambda: not self.has_access(), "access stays")
