"""The samples for proxies: the programs take them, and people see a page of the hub when no web process answers."""

import base64
import hashlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hub.config import ROOT
from tests.needs import need, program
from tests.postgres import free_port

SAMPLES = ROOT / "docs" / "betrieb" / "beispiele"
PAGE = (SAMPLES / "nicht-erreichbar.html").read_text(encoding="utf-8")
PROXIES = ("nginx", "caddy", "apache2")
MODULES = ("mpm_event", "authz_core", "ssl", "socache_shmcb", "headers", "alias", "mime", "proxy", "proxy_http",
           "proxy_balancer", "slotmem_shm", "lbmethod_byrequests", "proxy_hcheck")  # fmt: skip


class Place:
    """A folder that a proxy of any account may read, with a certificate, the page and the adapted samples."""

    def __init__(self, folder: Path) -> None:
        need(shutil.which("openssl") is not None, "openssl")
        folder.chmod(0o755)
        self.folder, self.port, self.backend = folder, free_port(), free_port()
        self.certificate, self.key = folder / "cert.pem", folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-subj", "/CN=hub.example.org", "-addext", "subjectAltName=DNS:hub.example.org",
             "-out", str(self.certificate), "-keyout", str(self.key)],
            check=True, capture_output=True,
        )  # fmt: skip
        for file in folder.iterdir():
            file.chmod(0o644)
        shutil.copy(SAMPLES / "nicht-erreichbar.html", folder)

    def sample(self, name: str) -> str:
        """Return a sample with the places of this folder."""
        text = (SAMPLES / name).read_text(encoding="utf-8")
        places = {
            "/etc/ssl/hub/fullchain.pem": self.certificate, "/etc/ssl/hub/privkey.pem": self.key,
            "/var/log/nginx": self.folder, "/var/www/hub": self.folder, "127.0.0.1:8000": f"127.0.0.1:{self.backend}",
        }  # fmt: skip
        for place, own in places.items():
            text = text.replace(place, str(own))
        return text

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return file


def nginx(place: Place) -> list[str]:
    """Return the command that runs the sample of nginx; likewise for the others below."""
    site = place.sample("nginx.conf")
    site = re.sub(r"listen \[::\]:.*\n", "", site).replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    place.write("site.conf", site.replace("listen 443", f"listen 127.0.0.1:{place.port}"))
    temporary = " ".join(
        f"{kind}_temp_path {place.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"pid {place.folder}/pid;\nerror_log stderr;\ndaemon off;\nevents {{}}\n"
        f"http {{ types {{ text/html html; }} {temporary} include {place.folder}/site.conf; }}\n"
    )
    return [program("nginx", "nginx-light"), "-c", str(place.write("whole.conf", whole)), "-p", str(place.folder)]


def caddy(place: Place) -> list[str]:
    site = place.sample("Caddyfile").replace(
        "hub.example.org {", f"https://hub.example.org:{place.port} {{\n\ttls {place.certificate} {place.key}", 1
    )
    whole = place.write("Caddyfile", f"{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{site}")
    return [program("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", str(whole)]


def apache2(place: Place) -> list[str]:
    site = place.sample("apache.conf").replace("*:80>", f"*:{free_port()}>").replace("*:443>", f"*:{place.port}>")
    place.write("site.conf", site)
    load = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES)
    whole = (
        f"{load}\nServerName localhost\nUser nobody\nGroup nogroup\nListen 127.0.0.1:{place.port}\n"
        f"TypesConfig /dev/null\nAddType text/html .html\nDefaultRuntimeDir {place.folder}\n"
        f"PidFile {place.folder}/pid\nErrorLog {place.folder}/log\nInclude {place.folder}/site.conf\n"
    )
    return [program("apache2", "apache2-bin"), "-X", "-f", str(place.write("whole.conf", whole))]


COMMANDS = {"nginx": nginx, "caddy": caddy, "apache2": apache2}


@pytest.fixture
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="hub-proxy-") as name:
        yield Place(Path(name))


@contextmanager
def running(place: Place, command: list[str]) -> Iterator[None]:
    """Run a proxy until it takes connections."""
    log = place.folder / "said"
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env={"HOME": str(place.folder)})
    try:
        end = time.monotonic() + 60
        while True:
            try:
                ask(place, "/")
                break
            except OSError:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(30)


def ask(place: Place, path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
    context = ssl.create_default_context(cafile=str(place.certificate))
    connection = HTTPSConnection("127.0.0.1", place.port, timeout=30, context=context)
    # The name of the certificate, at the address of this machine.
    connection.sock = context.wrap_socket(
        socket.create_connection(("127.0.0.1", place.port), 30), server_hostname="hub.example.org"
    )
    connection.request(method, path, body=b"text=getippt" if method == "POST" else None,
                       headers={"Host": "hub.example.org"})  # fmt: skip
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    connection.close()
    return found


class Own(BaseHTTPRequestHandler):
    """A hub whose database is away: its page keeps what was typed."""

    def do_GET(self) -> None:
        away = self.path != "/servez"
        self.send_response(503 if away else 200)
        self.send_header("Content-Length", "12")
        self.end_headers()
        self.wfile.write(b"eigene Seite")

    do_POST = do_GET  # noqa: N815 - the name the base class asks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("name", PROXIES)
def test_people_see_a_page_of_the_hub_when_no_web_process_answers(place: Place, name: str) -> None:
    with running(place, COMMANDS[name](place)):
        for method, path in (("GET", "/marburg/hundesteuer"), ("POST", "/marburg/hundesteuer/discussion")):
            status, headers, text = ask(place, path, method)
            assert status in (502, 503), text
            assert text == PAGE
            assert headers["content-type"].startswith("text/html")
            assert (headers["retry-after"], headers["cache-control"]) == ("10", "no-store")
        server = ThreadingHTTPServer(("127.0.0.1", place.backend), Own)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            end = time.monotonic() + 60
            while (found := ask(place, "/marburg", "POST"))[2] == PAGE and time.monotonic() < end:
                time.sleep(0.2)
            assert (found[0], found[2]) == (503, "eigene Seite"), "the hub's own error pages go through unchanged"
            assert {path: ask(place, path)[0] in (403, 404) for path in ("/servez", "/readyz", "/metrics")} == {
                "/servez": True, "/readyz": True, "/metrics": True,
            }  # fmt: skip
        finally:
            server.shutdown()
            server.server_close()


def test_caddy_finds_its_sample_well_formed() -> None:
    done = subprocess.run(
        [program("caddy", "caddy"), "adapt", "--adapter", "caddyfile", "--validate", "--config",
         str(SAMPLES / "Caddyfile")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "not formatted" not in done.stderr


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    style = re.search(r"<style>(.*?)</style>", PAGE, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in PAGE
    assert re.findall(r"<(?:script|img|link|iframe)|\bstyle=|\bon\w+=|url\(|https?://", PAGE) == []
    assert '<html lang="de">' in PAGE
    assert (PAGE.count("<h1>"), PAGE.count("<main>")) == (1, 1)
