"""The two commands of the README, tried on a fresh clone: `python -m tests.smoke`.

Clones the repository into an empty folder, runs `make serve` on a free port, does what a newcomer does, stops it with
Ctrl-C, starts it again, and tries the starts that must be refused. `make test` is what calls CI, so it is not run here.
"""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_START = 900.0
"""Seconds for everything from nothing: environment, dependencies, database, library."""
NEXT_START = 30.0
"""A quiet machine takes about four; the rest is for a busy one."""
STOP = 15.0
OURS = ("CI", "HUB_", "PORT", "VIRTUAL_ENV", "PYTHONPATH", "MAKE")


class Failed(Exception):
    """A promise of the README is broken."""


def say(text: str) -> None:
    print(f"smoke: {text}", flush=True)


def check(holds: bool, promise: str) -> None:
    """Stop with `promise` unless it holds."""
    if not holds:
        raise Failed(promise)
    say(f"ok    {promise}")


def newcomer(**given: str) -> dict[str, str]:
    """Return an environment without anything of this project in it."""
    return {k: v for k, v in os.environ.items() if not k.startswith(OURS)} | given


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def processes(folder: Path) -> list[str]:
    """Return the command lines of processes that run in `folder` or from it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            place = (entry / "cwd").readlink()
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            continue
        if words and entry.name != str(os.getpid()) and (place.is_relative_to(folder) or str(folder) in words):
            found.append(words)
    return found


class Serving:
    """A running `make serve`; `printed` is what it has said so far."""

    def __init__(self, folder: Path, port: int, log: Path) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.log = log
        self.log.touch()
        with log.open("wb") as out:
            # Its own session, as a terminal would give it; Ctrl-C reaches the whole group there, too.
            self.process = subprocess.Popen(
                ["make", "serve"],
                cwd=folder,
                env=newcomer(PORT=str(port)),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def printed(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_ready(self, seconds: float) -> float:
        """Wait for the printed address and an answer there; return how many seconds it took."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if self.process.poll() is not None:
                raise Failed(f"make serve ended with {self.process.returncode}:\n{self.printed}")
            if self.address in self.printed:
                try:
                    with urllib.request.urlopen(self.address, timeout=10) as answer:  # noqa: S310 - loopback
                        if answer.status == 200:
                            return time.monotonic() - start
                except OSError:
                    pass
            time.sleep(0.2)
        raise Failed(f"make serve did not answer within {seconds:.0f} s:\n{self.printed}")

    def interrupt(self) -> float:
        """Press Ctrl-C; return how many seconds the end took."""
        start = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(STOP)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"make serve did not stop within {STOP:.0f} s:\n{self.printed}") from error
        return time.monotonic() - start


@contextmanager
def serving(folder: Path, port: int, log: Path) -> Iterator[Serving]:
    """Run `make serve`; whatever happens, nothing of it stays."""
    running = Serving(folder, port, log)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            os.killpg(running.process.pid, signal.SIGTERM)
            try:
                running.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(running.process.pid, signal.SIGKILL)


class Browser:
    """As much of a browser as the story needs: cookies and forms."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def open(self, path: str, form: Mapping[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            with self.opener.open(self.address + path, data, timeout=30) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return f"{error.code}: {error.read().decode(errors='replace')}"


def newcomer_story(running: Serving) -> None:
    """Sign in with what was printed, and find the dog tax."""
    printed = running.printed
    password = re.search(r"Passwort für alle: (\S+)\)", printed)
    check(password is not None, "the start prints the password of the demonstration")
    check("modellierung@marburg.example" in printed, "the start prints the sign-ins of the demonstration")
    assert password is not None
    browser = Browser(running.address)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.open("/login"))
    check(token is not None, "the sign-in page has a form")
    assert token is not None
    form = {"email": "modellierung@marburg.example", "password": password.group(1), "csrf_token": token.group(1)}
    check("Modellierung Marburg" in browser.open("/login", form), "the printed sign-in works")
    found = browser.open("/search?q=Hundesteuer")
    hits = re.findall(r'href="(/[a-z-]+/hundesteuer[a-z-]*)', found)
    check(bool(hits), "searching „Hundesteuer“ finds entries")
    check("<svg" in browser.open(_drawing(browser, hits[0])), "the first hit has a drawing")


def _drawing(browser: Browser, entry: str) -> str:
    found = re.search(r'src="(/[^"]+/diagram\.svg)"', browser.open(entry))
    if found is None:
        raise Failed(f"{entry} shows no drawing")
    return found.group(1)


def refused(folder: Path, promise: str, expected: str, **environment: str) -> None:
    """Check that a start with these settings ends at once with one clear line."""
    done = subprocess.run(
        [str(folder / ".venv" / "bin" / "python"), "-m", "hub", "serve"],
        cwd=folder,
        env=newcomer(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stderr + done.stdout
    check(done.returncode == 2 and expected in said and "Traceback" not in said, f"{promise} (said: {done.stderr!r})")


def story(home: Path) -> None:
    """Live through all of it in the empty folder `home`."""
    folder = home / "hub"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True, stdin=subprocess.DEVNULL)
    port = free_port()
    with serving(folder, port, home / "first.log") as running:
        say(f"first start took {running.wait_until_ready(FIRST_START):.1f} s")
        newcomer_story(running)
        say(f"Ctrl-C took {running.interrupt():.1f} s")
        check("Traceback" not in running.printed, "nothing went wrong on the way")
    check(not _left(folder), "Ctrl-C leaves no process behind")
    with serving(folder, port, home / "second.log") as running:
        took = running.wait_until_ready(60)
        check(took < NEXT_START, f"the second start takes seconds ({took:.1f} s)")
        check("Hundesteuer" in Browser(running.address).open("/library"), "the library is still there")
        running.interrupt()
        check("Traceback" not in running.printed, "the second run ended cleanly")
    check(not _left(folder), "the second run leaves no process behind")
    database = f"sqlite:///{home / 'production.sqlite3'}"
    refused(folder, "a production start without a key is refused", "HUB_SECRET_KEY", HUB_DATABASE_URL=database)
    refused(
        folder,
        "a demonstration that strangers could reach is refused",
        "HUB_DEMO",
        HUB_DEMO="1",
        HUB_HOST="0.0.0.0",  # noqa: S104 - this is the mistake that must be refused
        PORT=str(free_port()),
    )
    refused(
        folder,
        "a production start with demonstration accounts is refused",
        "Demo-Konten",
        HUB_SECRET_KEY="k" * 48,
        PORT=str(free_port()),
    )


def _left(folder: Path) -> list[str]:
    """Return what still runs after a moment's patience."""
    for _ in range(20):
        if not (found := processes(folder)):
            return []
        time.sleep(0.25)
    say("\n".join(found))
    return found


def main() -> int:
    """Return 0 if all promises hold."""
    with tempfile.TemporaryDirectory(prefix="hub-smoke-") as name:
        try:
            story(Path(name))
        except Failed as error:
            say(f"FAIL  {error}")
            return 1
    say("all promises hold")
    return 0


if __name__ == "__main__":
    sys.exit(main())
