"""What we serve of other people is what they published."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "hub" / "static" / "vendor"
PACKAGES: list[dict[str, Any]] = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["package"]
names = [package["folder"] for package in PACKAGES]


@pytest.mark.parametrize("package", PACKAGES, ids=names)
def test_every_vendored_file_is_the_one_that_was_fetched(package: dict[str, Any]) -> None:
    folder = VENDOR / package["folder"]
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        # Beside them `hub serve` puts compressed copies, which hold the same and are never committed.
        if path.is_file() and path.suffix != ".gz"
    }
    assert found == package["files"]


@pytest.mark.parametrize("package", PACKAGES, ids=names)
def test_every_vendored_package_carries_its_licence(package: dict[str, Any]) -> None:
    assert any(name.startswith("LICENSE") for name in package["files"])


def test_vendored_versions_are_those_of_package_json() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert {package["name"]: package["version"] for package in PACKAGES} == wanted


def test_nothing_lies_in_the_vendor_folder_that_is_not_listed() -> None:
    assert {path.name for path in VENDOR.iterdir()} == {"VENDOR.toml", *names}
