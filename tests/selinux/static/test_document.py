"""What docs/selinux.md says and shows is so."""

import re
import unittest

import setools

import checks
import laboratory
import rules
from mutants import MUTANTS, UNBUILT
from store import CACHE, ROOT, debian, run

TEXT = (ROOT / "docs" / "selinux.md").read_text(encoding="utf-8")
NUMBERS = {"seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20}


def block(name: str) -> str:
    (found,) = re.findall(rf"^```{name}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return found


class TheDocument(unittest.TestCase):
    def audit2allow(self, denial: str, policy) -> str:
        path = CACHE / "avc"
        path.write_text(block(denial), encoding="utf-8")
        return run("audit2allow", "-p", policy, "-i", path).strip("\n") + "\n"

    def test_audit2allow_makes_of_the_denials_what_it_shows(self):
        self.assertEqual(self.audit2allow("avc-cockpit", debian().binary), block("audit2allow-cockpit"))
        self.assertEqual(self.audit2allow("avc-port", debian().binary), block("audit2allow-port"))
        ours = laboratory.linked(stub=False)[0].binary
        self.assertEqual(self.audit2allow("avc-sudo", ours), block("audit2allow-with-ours"))
        self.assertIn("setsebool -P pam_duo2_sudo 1", run("audit2why", "-p", ours, "-i", CACHE / "avc"))

    def test_its_table_has_each_boolean_with_its_domains_and_its_default(self):
        rows = {}
        for line in TEXT.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) == 5 and (boolean := re.fullmatch(r"`(pam_duo2_\w+)`", cells[2])):
                rows[boolean[1]] = (set(re.findall(r"`(\w+)`", cells[1])), cells[3])
        domains = {name: set(domains) for name, domains in checks.DOMAINS.items()} | {checks.PROXY: set()}
        # The document names attributes where there are any.
        domains["pam_duo2_su"] = domains["pam_duo2_su"] - {"siteadm_su_t"} | {"su_domain_type"}
        domains["pam_duo2_sudo"] = {"sudodomain"}
        expected = {name: (domains[name], "on" if name in checks.ON_BY_DEFAULT else "off") for name in domains}
        self.assertEqual(rows, expected)

    def test_what_is_said_of_debians_domains_without_us_is_so(self):
        policy = laboratory.added(stub=False).policy
        query = setools.TERuleQuery(policy, ruletype=["allow"], target="http_port_t", tclass=["tcp_socket"], perms=["name_connect"])
        always = [rule for rule in query.results() if not rules.condition(rule)]
        connecting = {domain for rule in always for domain in map(str, rule.source.expand())}
        for domain, may in (("sshd_t", True), ("xdm_t", True), ("cockpit_session_t", False), ("local_login_t", False), ("remote_login_t", False), ("policykit_auth_t", False)):
            with self.subTest(domain=domain):
                self.assertEqual(domain in connecting, may)

    def test_its_lines_for_semanage_give_the_labels_that_it_promises(self):
        store = laboratory.linked(stub=False)[0].copy(CACHE / "documented")
        lines = re.findall(r"^    semanage fcontext -a -t (\w+) '(.*)'$", TEXT, re.MULTILINE)
        self.assertEqual(len(lines), 4)
        local = "".join(f"{path}\tsystem_u:object_r:{type_}:s0\n" for type_, path in lines)
        (store.policy / "contexts" / "files" / "file_contexts.local").write_text(local, encoding="utf-8")
        for path, type_ in (
            ("/usr/lib/cockpit/cockpit-session", "cockpit_session_exec_t"),
            ("/usr/lib/cockpit/cockpit-ws", "cockpit_ws_exec_t"),
            ("/usr/lib/cockpit/cockpit-tls", "cockpit_ws_exec_t"),
            ("/usr/lib/cockpit/cockpit-wsinstance-factory", "cockpit_ws_exec_t"),
            ("/usr/lib/cockpit/cockpit-desktop", "lib_t"),
            ("/srv/duo/skey", "pam_duo2_conf_t"),
            ("/srv/duo/ca.pem", "cert_t"),
            ("/etc/ssl/certs/ca-certificates.crt", "cert_t"),
            ("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "cert_t"),
        ):
            with self.subTest(path=path):
                self.assertEqual(store.label(path, "file"), type_)

    def test_its_numbers_are_right(self):
        unconfined = laboratory.added(stub=False).policy.lookup_typeattr("files_unconfined_type")
        counted = [domain for domain in map(str, unconfined.expand()) if domain not in ("spc_t", "spc_user_t")]
        self.assertIn(f"what is unconfined ({len(counted)} domains", TEXT)
        (mistakes,) = re.findall(r"(\w+) mistakes are made", TEXT)
        self.assertEqual(NUMBERS[mistakes.lower()], len(MUTANTS) + len(UNBUILT))
