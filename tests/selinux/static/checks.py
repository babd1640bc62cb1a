"""What has to hold of a policy with ours in it. Each check gives what is wrong, so that mutants can ask it too."""

import difflib
import re
import shutil
from pathlib import Path

from rules import Added, shown, who_can
from store import SOURCES, Store, compiled, run

HERE = Path(__file__).resolve().parent
DOMAINS = {
    "pam_duo2_cockpit": {"cockpit_session_t"},
    "pam_duo2_sshd": {"sshd_t", "sshd_session_t"},
    "pam_duo2_login": {"local_login_t", "remote_login_t"},
    "pam_duo2_xdm": {"xdm_t"},
    "pam_duo2_su": {"auditadm_su_t", "secadm_su_t", "siteadm_su_t", "staff_su_t", "sysadm_su_t", "user_su_t"},
    "pam_duo2_sudo": {"auditadm_sudo_t", "secadm_sudo_t", "staff_sudo_t", "sysadm_sudo_t", "user_sudo_t"},
    "pam_duo2_polkit": {"policykit_auth_t"},
}
PROXY = "pam_duo2_proxy"
ON_BY_DEFAULT = {"pam_duo2_cockpit", "pam_duo2_sshd"}
DIRECT = {"http_port_t", "dns_port_t"}
PROXIES = {"squid_port_t", "http_cache_port_t"}
# What the makefile says when all is well.
USUAL = re.compile(r"(Compiling \S+ \w+ module|Creating \S+ \w+\.pp policy package|rm tmp/\S+ tmp/\S+)$")
# selint cannot say that it has only headers in any other way.
SELINT_USUAL = re.compile(r"(Warning: Failed to locate .*|Note: Check E-00[78] is not performed because .*)$")
UNLABELLED = "ERROR: selabel_lookup failed to find a valid context."
LABELS = [
    ("/etc/duo", "dir", "etc_t"),
    ("/etc/duo/pam_duo2.toml", "file", "pam_duo2_conf_t"),
    ("/etc/duo/pam_duo2.toml.d", "dir", "pam_duo2_conf_t"),
    ("/etc/duo/pam_duo2.toml.d/10-site.toml", "file", "pam_duo2_conf_t"),
    ("/etc/duo/pam_duo.conf", "file", "pam_duo2_conf_t"),
    ("/etc/duo/login_duo.conf", "file", "etc_t"),
    ("/etc/duo/pam_duo2.toml.before", "file", "etc_t"),
    ("/etc/duo/pam_duo2xtoml", "file", "etc_t"),
    ("/etc/security/pam_duo.conf", "file", "pam_duo2_conf_t"),
    ("/etc/security/pam_duo.conf.before", "file", "etc_t"),
    ("/etc/security/access.conf", "file", "etc_t"),
    # The module keeps nothing there, so nothing there is ours.
    ("/run/pam_duo2", "dir", UNLABELLED),
    ("/var/lib/pam_duo2", "dir", "var_lib_t"),
    ("/usr/lib/x86_64-linux-gnu/security/pam_duo2.so", "file", "lib_t"),
]
VERBS = {
    "read": {"read", "map"},
    "write": {"append", "create", "link", "rename", "setattr", "unlink", "write"},
    # Either puts another file in the place of this one, or this one within the reach of others.
    "relabel": {"mounton", "relabelfrom", "relabelto"},
}
# Privileged containers, unconfined by Debian 13's policy. Debian 12's has none.
NEWER = re.compile(r"^    spc(_user)?_t as file_type\n", re.MULTILINE)
TYPES = ("pam_duo2_conf_t",)


def build(folder: Path, sources: Path = SOURCES) -> tuple[Path, list[str]]:
    """Our package out of the sources, in the folder, and what the compiler or selint have to complain about."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sources, folder)
    said = run("selint", "--recursive", "--source", folder)
    complaints = [line for line in said.splitlines() if not SELINT_USUAL.match(line)]
    package, said = compiled(folder, "pam_duo2")
    return package, complaints + [line for line in said.splitlines() if not USUAL.match(line)]


def golden(name: str, text: str) -> list[str]:
    """How a text differs from the file that was reviewed."""
    reviewed = (HERE / name).read_text(encoding="utf-8")
    return list(difflib.unified_diff(reviewed.splitlines(), text.splitlines(), name, "this policy", lineterm="", n=0))


def rules(added: Added) -> list[str]:
    """Exactly the rules that were reviewed, and none of Debian's is gone."""
    return golden("rules.golden", shown(added)) + [f"lost: {line}" for line in sorted(added.lost)]


def access(added: Added) -> list[str]:
    """Exactly the domains that were reviewed can read and write what is ours."""
    return golden("access.golden", who(added))


def who(added: Added) -> str:
    return NEWER.sub("", who_can(added, TYPES, VERBS))


def update(added: Added) -> None:
    """Writes the golden files, to be reviewed."""
    (HERE / "rules.golden").write_text(shown(added), encoding="utf-8")
    (HERE / "access.golden").write_text(who(added), encoding="utf-8")


def ports(rules: frozenset[str]) -> set[str]:
    return {match[1] for rule in rules if (match := re.match(r"allow (\S+):\w+ \{.*\bname_\w+", rule))}


def switches(added: Added) -> list[str]:
    """Each boolean opens the named ports, and our files, to its own domains and to no other."""
    wrong = []
    off = added.under(set())
    all_on = added.under({*DOMAINS, PROXY})
    if added.under({PROXY}) != off:
        wrong.append(f"{PROXY} alone opens something")
    if everybody := {domain for domain, rules in off.items() if ports(rules) and not domain.startswith("site_")}:
        wrong.append(f"with all off these may connect: {sorted(everybody)}")
    for boolean, domains in DOMAINS.items():
        for on, expected in (({boolean}, DIRECT), ({boolean, PROXY}, DIRECT | PROXIES)):
            now = added.under(on)
            changed = {domain for domain in now if now[domain] != off.get(domain)}
            if changed != domains:
                wrong.append(f"{boolean} is about {sorted(changed)}")
            for domain in sorted(changed & domains):
                if ports(now[domain]) != expected:
                    wrong.append(f"{sorted(on)}: {domain} may use {sorted(ports(now[domain]))}")
                if on == {boolean, PROXY} and now[domain] != all_on[domain]:
                    wrong.append(f"{domain} has more under booleans that are not its own")
    defaults = {line for line in added.words if line.startswith("boolean ")}
    expected = {f"boolean {name}: {'on' if name in ON_BY_DEFAULT else 'off'}" for name in {*DOMAINS, PROXY}}
    wrong += [f"default: {line}" for line in sorted(defaults ^ expected)]
    return wrong


def labels(store: Store) -> list[str]:
    """What restorecon makes of each path."""
    found = [(path, kind, store.label(path, kind)) for path, kind, _ in LABELS]
    return [f"{path} is {now}" for (path, _, now), (_, _, type_) in zip(found, LABELS, strict=True) if now != type_]
