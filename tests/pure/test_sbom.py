"""The bill of materials is valid and names everything that is shipped."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.needs import need

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    try:
        import cyclonedx_py
    except ImportError:
        cyclonedx_py = None  # type: ignore[assignment]
    need(cyclonedx_py is not None, "cyclonedx-bom")
    from tools import sbom

    made = sbom.made()
    assert sbom.faults(json.dumps(made)) == ""
    assert sbom.faults(json.dumps({**made, "bomFormat": "x"})) != ""
    return made


def test_every_locked_and_every_vendored_library_is_named_with_licence_and_version(bill: dict[str, Any]) -> None:
    lock = (ROOT / "requirements" / "postgres.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))
    vendor = tomllib.loads((ROOT / "hub/static/vendor/VENDOR.toml").read_text(encoding="utf-8"))["package"]
    named = {(part["name"], part["version"]) for part in bill["components"]}
    assert named == locked | {(row["name"], row["version"]) for row in vendor}
    assert [part["name"] for part in bill["components"] if not part.get("licenses")] == []


def test_every_vendored_file_has_its_digest(bill: dict[str, Any]) -> None:
    files = [file for part in bill["components"] for file in part.get("components", [])]
    assert len(files) > 15
    assert all(re.fullmatch(r"[0-9a-f]{64}", file["hashes"][0]["content"]) for file in files)


def test_every_locked_library_is_told_with_the_digests_of_its_files(bill: dict[str, Any]) -> None:
    python = [part for part in bill["components"] if part["purl"].startswith("pkg:pypi/")]
    assert all("--hash=sha256:" in part["description"] for part in python)
