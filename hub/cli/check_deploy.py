"""Whether the running hub keeps its promises to strangers: asked over the network, as they would."""

import http.client
import re
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

from hub.cli.findings import Found, Level, judge
from hub.config import LOOPBACK
from hub.web.login import DEMO_PASSWORD
from hub.web.security import HEADERS

HALF_A_YEAR = 180 * 86_400
LEFT_AT_LEAST = 14
"""Days a certificate must still be valid: room to renew it by hand."""
SIZE = 2_000_000
TRUST = (
    "Nehmen Sie eines, dem Browser trauen, mit allen Zwischenzertifikaten; einem eigenen vertraut dieser Befehl mit "
    "--ca-file DATEI."
)


class Asked:
    """A connection to one hub; every answer is read whole, redirects are not followed."""

    def __init__(self, url: SplitResult, authority: str) -> None:
        self.url = url
        self.context = ssl.create_default_context()
        if authority:
            self.context.load_verify_locations(authority)

    def get(self, path: str, *, https: bool) -> tuple[int, Message, str]:
        """Return status, headers and text of a page; raises `OSError` or `http.client.HTTPException`."""
        host = self.url.hostname or ""
        connection: http.client.HTTPConnection
        if https:
            connection = http.client.HTTPSConnection(host, self.url.port, timeout=10, context=self.context)
        else:
            connection = http.client.HTTPConnection(
                host, 80 if self.url.scheme == "https" else self.url.port, timeout=10
            )
        try:
            connection.request("GET", path, headers={"Accept-Language": "de", "User-Agent": "hub-check"})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read(SIZE).decode("utf-8", "replace")
        finally:
            connection.close()

    def certificate_days(self) -> float:
        """Return for how many days the certificate is still valid."""
        connection = http.client.HTTPSConnection(
            self.url.hostname or "", self.url.port, timeout=10, context=self.context
        )
        try:
            connection.connect()
            certificate = connection.sock.getpeercert() or {}
            return (ssl.cert_time_to_seconds(str(certificate["notAfter"])) - time.time()) / 86_400
        finally:
            connection.close()


