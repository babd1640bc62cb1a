"""The logins that are tried in the machine, and how each has to end. The machine plays them, the outside judges them."""

from dataclasses import dataclass, field

# A name that only the machine's own name server knows.
SERVICE = "api.duo.example"
# A port that the policy knows, one that it does not, and one of proxies.
HTTPS, ANOTHER, PROXY = 443, 9443, 3128
CONFIG = "/etc/duo/pam_duo2.toml"

NOT_PERMITTED = r"outcome=local .*not permitted \(SELinux\?\).*install the policy module pam_duo2"
UNREADABLE = r"outcome=config .*pam_duo2\.toml: permission denied .*SELinux"
ALLOWED = r"Successful Duo login .*outcome=allow factor=push"

# Under which policy, in words; no kernel tells what a `dontaudit` rule hides, so one has none of them.
POLICIES = {"without": "without our policy", "with": "with our policy", "bare": "with our policy and no dontaudit"}

# In which domain of Debian's policy a host calls the module, and our boolean for it.
DOMAINS = {"cockpit": "cockpit_session_t", "sshd": "sshd_t", "sudo": "staff_sudo_t"}
BOOLEANS = {host: f"pam_duo2_{host}" for host in DOMAINS}
DEFAULTS = {"cockpit": True, "sshd": True, "sudo": False}


@dataclass(frozen=True)
class Case:
    """One login, and how it has to end."""

    host: str
    policy: str
    # What is set, in words for a reader.
    how: str
    lets_in: bool
    # What the kernel denies the host's domain meanwhile, beyond what it denies without our module: all of it.
    denied: tuple[str, ...] = ()
    # A pattern for the module's only line in the log.
    logged: str = NOT_PERMITTED
    # Requests for a push, and connections, that reach the service on any port.
    pushes: int = 0
    connections: int = 0
    booleans: dict[str, bool] = field(default_factory=dict)
    failmode: str = "secure"
    port: int = HTTPS
    proxy: bool = False
    # Without: what this machine does with the host before we come into it.
    module: bool = True
    # Played only when there is time.
    long: bool = False

    @property
    def name(self) -> str:
        """For results and reports."""
        return f"{self.host}, {POLICIES[self.policy]}, {self.how}"


def connecting(host: str, port: int, kind: str) -> dict:
    """The connection is denied, and nothing else."""
    return {"denied": (f"{DOMAINS[host]} name_connect {kind}:{port}",)}


def reading(host: str) -> dict:
    """The config is not even read."""
    return {"denied": (f"{DOMAINS[host]} read pam_duo2_conf_t file pam_duo2.toml",), "logged": UNREADABLE}


def comes_in(host: str, policy: str, how: str, **other) -> Case:
    """A push, approved."""
    return Case(host, policy, how, True, logged=ALLOWED, **{"pushes": 1, "connections": 1} | other)


def confined(host: str) -> list[Case]:
    """Hosts whose domain may connect by our policy only."""
    on, off = {BOOLEANS[host]: True}, {BOOLEANS[host]: False}
    http = connecting(host, HTTPS, "http_port_t")
    return [
        Case(host, "without", "a stack without our module", True, logged="", module=False),
        Case(host, "without", "port 443", False, **http),
        Case(host, "without", "port 443, `failmode = \"safe\"`", False, failmode="safe", **http),
        Case(host, "with", "port 443, boolean off", False, booleans=off, long=DEFAULTS[host], **reading(host)),
        Case(host, "with", "port 443, boolean off, `failmode = \"safe\"`", False, booleans=off, failmode="safe", long=True, **reading(host)),
        comes_in(host, "with", "port 443, boolean on", booleans=on),
        Case(host, "with", "port 9443, boolean on", False, booleans=on, port=ANOTHER, **connecting(host, ANOTHER, "unreserved_port_t")),
        Case(host, "with", "port 9443, boolean on, `failmode = \"safe\"`", False, booleans=on, port=ANOTHER, failmode="safe", long=True,
             **connecting(host, ANOTHER, "unreserved_port_t")),
        Case(host, "with", "proxy on 3128, boolean on", False, booleans=on, proxy=True, long=True,
             **connecting(host, PROXY, "http_cache_port_t")),
        comes_in(host, "with", "proxy on 3128, boolean and `pam_duo2_proxy` on", booleans=on | {"pam_duo2_proxy": True}, proxy=True, long=True),
    ]


# Debian's policy lets sshd connect to any port: ours adds, and takes, nothing there but the config.
SSHD = [
    Case("sshd", "without", "a stack without our module", True, logged="", module=False),
    comes_in("sshd", "without", "port 443"),
    comes_in("sshd", "without", "port 9443", port=ANOTHER, long=True),
    Case("sshd", "with", "port 443, boolean off", False, booleans={"pam_duo2_sshd": False}, **reading("sshd")),
    comes_in("sshd", "with", "port 443, boolean on", booleans={"pam_duo2_sshd": True}),
    comes_in("sshd", "with", "port 9443, boolean on", booleans={"pam_duo2_sshd": True}, port=ANOTHER, long=True),
]
# What nobody is told of, looked at once: the same logins, with our module and without.
BARE = [case for host in DOMAINS for case in (
    Case(host, "bare", "a stack without our module", True, logged="", module=False, long=True),
    comes_in(host, "bare", "port 443, boolean on", booleans={BOOLEANS[host]: True}, long=True),
)]
CASES = [*confined("cockpit"), *SSHD, *confined("sudo"), *BARE]


def policies(long: bool) -> list[str]:
    """Those of a run, in order."""
    return [policy for policy in POLICIES if any(case.policy == policy for case in played(long))]


def played(long: bool) -> list[Case]:
    """Those of a run."""
    return [case for case in CASES if long or not case.long]
