"""That the judge can say no: a run that is as it has to be, and each way in which it could not be."""

import copy
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.append(str(Path(__file__).resolve().parent / "guest"))
import audit
import cases
import document
import verdicts

USUAL = {"cockpit": ["cockpit_session_t use init_t fd socket"], "sshd": [], "sudo": []}
LINES = {
    cases.NOT_PERMITTED: 'outcome=local reason="the connection to port 443 was not permitted (SELinux?); install the policy module pam_duo2"',
    cases.UNREADABLE: 'outcome=config reason="/etc/duo/pam_duo2.toml: permission denied to uid 0, by its mode or by SELinux"',
    cases.ALLOWED: "Successful Duo login for 'alice': outcome=allow factor=push",
}
POLICIES = cases.policies(long=False)


def as_it_has_to_be(long: bool = False) -> list[dict]:
    """What a machine tells where everything is right."""
    lines = [{"event": "ready", "enforcing": "Enforcing"}]
    for policy in cases.policies(long):
        ours = policy != "without"
        booleans = {"pam_duo2_cockpit": True, "pam_duo2_sshd": True, "pam_duo2_sudo": False, "pam_duo2_proxy": False} if ours else {}
        label = "system_u:object_r:pam_duo2_conf_t:s0" if ours else "system_u:object_r:etc_t:s0"
        lines.append({"event": "policy", "name": policy, "booleans": booleans, "label": label, "enforcing": "Enforcing"})
        denied = ["ntpd_t read pam_duo2_conf_t file pam_duo2.toml"] if ours else []
        lines.append({"event": "reader", "policy": policy, "config": not ours, "other": True, "denied": denied})
        for case in cases.played(long):
            if case.policy == policy:
                lines.append({
                    "event": "case", "name": case.name, "lets_in": case.lets_in,
                    "domains": [cases.DOMAINS[case.host]], "denied": [*USUAL[case.host], *case.denied],
                    "pushes": case.pushes, "connections": case.connections, "booleans": booleans | case.booleans,
                    "logged": [LINES[case.logged]] if case.module else [], "seen": "", "avcs": [], "journal": [],
                })
    return [*lines, {"event": "end", "enforcing": "Enforcing", "lost": 0}]


class AJudge(unittest.TestCase):
    def setUp(self):
        self.lines = as_it_has_to_be()

    def case(self, name: str) -> dict:
        return verdicts.one(self.lines, "case", "name", name)

    def refuses(self, words: str, lines: list[dict] | None = None) -> None:
        wrong = verdicts.judge(self.lines if lines is None else lines, POLICIES, long=False)
        self.assertRegex("\n".join(wrong), words)

    def test_what_is_right_passes(self):
        for long in (False, True):
            self.assertEqual(verdicts.judge(as_it_has_to_be(long), cases.policies(long), long), [])

    def test_each_line_has_to_be_there_and_once(self):
        for at, line in enumerate(self.lines):
            with self.subTest(line.get("name") or line["event"]):
                self.refuses("not told exactly once", self.lines[:at] + self.lines[at + 1:])
                self.refuses("not told exactly once", self.lines[:at] + [line, line] + self.lines[at + 1:])
        self.refuses("not told exactly once", [])

    def test_a_line_that_nobody_knows(self):
        self.refuses("not expected: garbled", [*self.lines, {"event": "garbled", "line": "{"}])
        self.refuses("the machine broke: because", [*self.lines, {"event": "broken", "why": "because"}])

    def test_the_policies_exchanged(self):
        other = {"without": "with", "with": "without"}
        for event, key in (("policy", "name"), ("reader", "policy")):
            for line in self.lines:
                if line["event"] == event:
                    line[key] = other[line[key]]
        self.refuses("the config is labelled")
        self.refuses("another daemon reads the config")
        self.refuses("without: booleans")

    def test_each_login_against_what_it_would_be_under_the_other_policy(self):
        on = "port 443, boolean on"
        for host in ("cockpit", "sudo"):
            with self.subTest(host):
                denied, allowed = self.case(f"{host}, without our policy, port 443"), self.case(f"{host}, with our policy, {on}")
                denied["name"], allowed["name"] = allowed["name"], denied["name"]
                self.refuses(f"{host}, with our policy, {on}: not let in")
                self.refuses(f"{host}, without our policy, port 443: let in")

    def test_each_single_fact_of_each_login(self):
        for case in cases.played(long=False):
            for what, value in (
                ("lets_in", not case.lets_in), ("pushes", case.pushes + 1), ("connections", case.connections + 1),
                ("denied", [*USUAL[case.host], *case.denied, f"{cases.DOMAINS[case.host]} read shadow_t file shadow"] if case.module else None),
                ("denied", USUAL[case.host] if case.denied else None),
                ("domains", ["unconfined_t"]), ("domains", []),
                ("logged", [] if case.module else ["outcome=allow"]), ("logged", ["outcome=unreachable"]),
                ("booleans", {name: not on for name, on in case.booleans.items()} if case.booleans else None),
            ):
                if value is None:
                    continue
                with self.subTest(case.name, what=what, value=value):
                    lines = copy.deepcopy(self.lines)
                    verdicts.one(lines, "case", "name", case.name)[what] = value
                    self.refuses("(?m)^" + case.name.replace("`", "."), lines)

    def test_a_kernel_that_lets_everything_pass_or_forgets(self):
        for line in self.lines:
            if "enforcing" in line:
                with self.subTest(line["event"]):
                    line["enforcing"] = "Permissive"
                    self.refuses("Permissive")
                    line["enforcing"] = "Enforcing"
        self.lines[-1]["lost"] = 1
        self.refuses("lost 1 messages")

    def test_a_denial_that_nobody_could_read(self):
        for line in self.lines:
            if "denied" in line:
                with self.subTest(line.get("name") or line["policy"]):
                    line["denied"].append("unread type=AVC of another kernel")
                    self.refuses("nobody could read: unread type=AVC of another kernel")
                    line["denied"].pop()

    def test_a_daemon_that_reads_nothing_at_all(self):
        verdicts.one(self.lines, "reader", "policy", "with")["other"] = False
        self.refuses("says nothing")


