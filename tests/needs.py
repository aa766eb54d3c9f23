"""Things a test needs that a machine may not have: skipped with a reason at home, a failure in CI.

What CI tried to get and could not (a sample's web server, the right to make networks) it names in `CI_LEFT_OUT` and in
its own report; only the tests of those are skipped there.
"""

import os
import shutil
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def need(there: bool, what: str, *, package: str = "") -> None:
    """Skip the test because `what` is missing; fail instead where CI is set, so that nothing is quietly left out.

    `package` is the name under which CI may say that it left it out.
    """
    if there:
        return
    if os.environ.get("CI") and package not in os.environ.get("CI_LEFT_OUT", "").split():
        pytest.fail(f"needs {what}")
    pytest.skip(f"needs {what}")


def chromium() -> str:
    """Return the path of a Chromium to drive."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    need(found is not None, "a Chromium (chromium on the PATH, or CHROMIUM=path)")
    return str(found)


def corpus(*parts: str) -> Path:
    """Return a folder of the corpus of real models that lies beside the project."""
    folder = CORPUS.joinpath(*parts)
    need(folder.is_dir(), f"the corpus folder {'/'.join(('../shared/corpus', *parts))}")
    return folder


def program(name: str, package: str) -> str:
    """Return the path of a program of the system, also of one that only administrators have on their path."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    need(found is not None, f"{name} (Debian package {package})", package=package)
    return str(found)
