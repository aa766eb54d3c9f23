"""Who works while machines fail: people with a browser, and programs that send a request until it is answered."""

import http.client
import json
import re
import time
import urllib.parse
from dataclasses import dataclass
from typing import Any

from flask import Flask

from tests.api.keys import PREFIX, token_of
from tests.clients import Client, ClientFor
from tests.crash.journal import Deed, Journal

LONGEST = 40.0
"""Seconds after which a person gives up waiting."""
BREATH = 0.3
"""Seconds nobody asks again after a broken connection."""
OUTAGES = (500, 502, 503, 504)


class Caller:
    """Sends requests and notes what came back."""

    def __init__(self, at: tuple[str, int], journal: Journal) -> None:
        self.at, self.journal = at, journal

    def send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Return status (0 without an answer), headers and text."""
        start = time.monotonic()
        while True:
            connection = http.client.HTTPConnection(*self.at, timeout=LONGEST)
            try:
                connection.request(method, path, body, {"Host": "127.0.0.1", **headers})
                answer = connection.getresponse()
                found = answer.status, answer.headers, answer.read().decode()
                self.journal.saw(str(answer.status), time.monotonic() - start)
                break
            except (OSError, http.client.HTTPException) as error:
                time.sleep(BREATH)  # a person does not click again at once
                if not isinstance(error, ConnectionRefusedError) or time.monotonic() > start + LONGEST:
                    self.journal.saw(type(error).__name__, time.monotonic() - start)
                    return 0, http.client.HTTPMessage(), ""
                # Nobody was there to hear it: nothing can have been done, and the same is tried again.
            finally:
                connection.close()
        if found[0] in OUTAGES:
            time.sleep(BREATH)
        if found[0] == 500 or (found[0] == 503 and "Retry-After" not in found[1] and "<title>" in found[2]):
            self.journal.wonder(f"{method} {path} was answered {found[0]} without help")
        return found


class Person(Caller):
    """A signed-in browser that keeps its cookie and reads forms."""

    def __init__(self, app: Flask, email: str, at: tuple[str, int], journal: Journal) -> None:
        super().__init__(at, journal)
        client = ClientFor(app)(email)
        assert isinstance(client, Client)
        self.token = client.token()
        self._name: str = app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(self._name)
        assert cookie is not None
        self._cookie = f"{cookie.key}={cookie.value}"

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status (0 without an answer), where it leads, and the page."""
        headers, body = {"Cookie": self._cookie}, None
        if form is not None:
            body = urllib.parse.urlencode({"csrf_token": self.token, **form})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{headers.get('Host', '127.0.0.1')}"
        status, told, page = self.send("GET" if form is None else "POST", path, body, headers)
        if given := re.match(rf"{self._name}=[^;]+", told.get("Set-Cookie", "")):
            self._cookie = given[0]
        return status, told.get("Location", ""), page

    def do(self, kind: str, token: str, path: str, form: dict[str, str]) -> str:
        """Do something and note it; return where it led, empty if it was not done."""
        status, goal, page = self.ask(path, form)
        # Behind a broken connection or an outage the deed may have been committed all the same.
        outcome = "done" if status in (301, 302, 303) and "/login" not in goal else "refused"
        if status == 503 and "<title>" in page and "Ihre Eingabe ist noch da." not in page:
            self.journal.wonder(f"{kind} {token}: what was typed is gone from the page")
        self.journal.note(Deed(kind, token, "unknown" if status in (0, *OUTAGES) else outcome))
        return goal if outcome == "done" else ""

    def hidden(self, path: str, name: str) -> str:
        """Return the value of a hidden field of a page, empty if there is none."""
        found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', self.ask(path)[2])
        return found[1] if found else ""


@dataclass(slots=True)
class Errand:
    """A request that is sent again with the same key until it is answered."""

    kind: str
    token: str
    path: str
    body: dict[str, Any]
    not_before: float = 0.0


class Program(Caller):
    """A program that uses idempotency keys, as the description of the API says: each deed happens exactly once."""

    def __init__(self, app: Flask, email: str, at: tuple[str, int], journal: Journal) -> None:
        super().__init__(at, journal)
        self._bearer = f"Bearer {token_of(app, email)}"
        self.open: list[Errand] = []

    def get(self, path: str) -> Any:
        """Return the JSON at a path, None without an answer."""
        status, _told, text = self.send("GET", PREFIX + path, None, {"Authorization": self._bearer})
        return json.loads(text) if status == 200 else None

    def begin(self, kind: str, token: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send a request; see `carry_on`."""
        return self.carry_on(Errand(kind, token, path, body))

    def carry_on(self, errand: Errand) -> dict[str, Any]:
        """Send an errand; return what was answered, empty while there is none: then it is kept to be sent again."""
        headers = {
            "Authorization": self._bearer, "Content-Type": "application/json", "Idempotency-Key": errand.token,
        }  # fmt: skip
        status, _told, text = self.send("POST", PREFIX + errand.path, json.dumps(errand.body), headers)
        running = status == 409 and json.loads(text)["code"] == "still_running"
        if status in (0, *OUTAGES) or running:
            errand.not_before = time.monotonic() + (5.0 if running else BREATH)
            self.open.append(errand)
            return {}
        self.journal.note(Deed(errand.kind, errand.token, "done" if status == 201 else "refused"))
        return dict(json.loads(text)) if status == 201 else {}

    def due(self) -> Errand | None:
        """Take an errand that may be sent again now."""
        at = next((at for at, errand in enumerate(self.open) if errand.not_before <= time.monotonic()), None)
        return self.open.pop(at) if at is not None else None

    def give_up(self) -> None:
        """Note what was never answered."""
        for errand in self.open:
            self.journal.note(Deed(errand.kind, errand.token, "unknown"))
        self.open.clear()
