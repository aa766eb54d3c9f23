"""The settings, each described once: its variable, what it means (German, for the manual) and its limits.

`make settings` writes the table in `docs/betrieb/einstellungen.md` from here.
"""

import re
from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from hub.config.about import (
    BASIS,
    DATABASE,
    LIMITS,
    LOOPBACK,
    MAIL,
    OPERATOR,
    RUNNING,
    SIGNING,
    WATCHING,
    About,
    BadSetting,
    about,
)
from hub.config.providers import Provider

KEY_LENGTH = 32
"""Characters a production key has at least; 32 random ones are beyond guessing."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations. Sizes are bytes, times are seconds."""

    database_url: str = field(
        repr=False,
        metadata=about(
            "HUB_DATABASE_URL", DATABASE,
            "Datenbank: `sqlite:////pfad/hub.sqlite3` oder `postgresql+psycopg://konto@rechner/datenbank`",
            secret=True, shown="`var/hub.sqlite3` im Programmordner",
        ),
    )  # fmt: skip
    secret_key: str = field(
        repr=False,
        metadata=about(
            "HUB_SECRET_KEY", BASIS,
            f"Schlüssel für Sitzungen, mindestens {KEY_LENGTH} zufällige Zeichen; auf allen Rechnern derselbe",
            secret=True, shown="– (Pflicht)",
        ),
    )  # fmt: skip
    demo: bool = field(
        default=False,
        metadata=about("HUB_DEMO", BASIS, "Demobetrieb mit veröffentlichten Anmeldungen; nur auf 127.0.0.1"),
    )
    host: str = field(
        default="127.0.0.1", metadata=about("HUB_HOST", BASIS, "Adresse, auf der der Webserver Anfragen annimmt")
    )
    port: int = field(default=8000, metadata=about("PORT", BASIS, "Port des Webservers", low=1, high=65_535))
    base_url: str = field(
        default="http://127.0.0.1:8000",
        metadata=about(
            "HUB_BASE_URL", BASIS,
            "Adresse, unter der Menschen den Hub erreichen (für Links in E-Mails); beginnt sie mit `https://`, setzt "
            "der Hub sichere Cookies und HSTS", shown="aus `HUB_HOST` und `PORT`",
        ),
    )  # fmt: skip
    hosts: str = field(
        default="",
        metadata=about(
            "HUB_HOSTS", BASIS,
            "Weitere Rechnernamen, unter denen der Hub erreichbar ist, durch Komma getrennt; alles außer diesen, dem "
            "aus `HUB_BASE_URL` und dem eigenen Rechner wird mit 400 abgewiesen (gilt nicht für `/healthz`, "
            "`/servez` und `/readyz`)", shown="keine",
        ),
    )  # fmt: skip
    proxies: int = field(
        default=0,
        metadata=about(
            "HUB_PROXIES", BASIS,
            "Zahl der eigenen Reverse-Proxys vor dem Hub, deren Angaben (`X-Forwarded-…`, `X-Request-ID`) er glaubt",
            low=0, high=5, shown="1, wenn `HUB_BASE_URL` mit `https://` beginnt, sonst 0",
        ),
    )  # fmt: skip
    workers: int = field(
        default=2, metadata=about("HUB_WORKERS", RUNNING, "Zahl der Webprozesse auf diesem Rechner", low=1, high=64)
    )
    threads: int = field(
        default=4, metadata=about("HUB_THREADS", RUNNING, "Threads je Webprozess", low=1, high=64)
    )  # fmt: skip
    drain_for: int = field(
        default=0,
        metadata=about(
            "HUB_DRAIN_SECONDS", RUNNING,
            "So lange melden `/servez` und `/readyz` beim Beenden schon „nicht bereit“, während noch alles beantwortet "
            "wird; mit Lastverteiler etwas länger als dessen Prüfabstand", low=0, high=300,
        ),
    )  # fmt: skip
    stop_for: int = field(
        default=20,
        metadata=about(
            "HUB_STOP_SECONDS", RUNNING,
            "So lange dürfen Anfragen und Aufträge beim Beenden noch zu Ende laufen", low=1, high=600,
        ),
    )  # fmt: skip
    run_folder: str = field(
        default="",
        metadata=about(
            "HUB_RUN_FOLDER", RUNNING,
            "Ordner für Laufzeitdateien (Messwerte der Webprozesse, Zeichen zum Beenden); wird beim Start geleert",
            shown="ein neuer Ordner im temporären Verzeichnis",
        ),
    )  # fmt: skip
    database_pool: int = field(
        default=5,
        metadata=about(
            "HUB_DATABASE_POOL", DATABASE, "PostgreSQL: Verbindungen, die jeder Prozess offen hält", low=1, high=200
        ),
    )
    database_overflow: int = field(
        default=10,
        metadata=about(
            "HUB_DATABASE_OVERFLOW",
            DATABASE,
            "PostgreSQL: weitere Verbindungen je Prozess bei Andrang",
            low=0,
            high=200,
        ),
    )
    database_wait: int = field(
        default=30,
        metadata=about(
            "HUB_DATABASE_WAIT", DATABASE, "Sekunden, die auf eine freie Verbindung gewartet wird", low=1, high=300
        ),
    )
    database_recycle: int = field(
        default=1800,
        metadata=about(
            "HUB_DATABASE_RECYCLE", DATABASE, "Sekunden, nach denen eine Verbindung erneuert wird", low=10, high=86_400
        ),
    )
    statement_timeout: int = field(
        default=30,
        metadata=about(
            "HUB_STATEMENT_TIMEOUT", DATABASE,
            "PostgreSQL: Sekunden, nach denen eine Abfrage einer Webseite abgebrochen wird (0: nie); der "
            "Hintergrunddienst darf zehn Minuten", low=0, high=3600,
        ),
    )  # fmt: skip
    pooler: bool = field(
        default=False,
        metadata=about(
            "HUB_DATABASE_POOLER", DATABASE,
            "Zwischen Hub und PostgreSQL steht PgBouncer im Modus `transaction`: keine vorbereiteten Anweisungen, "
            "keine Startparameter",
        ),
    )  # fmt: skip
    replica_url: str = field(
        default="",
        repr=False,
        metadata=about(
            "HUB_DATABASE_REPLICA_URL", DATABASE,
            "PostgreSQL: Lesekopie (Streaming-Replikation), aus der Seiten gelesen werden; fällt sie aus oder zurück, "
            "liest der Hub aus der Hauptdatenbank", secret=True, shown="keine",
        ),
    )  # fmt: skip
    replica_lag: int = field(
        default=5,
        metadata=about(
            "HUB_DATABASE_REPLICA_LAG", DATABASE,
            "Sekunden, die die Lesekopie zurückliegen darf, bevor sie nicht mehr gefragt wird", low=1, high=3600,
        ),
    )  # fmt: skip
    operator: str = field(
        default="[Name der betreibenden Stelle]",
        metadata=about("HUB_OPERATOR", OPERATOR, "Name für Impressum und Datenschutz", shown="Platzhalter"),
    )
    operator_address: str = field(
        default="[Anschrift]", metadata=about("HUB_OPERATOR_ADDRESS", OPERATOR, "Anschrift", shown="Platzhalter")
    )
    operator_email: str = field(
        default="[E-Mail-Adresse]",
        metadata=about("HUB_OPERATOR_EMAIL", OPERATOR, "E-Mail-Adresse", shown="Platzhalter"),
    )
    security_contact: str = field(
        default="",
        metadata=about(
            "HUB_SECURITY_CONTACT",
            OPERATOR,
            "Wohin Schwachstellen gemeldet werden, als Adresse mit `mailto:` oder `https://` (für `security.txt`)",
            shown="aus `HUB_OPERATOR_EMAIL`",
        ),
    )
    dcat_contributor: str = field(
        default="",
        metadata=about(
            "HUB_DCAT_CONTRIBUTOR", OPERATOR,
            "Kennung der datenbereitstellenden Stelle im Katalog `/catalog.ttl` (`dcatde:contributorID`), eine URI, "
            "die GovData vergibt",
        ),
    )  # fmt: skip
    mail_host: str = field(default="", metadata=about("HUB_MAIL_HOST", MAIL, "Mailserver", shown="kein Versand"))
    mail_port: int = field(
        default=25, metadata=about("HUB_MAIL_PORT", MAIL, "Port des Mailservers", low=1, high=65_535)
    )
    mail_user: str = field(default="", metadata=about("HUB_MAIL_USER", MAIL, "Konto am Mailserver"))
    mail_password: str = field(
        default="", repr=False, metadata=about("HUB_MAIL_PASSWORD", MAIL, "Passwort dazu", secret=True)
    )
    mail_starttls: bool = field(
        default=False,
        metadata=about(
            "HUB_MAIL_STARTTLS",
            MAIL,
            "Verbindung mit STARTTLS verschlüsseln und das Zertifikat prüfen; "
            "eine eigene Zertifizierungsstelle nennt SSL_CERT_FILE",
        ),
    )
    mail_from: str = field(default="hub@localhost", metadata=about("HUB_MAIL_FROM", MAIL, "Absenderadresse"))
    upload_limit: int = field(
        default=60_000_000,
        metadata=about("HUB_UPLOAD_LIMIT", LIMITS, "größte Übertragung in Byte", low=1_000_000, high=2_000_000_000),
    )
    model_limit: int = field(
        default=20_000_000,
        metadata=about("HUB_MODEL_LIMIT", LIMITS, "größtes Modell in Byte", low=100_000, high=500_000_000),
    )
    api_limit: int = field(
        default=600,
        metadata=about(
            "HUB_API_LIMIT", LIMITS,
            "Anfragen an die Schnittstelle je Minute und Token, Konto oder Netzadresse; 0 hebt die Grenze auf",
            low=0, high=1_000_000,
        ),
    )  # fmt: skip
    session_seconds: int = field(
        default=8 * 3600,
        metadata=about("HUB_SESSION_SECONDS", SIGNING, "Dauer einer Anmeldung in Sekunden", low=60, high=30 * 86_400),
    )
    idle_seconds: int = field(
        default=2 * 3600,
        metadata=about(
            "HUB_IDLE_SECONDS", SIGNING,
            "Sekunden ohne Nutzung, nach denen eine Anmeldung vor ihrer Zeit endet; auf zehn Minuten genau",
            low=900, high=30 * 86_400,
        ),
    )  # fmt: skip
    second_factor: str = field(
        default="",
        metadata=about(
            "HUB_REQUIRE_SECOND_FACTOR", SIGNING,
            "Rollen, die einen zweiten Faktor einrichten müssen, durch Kommas getrennt, zum Beispiel "
            "`admin,system_admin`", shown="niemand",
        ),
    )  # fmt: skip
    providers_file: str = field(
        default="",
        metadata=about(
            "HUB_PROVIDERS_FILE", SIGNING,
            "TOML-Datei mit den Anmeldediensten (OpenID Connect), siehe [Anmeldung](anmeldung.md)", shown="keine",
        ),
    )  # fmt: skip
    local_passwords: bool = field(
        default=True,
        metadata=about(
            "HUB_LOCAL_PASSWORDS",
            SIGNING,
            "Anmeldung mit E-Mail-Adresse und Passwort; abschaltbar, wenn es Anmeldedienste gibt",
        ),
    )
    webhook_hosts: str = field(
        default="",
        metadata=about(
            "HUB_WEBHOOK_HOSTS", LIMITS,
            "Rechner, an die Webhooks gehen dürfen, durch Komma getrennt, auch `*.example.org`",
            shown="jeder im öffentlichen Internet",
        ),
    )  # fmt: skip
    webhook_ports: str = field(
        default="443",
        metadata=about("HUB_WEBHOOK_PORTS", LIMITS, "Ports, an die Webhooks gehen dürfen, durch Komma getrennt"),
    )
    webhook_loopback: bool = field(
        default=False,
        metadata=about(
            "HUB_WEBHOOK_LOOPBACK", LIMITS,
            "Webhooks an `http://127.0.0.1` erlauben, zum Ausprobieren; nur, wenn der Hub auf 127.0.0.1 antwortet",
        ),
    )  # fmt: skip
    log_format: str = field(
        default="",
        metadata=about(
            "HUB_LOG_FORMAT", WATCHING, "Form des Protokolls auf der Standardfehlerausgabe: `json` oder `text`",
            choices=("", "json", "text"), shown="`json`, im Demobetrieb `text`",
        ),
    )  # fmt: skip
    log_probes: bool = field(
        default=False,
        metadata=about(
            "HUB_LOG_PROBES", WATCHING, "auch `/healthz`, `/servez`, `/readyz` und `/metrics` protokollieren"
        ),
    )
    slow_query: int = field(
        default=500,
        metadata=about(
            "HUB_SLOW_QUERY_MS", WATCHING,
            "Abfragen, die länger dauern (Millisekunden), kommen ohne ihre Werte ins Protokoll (0: keine)",
            low=0, high=600_000,
        ),
    )  # fmt: skip
    metrics_token: str = field(
        default="",
        repr=False,
        metadata=about(
            "HUB_METRICS_TOKEN", WATCHING,
            "Kennwort für `/metrics` (`Authorization: Bearer …`), mindestens 16 Zeichen; ohne es antwortet `/metrics` "
            "nur direkt auf demselben Rechner", secret=True,
        ),
    )  # fmt: skip
    backup_folder: str = field(
        default="",
        metadata=about(
            "HUB_BACKUP_FOLDER", WATCHING, "Ordner mit den Sicherungen; `hub check` prüft das Alter der neuesten Datei"
        ),
    )
    backup_hours: int = field(
        default=26,
        metadata=about(
            "HUB_BACKUP_HOURS", WATCHING, "so viele Stunden darf die neueste Sicherung alt sein", low=1, high=8760
        ),
    )
    providers: tuple[Provider, ...] = ()
    """What `providers_file` describes."""
    secure_cookies: bool = False
    part: str = "web"
    """What this process is: `web` or `worker`; shown to the database."""
    testing: bool = False

    def check(self) -> None:
        """Raise `BadSetting` for what must never run; its message is one sentence on what to do."""
        if not self.secret_key:
            raise BadSetting(
                f"HUB_SECRET_KEY fehlt. Tragen Sie mindestens {KEY_LENGTH} zufällige Zeichen ein, zum Beispiel aus: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        if len(self.secret_key) < KEY_LENGTH and not self.demo:
            raise BadSetting(f"HUB_SECRET_KEY ist zu kurz: nötig sind mindestens {KEY_LENGTH} zufällige Zeichen.")
        if self.demo and self.host not in LOOPBACK:
            raise BadSetting(
                f"HUB_DEMO ist gesetzt, aber der Hub würde auf {self.host} antworten. Demo-Anmeldungen haben "
                "veröffentlichte Passwörter, darum läuft der Demobetrieb nur auf 127.0.0.1. Entfernen Sie HUB_DEMO."
            )
        if self.webhook_loopback and self.host not in LOOPBACK:
            raise BadSetting("HUB_WEBHOOK_LOOPBACK ist nur zum Ausprobieren auf 127.0.0.1. Entfernen Sie die Variable.")
        _ = self.webhook_port_set
        for row, known in described():
            _check_one(known, getattr(self, row.name))
        _check_database("HUB_DATABASE_URL", self.database_url, ("sqlite", "postgresql"))
        if self.replica_url:
            _check_database("HUB_DATABASE_REPLICA_URL", self.replica_url, ("postgresql",))
            if not self.database_url.startswith("postgresql"):
                raise BadSetting("HUB_DATABASE_REPLICA_URL gilt nur mit PostgreSQL. Entfernen Sie die Variable.")
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise BadSetting(
                "HUB_BASE_URL muss aussehen wie https://hub.example.org, "
                f"ohne Pfad dahinter, nicht wie „{self.base_url}“."
            )
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", self.mail_from):
            raise BadSetting(f"HUB_MAIL_FROM muss eine E-Mail-Adresse sein, nicht „{self.mail_from}“.")
        for provider in self.providers:
            provider.check()
        if not self.local_passwords and not self.providers:
            raise BadSetting(
                "HUB_LOCAL_PASSWORDS ist aus, aber HUB_PROVIDERS_FILE nennt keinen Anmeldedienst: Niemand käme hinein."
            )
        if self.metrics_token and len(self.metrics_token) < 16:
            raise BadSetting("HUB_METRICS_TOKEN ist zu kurz: nötig sind mindestens 16 zufällige Zeichen.")

    @property
    def second_factor_roles(self) -> tuple[str, ...]:
        """The names in `second_factor`."""
        return tuple(word.strip() for word in self.second_factor.split(",") if word.strip())

    @property
    def webhook_port_set(self) -> frozenset[int]:
        """The ports webhooks may go to; raises `BadSetting`."""
        words = [word.strip() for word in self.webhook_ports.split(",") if word.strip()]
        if not words or not all(word.isdecimal() and 0 < int(word) < 65_536 for word in words):
            raise BadSetting(f"HUB_WEBHOOK_PORTS nennt Ports wie 443,8443, nicht „{self.webhook_ports}“.")
        return frozenset(int(word) for word in words)

    @property
    def trusted_hosts(self) -> list[str] | None:
        """The names a request may ask for; None on one's own machine, where any may lead here."""
        own = urlsplit(self.base_url).hostname or ""
        if own in LOOPBACK:
            return None
        return [own, *(name.strip() for name in self.hosts.split(",") if name.strip()), *LOOPBACK]

    @property
    def logs_json(self) -> bool:
        """Whether log lines are JSON; a demonstration speaks to people unless told otherwise."""
        return self.log_format == "json" or (not self.log_format and not self.demo)


def described() -> Iterator[tuple[Field[Any], About]]:
    """Yield each setting an operator can make: its field and what is known of it."""
    for row in fields(Settings):
        if "about" in row.metadata:
            yield row, row.metadata["about"]


def _check_one(known: About, value: object) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        low, high = known.low, known.high
        if (low is not None and value < low) or (high is not None and value > high):
            raise BadSetting(f"{known.variable} muss zwischen {low} und {high} liegen, nicht bei {value}.")
    elif known.choices and value not in known.choices:
        allowed = ", ".join(word for word in known.choices if word)
        raise BadSetting(f"{known.variable} kennt nur: {allowed}. Gesetzt ist „{value}“.")


def _check_database(variable: str, address: str, backends: tuple[str, ...]) -> None:
    """Raise `BadSetting` for an address that no database can have; it may hold a password, so it is not shown."""
    try:
        backend = make_url(address).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in backends:
        raise BadSetting(
            f"{variable} ist keine Adresse einer Datenbank, die der Hub kennt. Sie beginnt mit "
            f"{' oder '.join('sqlite:///' if name == 'sqlite' else 'postgresql+psycopg://' for name in backends)}."
        )
