"""Things a test needs that a machine may not have: skipped with a reason at home, a failure in CI."""

import os
import shutil

import pytest


def need(there: bool, what: str) -> None:
    """Skip the test because `what` is missing; fail instead where CI is set, so that nothing is quietly left out."""
    if there:
        return
    if os.environ.get("CI"):
        pytest.fail(f"needs {what}")
    pytest.skip(f"needs {what}")


def chromium() -> str:
    """Return the path of a Chromium to drive."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    need(found is not None, "a Chromium (chromium on the PATH, or CHROMIUM=path)")
    return str(found)
