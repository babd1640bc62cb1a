"""Mistakes that somebody could make in the policy, and who has to notice each."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """A text in a file of ours that is replaced where it stands first, and the check that has to complain."""

    name: str
    file: str
    text: str
    instead: str
    noticed_by: str


COCKPIT = "optional_policy(`\n\tpam_duo2_client_type(cockpit_session_t, pam_duo2_cockpit)\n')\n"
XDM = "optional_policy(`\n\tpam_duo2_client_type(xdm_t, pam_duo2_xdm)\n')\n"
SESSION = "\tpam_duo2_client_type(sshd_session_t, pam_duo2_sshd)\n"
LOGIN = "\tpam_duo2_client_type(local_login_t, pam_duo2_login)\n"


def also(rule: str, types: str = "") -> str:
    """Cockpit's block with a rule more."""
    required = f"\tgen_require(`\n\t\t{types}\n\t')\n" if types else ""
    return COCKPIT.replace("')\n", f"{required}\t{rule}\n')\n")


# Those that the compiler of the module, or selint, sees.
UNBUILT = [
    Mutant("a rule with a permission that its class lacks", "pam_duo2.if", "nlmsg_read", "nlmsg_reed", "build"),
    Mutant("an interface that is no longer there", "pam_duo2.if", "files_search_etc($1)", "files_search_etcetera($1)", "build"),
    Mutant("a type that is required and not used", "pam_duo2.if", "type pam_duo2_conf_t;", "type pam_duo2_conf_t, cert_t;", "build"),
    Mutant("a bare semicolon behind an interface", "pam_duo2.if", "read_generic_certs($1)", "read_generic_certs($1);", "build"),
]

MUTANTS = [
    Mutant("a rule less", "pam_duo2.if", "\tcorenet_tcp_connect_http_port($1)\n", "", "rules"),
    Mutant("a permission less", "pam_duo2.if", "connect create getattr getopt", "create getattr getopt", "rules"),
    Mutant("every port", "pam_duo2.te", COCKPIT, also("corenet_tcp_connect_all_ports(cockpit_session_t)"), "switches"),
    Mutant("a domain less", "pam_duo2.te", XDM, "", "switches"),
    Mutant("another domain's boolean", "pam_duo2.te", "auditadm_su_t, pam_duo2_su)", "auditadm_su_t, pam_duo2_sudo)", "switches"),
    Mutant("another default", "pam_duo2.te", "gen_tunable(pam_duo2_sudo, false)", "gen_tunable(pam_duo2_sudo, true)", "switches"),
    Mutant("proxies for all", "pam_duo2.if", "tunable_policy(`$2 && pam_duo2_proxy'", "tunable_policy(`pam_duo2_proxy'", "switches"),
    Mutant("a config that is like any other", "pam_duo2.te", "files_auth_file(pam_duo2_conf_t)", "files_config_file(pam_duo2_conf_t)", "install"),
    Mutant("a folder that logins write", "pam_duo2.te", COCKPIT, also("manage_files_pattern(cockpit_session_t, var_lib_t, var_lib_t)", "type var_lib_t;"), "rules"),
    Mutant("a config that logins write", "pam_duo2.if", "pam_duo2_conf_t:file read_file_perms", "pam_duo2_conf_t:file rw_file_perms", "install"),
    Mutant("one more reader", "pam_duo2.te", COCKPIT, also("pam_duo2_read_config(getty_t)", "type getty_t;"), "install"),
    Mutant("a config that logins give away", "pam_duo2.te", COCKPIT, also("allow cockpit_session_t pam_duo2_conf_t:file { relabelfrom relabelto };"), "install"),
    Mutant("all of /etc/duo", "pam_duo2.fc", "/etc/duo/pam_duo2\\.toml\t--", "/etc/duo/.*\t--", "labels"),
    Mutant("pam_duo's config left to all", "pam_duo2.fc", "/etc/security/pam_duo\\.conf", "/etc/security/pam_duo2\\.conf", "labels"),
    Mutant("two domains in one block", "pam_duo2.te", LOGIN, LOGIN + SESSION, "without stub"),
]
