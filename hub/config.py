"""Settings from the environment, typed and checked at start."""

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BadSetting(Exception):
    """A setting is missing or makes no sense; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations. Sizes are bytes, times are seconds."""

    database_url: str
    secret_key: str
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"
    operator: str = "[Name der betreibenden Stelle]"
    operator_address: str = "[Anschrift]"
    operator_email: str = "[E-Mail-Adresse]"
    mail_host: str = ""
    mail_port: int = 25
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_starttls: bool = False
    mail_from: str = "hub@localhost"
    upload_limit: int = 60_000_000
    model_limit: int = 20_000_000
    session_seconds: int = 8 * 3600
    dcat_contributor: str = ""
    """`dcatde:contributorID` of the operator as URI, given by GovData."""
    secure_cookies: bool = False
    testing: bool = False

    def check(self) -> None:
        """Raise `BadSetting` for what must never run: no key, or demo accounts outside loopback."""
        if not self.secret_key:
            raise BadSetting(
                "HUB_SECRET_KEY is not set. Put at least 32 random characters into it, "
                "for example from: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        if len(self.secret_key) < 32 and not self.demo:
            raise BadSetting("HUB_SECRET_KEY is too short: at least 32 random characters are needed.")
        if self.demo and self.host not in LOOPBACK:
            raise BadSetting(
                f"HUB_DEMO is set, but the hub would listen on {self.host}. Demonstration accounts have "
                "published passwords, so demo mode runs on 127.0.0.1 only. Unset HUB_DEMO."
            )


def _flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in ("1", "true", "yes", "on")


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError as error:
        raise BadSetting(f"{name} must be a whole number, not “{text}”.") from error


def _secret(name: str) -> str:
    """Read a secret from the variable, or from the file that `<name>_FILE` names."""
    if path := os.environ.get(f"{name}_FILE", ""):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE points at {path}, which cannot be read.") from error
    return os.environ.get(name, "")


def from_environment() -> Settings:
    """Return the settings of this process; raises `BadSetting`."""
    host = os.environ.get("HUB_HOST", "127.0.0.1")
    port = _number("PORT", 8000)
    base_url = os.environ.get("HUB_BASE_URL", f"http://{host}:{port}").rstrip("/")
    settings = Settings(
        database_url=os.environ.get("HUB_DATABASE_URL", f"sqlite:///{ROOT / 'var' / 'hub.sqlite3'}"),
        secret_key=_secret("HUB_SECRET_KEY"),
        demo=_flag("HUB_DEMO"),
        host=host,
        port=port,
        base_url=base_url,
        operator=os.environ.get("HUB_OPERATOR", "[Name der betreibenden Stelle]"),
        operator_address=os.environ.get("HUB_OPERATOR_ADDRESS", "[Anschrift]"),
        operator_email=os.environ.get("HUB_OPERATOR_EMAIL", "[E-Mail-Adresse]"),
        mail_host=os.environ.get("HUB_MAIL_HOST", ""),
        mail_port=_number("HUB_MAIL_PORT", 25),
        mail_user=os.environ.get("HUB_MAIL_USER", ""),
        mail_password=_secret("HUB_MAIL_PASSWORD"),
        mail_starttls=_flag("HUB_MAIL_STARTTLS"),
        mail_from=os.environ.get("HUB_MAIL_FROM", "hub@localhost"),
        upload_limit=_number("HUB_UPLOAD_LIMIT", 60_000_000),
        model_limit=_number("HUB_MODEL_LIMIT", 20_000_000),
        session_seconds=_number("HUB_SESSION_SECONDS", 8 * 3600),
        dcat_contributor=os.environ.get("HUB_DCAT_CONTRIBUTOR", ""),
        secure_cookies=base_url.startswith("https://"),
    )
    settings.check()
    return settings
