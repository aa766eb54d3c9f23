"""Write the bill of materials (CycloneDX 1.6) of everything the hub runs with: `make sbom`.

The Python packages come from the lock file with their hashes (cyclonedx-py), their licences from what is installed;
the browser's libraries come from VENDOR.toml. What is written is checked against the schema before it counts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from license_expression import get_spdx_licensing  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "hub" / "static" / "vendor" / "VENDOR.toml"
TARGET = ROOT / "dist" / "sbom.cdx.json"


def made(lock: Path = ROOT / "requirements" / "postgres.txt") -> dict[str, Any]:
    """Return the bill of materials for a lock file; raises `CalledProcessError` if the lock cannot be read."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(lock)]
    command += ["--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible"]
    command += ["--of", "JSON", "--sv", "1.6", "-o", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    bill: dict[str, Any] = json.loads(said)
    for component in bill["components"]:
        if words := licence(component["name"]):
            component["licenses"] = [words]
    bill["components"] += vendored()
    root = bill["metadata"]["component"]["bom-ref"]
    ties = {row["ref"]: row for row in bill.setdefault("dependencies", [])}
    for component in vendored():
        ties.setdefault(component["bom-ref"], {"ref": component["bom-ref"]})
        ties.setdefault(root, {"ref": root}).setdefault("dependsOn", []).append(component["bom-ref"])
    bill["dependencies"] = sorted(ties.values(), key=lambda row: str(row["ref"]))
    return bill


def licence(package: str) -> dict[str, Any] | None:
    """Return what an installed package says its licence is, as CycloneDX wants it; None if it says nothing."""
    try:
        told = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return None
    expression = (told.get_all("License-Expression") or told.get_all("License") or [""])[0]
    if 0 < len(expression) < 80 and "," not in expression and not get_spdx_licensing().validate(expression).errors:
        return {"expression": expression}
    for line in told.get_all("Classifier") or []:
        if line.startswith("License :: "):
            return {"license": {"name": line.rpartition(" :: ")[2]}}
    for name in told.get_all("License-File") or []:
        if not expression and (text := metadata.distribution(package).read_text(f"licenses/{name}")):
            expression = text.lstrip()  # its first line, as „MIT License“
    return {"license": {"name": expression.splitlines()[0][:100]}} if expression else None


def vendored() -> list[dict[str, Any]]:
    """Return the browser's libraries, each file with its SHA-256."""
    found = []
    for package in tomllib.loads(VENDOR.read_text(encoding="utf-8"))["package"]:
        name = package["name"].replace("@", "%40")
        reference = f"pkg:npm/{name}@{package['version']}"
        files = [
            {"type": "file", "name": path, "bom-ref": f"{reference}#{path}", "hashes": [_sha256(digest)]}
            for path, digest in sorted(package["files"].items())
        ]
        found.append(
            {
                "type": "library",
                "bom-ref": reference,
                "name": package["name"],
                "version": package["version"],
                "purl": reference,
                "licenses": [{"license": {"name": package["licence"]}}],
                "components": files,
            }
        )
    return found


def _sha256(digest: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": digest}


def faults(text: str) -> str:
    """Return what the schema says is wrong with a bill, nothing if it is valid."""
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return "" if wrong is None else str(wrong)


def main() -> int:
    """Write the bill; return 1 and say why if it is not valid."""
    text = json.dumps(made(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if wrong := faults(text):
        print(f"sbom: {wrong}", file=sys.stderr)
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(json.loads(text)['components'])} components, valid CycloneDX 1.6")
    return 0


if __name__ == "__main__":
    sys.exit(main())
