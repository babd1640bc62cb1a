"""The policy as it ships: what it opens, to whom, under which boolean, and what it calls which file."""

import os
import unittest

import checks
import laboratory
from store import debian


class ThePolicy(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        debian()
        laboratory.ours()
        laboratory.side_by_side(
            laboratory.known,
            lambda: laboratory.linked(stub=True),
            lambda: laboratory.linked(stub=False),
            lambda: laboratory.linked(stub=False, without=("cockpit",)),
        )
        if os.environ.get("UPDATE_GOLDEN"):
            checks.update(laboratory.added(stub=True))

    def test_it_compiles_without_a_word_from_the_compiler_or_selint(self):
        self.assertEqual(laboratory.ours()[1], [])

    def test_it_installs_without_a_word_and_no_assertion_fails(self):
        self.assertEqual(laboratory.linked(stub=True)[1], "")
        self.assertEqual(laboratory.linked(stub=False)[1], "")

    def test_it_adds_the_rules_that_were_reviewed_and_no_other(self):
        self.assertEqual("\n".join(checks.rules(laboratory.added(stub=True))), "")

    def test_no_login_program_may_write_or_delete_a_file_for_our_sake(self):
        for (_, domain), rules in laboratory.added(stub=True).by_domain().items():
            # An administrator's domain is there to write the config.
            if domain not in ("sysadm_t", "site_admin_t"):
                with self.subTest(domain=domain):
                    perms = {perm for rule in rules if ":file " in rule for perm in rule.split("{")[1].split()}
                    self.assertEqual(perms & checks.VERBS["write"], set())

    def test_those_who_can_read_and_write_our_files_are_the_ones_that_were_reviewed(self):
        self.assertEqual("\n".join(checks.access(laboratory.added(stub=True))), "")

    def test_each_boolean_is_about_its_own_domains_and_the_named_ports(self):
        self.assertEqual(checks.switches(laboratory.added(stub=True)), [])

    def test_the_config_has_our_type_and_so_has_pam_duos_where_it_is_read(self):
        self.assertEqual(checks.labels(laboratory.linked(stub=False)[0]), [])

    def test_where_a_domain_is_missing_the_others_get_all_of_theirs(self):
        whole = laboratory.added(stub=True).by_domain()
        missing = {"sshd_session_t", "siteadm_su_t"}
        for without, more in (((), set()), (("cockpit",), {"cockpit_session_t"})):
            with self.subTest(without=without):
                part = laboratory.added(stub=False, without=without)
                self.assertEqual(missing_from(whole, part.by_domain()), missing | more)

    def test_every_domain_looks_names_up_over_the_services_of_the_system_too(self):
        policy = laboratory.added(stub=False).policy
        members = set(map(str, policy.lookup_typeattr("nsswitch_domain").expand()))
        # The stub's are not in Debian's policy, and Red Hat's are not here to be looked at.
        ours = set().union(*checks.DOMAINS.values()) - {"sshd_session_t", "siteadm_su_t"}
        self.assertEqual(ours - members, set())


def of_ours(by_domain: dict) -> dict:
    """The rules that are under a condition, or name us: of the others Debian 13's policy has some of its own where a
    module of its own is missing."""
    named = {
        (condition, domain): rules if condition or "pam_duo2" in domain else frozenset(rule for rule in rules if "pam_duo2" in rule)
        for (condition, domain), rules in by_domain.items()
    }
    return {key: rules for key, rules in named.items() if rules and not key[1].startswith("site_")}


def missing_from(whole: dict, part: dict) -> set[str]:
    """The domains that a policy has nothing for; fails where it has less, more or other rules for one."""
    whole, part = of_ours(whole), of_ours(part)
    gone = {domain for _, domain in whole} - {domain for _, domain in part}
    expected = {key: rules for key, rules in whole.items() if key[1] not in gone}
    if part != expected:
        differ = sorted(key for key in {*part, *expected} if part.get(key) != expected.get(key))
        raise AssertionError(f"rules differ: {differ}")
    return gone
