"""Starts Glewlwyd (Debian's `glewlwyd`), an OpenID Connect provider by other hands, and walks a browser through it."""

import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc.jwk import RSAKey

from hub.config.providers import Provider
from tests.providers import free_port

TABLES = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
MODULES = Path("/usr/lib/glewlwyd")
CLIENT, SECRET, PASSWORD = "prozesshub", "odd characters: %20+&=/", "a long password of a person"
PEOPLE = {
    "use-glewlwyd-connection": True,
    "data-format": {"groups": {"multiple": True, "read": True, "write": True}},
}
"""What an account has besides name and address."""
NAME = "haus"
"""The name the hub knows it by."""


def there() -> bool:
    """Return whether this system has it."""
    return shutil.which("glewlwyd") is not None and TABLES.exists()


def _configuration(folder: Path, port: int) -> Path:
    settings: dict[str, Any] = {
        "port": port,
        "external_url": f"http://127.0.0.1:{port}",
        "bind_address": "127.0.0.1",
        "login_url": "login.html",
        "api_prefix": "api",
        "log_mode": "file",
        "log_level": "WARNING",
        "log_file": str(folder / "log"),
        "session_expiration": 3600,
        "session_key": "GLEWLWYD2_SESSION_ID",
        "admin_scope": "g_admin",
        "profile_scope": "g_profile",
        "hash_algorithm": "SHA512",
    }
    for kind, name in (("user", "user"), ("client", "client"), ("user_auth_scheme", "scheme"), ("plugin", "plugin")):
        settings[f"{kind}_module_path"] = str(MODULES / name)
    lines = [f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}" for key, value in settings.items()]
    lines.append(f'database = {{ type = "sqlite3"; path = "{folder / "database"}"; }};')
    path = folder / "glewlwyd.conf"
    path.write_text("\n".join(lines))
    return path


@dataclass(frozen=True)
class Glewlwyd:
    """A Glewlwyd that runs, and its administration."""

    origin: str
    admin: requests.Session

    @property
    def issuer(self) -> str:
        """Return what it calls itself."""
        return f"{self.origin}/api/oidc"

    def tell(self, method: str, path: str, **body: Any) -> None:
        """Change its configuration as its administration does; raises `AssertionError` with what it says against it."""
        answer = self.admin.request(method, f"{self.origin}/api/{path}", json=body, timeout=60)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"

    def person(self, name: str, *groups: str, email: str) -> None:
        """Make an account with these groups, or give the account these groups."""
        told: dict[str, Any] = {"username": name, "name": "Fachdienst Ordnung", "email": email, "groups": list(groups)}
        known = self.admin.get(f"{self.origin}/api/user/{name}", timeout=60).status_code == 200
        told |= {"scope": ["openid"], "enabled": True} | ({} if known else {"password": PASSWORD})
        self.tell(*(("PUT", f"user/{name}") if known else ("POST", "user/")), **told)

    def described(self, **more: Any) -> Provider:
        """Return it as the hub's settings would describe it."""
        settings = {
            "name": NAME,
            "label": "Haus",
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "client_auth": "client_secret_post",
            "scopes": ("openid",),
            "groups_claim": "groups",
            "trusted_domains": ("marburg.example",),
            "roles": {"modellierung": (("marburg", "modeller"),), "lesen": (("fulda", "reader"),)},
        }
        return Provider(**{**settings, **more})


def sign_in(browser: requests.Session, running: Glewlwyd, name: str, question: str) -> str:
    """Sign in there as its login page does, from the hub's question; return where the browser is sent back to."""
    answers = [
        browser.post(f"{running.origin}/api/auth/", json={"username": name, "password": PASSWORD}, timeout=60),
        browser.put(f"{running.origin}/api/auth/grant/{CLIENT}", json={"scope": "openid"}, timeout=60),
    ]
    assert [row.status_code for row in answers] == [200, 200], [row.text for row in answers]
    answer = browser.get(f"{question}&g_continue", timeout=60, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def sign_out(browser: requests.Session, running: Glewlwyd, farewell: str) -> str:
    """Sign out there as its page does; return where the browser is sent back to. It tells its clients by itself."""
    answer = browser.get(farewell, timeout=60, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    ended = browser.delete(f"{running.issuer}/session/{asked['sid'][0]}", timeout=60)
    assert ended.status_code == 200, ended.text
    return asked["callback_url"][0]


@contextmanager
def glewlwyd(folder: Path, hub: str) -> Iterator[Glewlwyd]:
    """Run a Glewlwyd in a folder that knows the hub at the address `hub` as its client."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    with sqlite3.connect(folder / "database") as database:
        database.executescript(TABLES.read_text())
        database.execute("UPDATE g_user_module_instance SET gumi_parameters = ?", (json.dumps(PEOPLE),))
        database.execute(
            "UPDATE g_client_module_instance SET gcmi_parameters ="
            " json_set(gcmi_parameters, '$.data-format.post_logout_redirect_uris', json(?))",
            ('{"multiple": true, "read": true, "write": true}',),
        )
    database.close()
    command = ["glewlwyd", f"--config-file={_configuration(folder, port)}"]
    with (folder / "output").open("wb") as output:
        running = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        for _ in range(900):
            try:
                requests.get(f"{origin}/config/", timeout=10)
                break
            except requests.RequestException:
                assert running.poll() is None, (folder / "output").read_text() + (folder / "log").read_text()
                time.sleep(0.1)
        admin = requests.Session()
        signed = admin.post(f"{origin}/api/auth/", json={"username": "admin", "password": "password"}, timeout=60)
        assert signed.status_code == 200, signed.text
        found = Glewlwyd(origin, admin)
        _set_up(found, hub)
        yield found
    finally:
        running.terminate()
        running.wait(60)


def _set_up(running: Glewlwyd, hub: str) -> None:
    key = RSAKey.generate_key(2048)
    running.tell(
        "POST",
        "mod/plugin/",
        module="oidc",
        name="oidc",
        display_name="OpenID Connect",
        enabled=True,
        parameters={
            "iss": running.issuer,
            "jwt-type": "rsa",
            "jwt-key-size": "256",
            "key": key.as_pem(private=True).decode(),
            "cert": key.as_pem(private=False).decode(),
            "access-token-duration": 300,
            "refresh-token-duration": 300,
            "code-duration": 60,
            "auth-type-code-enabled": True,
            "auth-type-token-enabled": False,
            "auth-type-implicit-enabled": False,
            "auth-type-password-enabled": False,
            "auth-type-client-enabled": False,
            "auth-type-refresh-enabled": False,
            "subject-type": "public",
            "jwks-show": True,
            "pkce-allowed": True,
            "pkce-required": True,
            "pkce-method-plain-allowed": False,
            "oauth-as-iss-id": True,
            "session-management-allowed": True,
            "session-cookie-name": "GLEWLWYD2_OIDC_SESSION",
            "session-cookie-expiration": 3600,
            "back-channel-logout-allowed": True,
            "name-claim": "mandatory",
            "email-claim": "mandatory",
            "claims": [{"name": "groups", "user-property": "groups", "type": "string", "mandatory": True}],
        },
    )
    running.tell(
        "POST",
        "client/",
        client_id=CLIENT,
        name="Prozesshub",
        enabled=True,
        confidential=True,
        client_secret=SECRET,
        token_endpoint_auth_method=["client_secret_post"],
        redirect_uri=[f"{hub}/login/with/{NAME}/callback"],
        post_logout_redirect_uris=[f"{hub}/login"],
        backchannel_logout_uri=f"{hub}/login/with/{NAME}/logout",
        authorization_type=["code"],
        scope=["openid"],
    )
