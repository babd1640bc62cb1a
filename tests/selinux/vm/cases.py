"""The logins that are tried in the machine, and how each has to end. The machine plays them, the outside judges them."""

from dataclasses import dataclass, field

# A name that only the machine's own name server knows.
SERVICE = "api.duo.example"
# The port that the policy knows, and one that it does not.
HTTPS = 443
ANOTHER = 9443
PROXY = 3128

NOT_PERMITTED = r"not permitted \(SELinux\?\)"
# The words in the module's line that say what to do.
FIX = r"install the SELinux policy module pam_duo2 \(make install-selinux\)"
# Which processes of a host the module runs in.
DOMAINS = {"cockpit": "cockpit_session_t", "sshd": "sshd_t", "sudo": "staff_sudo_t"}


@dataclass(frozen=True)
class Case:
    """One login, and how it has to end."""

    host: str
    policy: str
    # What makes it another than the first of this host.
    how: str
    lets_in: bool
    # What the kernel denies the host's domain meanwhile: all of it.
    denied: tuple[str, ...] = ()
    # Requests for a push that reach the service, on either port.
    pushes: int = 0
    booleans: dict[str, bool] = field(default_factory=dict)
    failmode: str = "secure"
    port: int = HTTPS
    proxy: bool = False

    @property
    def name(self) -> str:
        """For results and reports."""
        return f"{self.host}, {self.policy} the policy: {self.how}"

    @property
    def logged(self) -> str:
        """A pattern for the module's line."""
        return r"Allowed Duo login .* outcome=allow" if self.lets_in else f"{NOT_PERMITTED}.*{FIX}"


def denial(host: str, port: int, kind: str) -> tuple[str]:
    """The one thing that is denied where nothing else goes wrong."""
    return (f"{DOMAINS[host]} name_connect {kind}:{port}",)


def of(host: str, boolean: str) -> list[Case]:
    """The cases of a host whose domain may not connect by itself."""
    on = {boolean: True}
    http = denial(host, HTTPS, "http_port_t")
    return [
        Case(host, "without", "secure", False, http),
        Case(host, "without", "safe", False, http, failmode="safe"),
        Case(host, "with", "off", False, http, booleans={boolean: False}),
        Case(host, "with", "off, safe", False, http, booleans={boolean: False}, failmode="safe"),
        Case(host, "with", "on", True, pushes=1, booleans=on),
        Case(host, "with", "another port", False, denial(host, ANOTHER, "unreserved_port_t"), booleans=on, port=ANOTHER),
    ]


CASES = [*of("cockpit", "pam_duo2_cockpit"), *of("sshd", "pam_duo2_sshd"), *of("sudo", "pam_duo2_sudo")]