class ADenial(unittest.TestCase):
    LINE = ("type=AVC msg=audit(1.2:3): avc:  denied  { name_connect } for  pid=8 comm=\"sudo\" dest=443 scontext=staff_u:staff_r:staff_sudo_t:s0 "
            "tcontext=system_u:object_r:http_port_t:s0 tclass=tcp_socket permissive=0")

    def test_it_is_put_in_words(self):
        self.assertEqual(audit.worded(self.LINE), "staff_sudo_t name_connect http_port_t:443")

    def test_it_is_left_out_where_it_was_let_pass_or_the_kernel_has_no_part_in_it(self):
        self.assertEqual(audit.worded(self.LINE.replace("permissive=0", "permissive=1")), "")
        self.assertEqual(audit.worded(self.LINE.replace("type=AVC", "type=USER_AVC")), "")

    def test_one_that_cannot_be_read_is_told_and_not_forgotten(self):
        for gone in (" permissive=0", "tclass=tcp_socket ", "scontext=staff_u:", " { name_connect }"):
            with self.subTest(gone):
                line = self.LINE.replace(gone, "")
                self.assertEqual(audit.worded(line), f"unread {line}")


class ADocument(unittest.TestCase):
    def test_it_is_compared_and_written(self):
        lines, played = as_it_has_to_be(), cases.played(long=False)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "selinux.md"
            path.write_text(f"before\n{document.BEGIN}\n{document.END}\nafter\n", encoding="utf-8")
            with mock.patch.dict(os.environ, UPDATE_DOCS=""):
                self.assertRegex(document.compare(path, lines, played)[0], "says otherwise")
            with mock.patch.dict(os.environ, UPDATE_DOCS="1"):
                self.assertEqual(document.compare(path, lines, played), [])
            with mock.patch.dict(os.environ, UPDATE_DOCS=""):
                self.assertEqual(document.compare(path, lines, played), [])
                verdicts.one(lines, "case", "name", "sudo, with our policy, port 443, boolean on")["lets_in"] = False
                self.assertRegex(document.compare(path, lines, played)[0], "says otherwise")
            self.assertRegex(path.read_text(encoding="utf-8"), "(?s)^before\n.*boolean on.*\nafter\n$")


if __name__ == "__main__":
    unittest.main()