def check(url: str, authority: str = "") -> Iterator[Found]:
    """Ask the hub at `url`; `authority` is a file of certificates to trust besides the system's."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield Found(Level.BAD, "Adresse", f"„{url}“ ist keine Adresse, die mit http:// oder https:// beginnt.")
        return
    asked = Asked(parts, authority)
    https = parts.scheme == "https"
    try:
        status, headers, page = asked.get("/login", https=https)
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason
        yield Found(Level.BAD, "TLS", f"Das Zertifikat wird nicht anerkannt: {reason}. {TRUST}")
        return
    except (OSError, http.client.HTTPException) as error:
        yield Found(
            Level.BAD, "Erreichbarkeit",
            f"{url} antwortet nicht ({error}). Läuft der Reverse-Proxy, und kennt dieser Rechner den Namen?",
        )  # fmt: skip
        return
    yield judge("Erreichbarkeit", status == 200, f"{url} antwortet", f"/login antwortet mit {status} statt 200.")
    yield from _tls(asked, headers, https=https)
    yield from _headers(headers)
    yield _cookie(headers)
    yield judge(
        "Demo-Konten", DEMO_PASSWORD not in page, "die Anmeldeseite bietet keine an",
        "Die Anmeldeseite nennt Demo-Anmeldungen. Schalten Sie HUB_DEMO aus.",
    )  # fmt: skip
    yield from _probes(asked, https=https)
    date = headers.get("Date")
    if date:
        off = abs((parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds())
        yield judge("Uhr", off < 5, "geht richtig", f"geht {off:.0f} s anders als hier. Richten Sie NTP ein.")


def _tls(asked: Asked, headers: Message, *, https: bool) -> Iterator[Found]:
    yield judge("TLS", https, "die Verbindung ist verschlüsselt", "Die Verbindung ist unverschlüsselt.")
    if not https:
        return
    days = asked.certificate_days()
    yield judge(
        "TLS", days >= LEFT_AT_LEAST, f"das Zertifikat gilt noch {days:.0f} Tage",
        f"Das Zertifikat gilt nur noch {days:.0f} Tage. Erneuern Sie es.",
    )  # fmt: skip
    found = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    yield judge(
        "HSTS", found is not None and int(found[1]) >= HALF_A_YEAR, "Browser merken sich, dass nur TLS gilt",
        "Strict-Transport-Security fehlt oder gilt kürzer als ein halbes Jahr. Beginnt HUB_BASE_URL mit https://?",
    )  # fmt: skip
    if asked.url.port in (None, 443):
        try:
            status, plain, _ = asked.get("/", https=False)
        except (OSError, http.client.HTTPException):
            yield Found(Level.FINE, "TLS", "unverschlüsselt antwortet niemand")
            return
        leads = plain.get("Location", "").startswith("https://")
        yield judge(
            "TLS", status in (301, 302, 307, 308) and leads, "http:// führt zu https://",
            "http:// antwortet, ohne zu https:// zu führen. Richten Sie im Reverse-Proxy eine Weiterleitung ein.",
        )  # fmt: skip


def _headers(headers: Message) -> Iterator[Found]:
    for name, value in HEADERS.items():
        yield judge(
            "Kopfzeilen", headers.get(name) == value, f"{name} stimmt",
            f"{name} fehlt oder ist verändert. Der Reverse-Proxy darf die Kopfzeilen des Hubs nicht anfassen.",
        )  # fmt: skip
    yield judge(
        "Kopfzeilen", not re.search(r"/\d", headers.get("Server", "")), "die Version des Webservers bleibt für sich",
        f"Server nennt eine Version: {headers.get('Server')}.", otherwise=Level.NOTE,
    )  # fmt: skip
    yield judge(
        "Kopfzeilen", bool(headers.get("X-Request-ID")), "jede Antwort nennt ihre Kennung",
        "X-Request-ID fehlt: Antwortet dort wirklich der Hub?",
    )  # fmt: skip


def _cookie(headers: Message) -> Found:
    cookie = next((value for value in headers.get_all("Set-Cookie", []) if "hub=" in value), "")
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    whole = cookie.startswith("__Host-") and {"secure", "httponly", "samesite=lax"} <= words
    return judge(
        "Cookies", whole, "sind an Rechner und TLS gebunden und für Skripte unerreichbar",
        "Das Sitzungs-Cookie ist nicht __Host-, Secure, HttpOnly und SameSite. Beginnt HUB_BASE_URL mit https://?",
    )  # fmt: skip


def _probes(asked: Asked, *, https: bool) -> Iterator[Found]:
    status, _, _text = asked.get("/healthz", https=https)
    yield judge("Proben", status == 200, "/healthz antwortet", f"/healthz antwortet mit {status}.")
    status, _, text = asked.get("/readyz", https=https)
    yield judge(
        "Proben", status in (200, 403, 404), "/readyz meldet keinen Grund",
        f"/readyz antwortet mit {status}: {text.strip()[:200]}",
    )  # fmt: skip
    if asked.url.hostname not in LOOPBACK:
        status, _, _text = asked.get("/metrics", https=https)
        yield judge(
            "Proben", status in (401, 403, 404), "/metrics ist für Fremde geschlossen",
            "/metrics antwortet Fremden. Der Reverse-Proxy muss X-Forwarded-For setzen oder /metrics sperren.",
        )  # fmt: skip
    status, _, text = asked.get("/hub-check-gibt-es-nicht", https=https)
    yield judge(
        "Fehlerseiten", status == 404 and "Traceback" not in text and "Werkzeug" not in text, "verraten nichts",
        "Eine Fehlerseite zeigt Innereien des Programms. Starten Sie den Hub mit „hub web“ oder „hub serve“.",
    )  # fmt: skip
