"""Takes the pictures of docs/cockpit.md that show Debian's pam_duo and this module beside each other.

By hand, as root, after `make build tools`: UPDATE_IMAGES=1 target/venv/bin/python -B tests/hosts/beside/pam_duo.py
It fetches libpam-duo with apt-get and installs nothing. Without UPDATE_IMAGES=1 it compares what it sees.
"""

import json
import shutil
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import cockpit_login  # noqa: E402 (found only now)
from support.browser import Browser  # noqa: E402
from support.etc import PASSWORD  # noqa: E402
from support.hosted import configuration  # noqa: E402
from support.machine import SECURITY, Machine  # noqa: E402
from support.places import ARTEFACTS  # noqa: E402
from support.terminal import Rule  # noqa: E402
from service import Mock  # noqa: E402

SCENARIO = """
[[users]]
name = "demo"
[[users.devices]]
id = "DPDEMO00000000000001"
name = "Zoës Büro-Gerät"
display_name = "Zoës Büro-Gerät (XXX-XXX-0100)"
number = "XXX-XXX-0100"
"""


def bson(fields: dict) -> bytes:
    """Texts and further documents, as pam_duo wants its answers."""
    body = b""
    for name, value in fields.items():
        key = name.encode() + b"\0"
        if isinstance(value, dict):
            body += b"\x03" + key + bson(value)
        else:
            text = value.encode() + b"\0"
            body += b"\x02" + key + struct.pack("<i", len(text)) + text
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def asked(mock: Mock) -> dict:
    """What mockduo says to a login of demo that can show a menu."""
    client = mock.client()
    reply, body = client.api_call("POST", "/auth/v2/preauth", {"username": "demo", "text_prompt": "1"})
    said = json.loads(body)["response"]["prompt"]
    return {"result": "auth", "prompt": said["text"], "factors": said["factors"]}


def older(mock: Mock, folder: Path) -> HTTPServer:
    """mockduo's answer in the older protocol, /rest/v1 in BSON, which this version of pam_duo speaks."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            is_preauth = self.path.endswith("/preauth.bson")
            response = asked(mock) if is_preauth else {"result": "deny", "status": "Login request denied."}
            body = bson({"stat": "OK", "response": response})
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    authority = ["-CA", mock.hello["cafile"], "-CAkey", mock.state / "ca-key.pem"]
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key", "-out", folder / "wanted", "-subj", "/CN=localhost")
    run("openssl", "x509", "-req", "-in", folder / "wanted", *authority, "-CAcreateserial", "-CAserial", folder / "serial",
        "-out", folder / "cert", "-days", "1", "-extfile", folder / "names")
    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert", folder / "key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def run(*command, **other) -> None:
    subprocess.run(command, check=True, capture_output=True, **other)


def fetch(folder: Path) -> tuple[Path, Path]:
    """Debian's module and its library, installed nowhere."""
    run("apt-get", "download", "libpam-duo", "libduo3", cwd=folder)
    for package in folder.glob("*.deb"):
        run("dpkg-deb", "-x", package, folder / "debian")
    return next(folder.rglob("pam_duo.so")), next(folder.rglob("libduo.so.3.*"))


def put_in_place(machine: Machine, folder: Path) -> None:
    """Where our module stands in the stack, for this machine only."""
    module, library = fetch(folder)
    modules = machine.folder / "security"
    shutil.copy(module, modules)
    shutil.copy(library, modules / "libduo.so.3")
    machine.etc.write("ld.so.conf.d/duo.conf", f"{SECURITY}\n")
    machine.run("ldconfig", "-X", "-C", "/etc/ld.so.cache")
    stack = machine.etc.folder / "pam.d" / "cockpit"
    stack.write_text(stack.read_text().replace("pam_duo2.so", "pam_duo.so"))


def look(browser: Browser, url: str, name: str) -> None:
    """At the first prompt of a login."""
    browser.forget(url)
    read, _ = browser.log_in(url, "demo", PASSWORD, [Rule("", "no")], name)
    print(name, read)


def main() -> None:
    with Machine() as machine, Mock(scenario=SCENARIO) as mock, tempfile.TemporaryDirectory() as kept:
        url = cockpit_login.start(machine)
        with Browser(ARTEFACTS / "cockpit") as browser:
            authority = machine.etc.authority(mock.hello["cafile"])
            machine.etc.config(configuration(mock, authority, "autopush = false\nprompts = 1\n"))
            look(browser, url, "pam_duo2")
            put_in_place(machine, Path(kept))
            port = older(mock, Path(kept)).server_port
            keys = f"ikey = {mock.hello['ikey']}\nskey = {mock.hello['skey']}\n"
            where = f"host = localhost:{port}\ncafile = {authority}\nprompts = 1\nfailmode = secure\n"
            machine.etc.write("security/pam_duo.conf", f"[duo]\n{keys}{where}", 0o600)
            look(browser, url, "pam_duo")


if __name__ == "__main__":
    main()
