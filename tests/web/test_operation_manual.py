"""The manual of operation is true: its commands are run, its samples checked by the programs they are for.

A block of shell commands that cannot be run here stands below a comment `nicht im Test: …` with the reason. Paths of
an installation become those of a folder of the test's own, and `sudo -u hub` runs the command as whoever runs the test.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from flask import Flask

from hub.config import ROOT, names
from tests.needs import need, program

MANUAL = ROOT / "docs" / "betrieb"
SAMPLES = MANUAL / "beispiele"
BLOCK = re.compile(r"(?:<!-- nicht im Test: (?P<why>[^>]+) -->\n)?```sh\n(?P<code>.*?)```", re.DOTALL)
ORDER = ("installieren", "aktualisieren", "überwachen", "skalieren", "störungen")
"""Later chapters assume what earlier ones have set up."""
ELSEWHERE = {"sichern": "tests/keeping/test_manual.py", "umziehen": "tests/keeping/test_manual.py"}
"""Chapters whose commands another test runs, on PostgreSQL and with their own data."""


@dataclass(frozen=True)
class Block:
    """Commands of a chapter, and why they are not run if they are not."""

    chapter: str
    code: str
    why: str | None


def blocks() -> list[Block]:
    chapters = [MANUAL / f"{name}.md" for name in ORDER]
    others = sorted(path for path in MANUAL.glob("*.md") if path not in chapters and path.stem not in ELSEWHERE)
    return [
        Block(path.stem, found["code"], found["why"])
        for path in (*chapters, *others)
        for found in BLOCK.finditer(path.read_text(encoding="utf-8"))
    ]


class Machine:
    """A folder that stands for the machine of the manual."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.port = sock.getsockname()[1]
        self.web: subprocess.Popen[bytes] | None = None
        for name in ("etc", "lib", "backups", "bin", "opt"):
            (folder / name).mkdir()
        for path in ROOT.iterdir():
            if path.name in ("docs", ".venv", ".git", "var"):
                continue
            (folder / "opt" / path.name).symlink_to(path)
        shutil.copytree(MANUAL, folder / "opt" / "docs" / "betrieb")
        (folder / "opt" / ".venv").symlink_to(sys.prefix)
        self.program("sudo", '#!/bin/sh\nshift 2\nexec "$@"\n')
        self.program("hub", self.here((SAMPLES / "hub").read_text(encoding="utf-8")))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "CI"))}
        self.environment = {**kept, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PORT": str(self.port)}

    def program(self, name: str, text: str) -> None:
        file = self.folder / "bin" / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)

    def here(self, text: str) -> str:
        """Return commands with the places of this folder."""
        places = {"/opt/hub": "opt", "/etc/hub": "etc", "/var/lib/hub": "lib", "/var/backups/hub": "backups"}
        for place, own in places.items():
            text = text.replace(place, str(self.folder / own))
        return text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")

    def run(self, code: str) -> None:
        if "127.0.0.1:8000" in code:
            self.serve()
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", self.here(code)],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=1200, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
        self.place_database()

    def place_database(self) -> None:
        """Let the copied settings speak of a database that is there."""
        file = self.folder / "etc" / "hub.env"
        if file.exists():
            own = f"HUB_DATABASE_URL=sqlite:///{self.folder}/lib/hub.sqlite3"
            text = re.sub(r"HUB_DATABASE_URL=postgresql.*", own, file.read_text(encoding="utf-8"))
            file.write_text(self.here(text), encoding="utf-8")

    def serve(self) -> None:
        """Start the web server, as systemd would have."""
        if self.web is not None:
            return
        log = (self.folder / "web.log").open("wb")
        command = [str(self.folder / "bin" / "hub"), "web"]
        self.web = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        log.close()
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.web.poll() is None, (self.folder / "web.log").read_text()
            time.sleep(0.2)
        pytest.fail("hub web did not come up")

    def stop(self) -> int | None:
        """Stop the web server in order; return how it ended."""
        if self.web is None:
            return None
        self.web.terminate()
        try:
            return self.web.wait(60)
        finally:
            if self.web.poll() is None:
                os.killpg(self.web.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    need(shutil.which("curl") is not None, "curl")
    made = Machine(tmp_path_factory.mktemp("machine"))
    try:
        yield made
    finally:
        made.stop()


def test_what_the_manual_tells_to_type_works_in_its_order(machine: Machine) -> None:
    for block in blocks():
        if block.why is None:
            machine.run(block.code)
    assert machine.stop() == 0
    lines = (machine.folder / "web.log").read_text().splitlines()
    assert [line for line in lines if '"error"' in line] == []


def test_every_command_that_is_not_run_says_why() -> None:
    reasons = {block.why for block in blocks() if block.why is not None}
    known = ("braucht root", "braucht systemd", "braucht Podman", "braucht den öffentlichen Namen", "lädt Pakete",
             "dauert", "geprüft in tests/")  # fmt: skip
    assert [why for why in reasons if not why.startswith(known)] == []
    for chapter, file in ELSEWHERE.items():
        assert chapter in (ROOT / file).read_text(encoding="utf-8")
    for why in reasons:
        for file in re.findall(r"tests/[\w/]+\.py", why):
            assert (ROOT / file).is_file(), why


def test_most_commands_of_the_hub_itself_are_run() -> None:
    ran = " ".join(block.code for block in blocks() if block.why is None)
    assert {word for word in ("migrate", "admin", "check", "work", "audit") if f"hub {word}" not in ran} == set()


UNITS = ("hub-web.service", "hub-work@.service", "hub-backup.service")


@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_its_units(tmp_path: Path, name: str) -> None:
    analyze = program("systemd-analyze", "systemd")
    text = (SAMPLES / name).read_text(encoding="utf-8").replace("/usr/local/bin/hub", sys.executable)
    unit = tmp_path / name.replace("@", "@1")
    unit.write_text(text)
    done = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, timeout=60, check=False)
    ours = [line for line in done.stderr.splitlines() if "hub-" in line and "postgresql" not in line]
    assert (done.returncode, ours) == (0, []), done.stderr


def test_units_give_away_nothing_they_do_not_need(tmp_path: Path) -> None:
    for name in UNITS:
        text = (SAMPLES / name).read_text(encoding="utf-8")
        for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "User=hub",
                     "CapabilityBoundingSet=", "SystemCallFilter=@system-service"):  # fmt: skip
            assert line in text.splitlines(), (name, line)


def test_containers_run_without_root_and_cannot_write() -> None:
    services = yaml.safe_load((SAMPLES / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for name in ("web", "worker", "migrate"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
    lines = (SAMPLES / "Containerfile").read_text(encoding="utf-8").splitlines()
    taken = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    assert "USER 10001:10001" in lines
    for line in lines:
        if line.startswith("COPY") and "--from=build" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source.split('/')[0] if (ROOT / source).is_dir() else source}" in taken, source


def test_nothing_secret_is_taken_along_when_an_image_is_built() -> None:
    """The list names what is taken; everything else stays behind, in Docker as in Podman."""
    taken = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    assert taken[1] == "*"
    assert not {"!var", "!.git", "!tests", "!*"} & set(taken)
    assert (ROOT / ".dockerignore").resolve() == ROOT / ".containerignore"
    secrets = yaml.safe_load((SAMPLES / "compose.yaml").read_text(encoding="utf-8"))["secrets"].values()
    assert [Path(one["file"]).parent for one in secrets] == [Path("/etc/hub/secrets")] * len(secrets)


FIELDS = {
    "ConfigMap": {"data"},
    "Job": {"backoffLimit", "template"},
    "Deployment": {"replicas", "strategy", "selector", "template"},
    "Service": {"selector", "ports"},
}
POD = {
    "automountServiceAccountToken",
    "terminationGracePeriodSeconds",
    "securityContext",
    "containers",
    "volumes",
    "restartPolicy",
}
CONTAINER = {"name", "image", "args", "envFrom", "securityContext", "resources", "volumeMounts", "ports",
             "startupProbe", "livenessProbe", "readinessProbe"}  # fmt: skip


def test_kubernetes_runs_the_same_without_rights_and_asks_the_right_probes() -> None:
    read = list(yaml.safe_load_all((SAMPLES / "kubernetes.yaml").read_text(encoding="utf-8")))
    assert [row["kind"] for row in read] == ["ConfigMap", "Job", "Deployment", "Deployment", "Service"]
    for row in read:
        assert set(row) - {"apiVersion", "kind", "metadata", "spec"} <= FIELDS[row["kind"]]
        assert set(row.get("spec", {})) <= FIELDS[row["kind"]]
    pods = [row["spec"]["template"] for row in read[1:4]]
    commands = []
    for pod in pods:
        spec = pod["spec"]
        [container] = spec["containers"]
        commands.append(container["args"])
        assert set(spec) <= POD
        assert set(container) <= CONTAINER
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] == 10001
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in spec["volumes"]}
    assert commands == [["migrate"], ["web"], ["work"]]
    assert all(
        row["spec"]["selector"]["matchLabels"] == row["spec"]["template"]["metadata"]["labels"] for row in read[2:4]
    )
    assert read[4]["spec"]["selector"] == pods[1]["metadata"]["labels"]
    web = pods[1]["spec"]["containers"][0]
    assert {name: web[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")} == {
        "startup": "/healthz", "liveness": "/healthz", "readiness": "/servez",
    }  # fmt: skip


def test_samples_name_only_settings_that_exist() -> None:
    for file in SAMPLES.iterdir():
        used = set(re.findall(r"\bHUB_[A-Z_]+", file.read_text(encoding="utf-8")))
        assert used <= names(), file.name
    for file in MANUAL.glob("*.md"):
        used = set(re.findall(r"\bHUB_[A-Z_]+", file.read_text(encoding="utf-8")))
        assert used <= names(), file.name


def test_alarms_and_the_manual_name_only_figures_that_exist(app: Flask) -> None:
    client = app.test_client()
    client.get("/library", buffered=True)
    client.post("/login", data={}, buffered=True)
    text = client.get("/metrics", buffered=True).text
    there = set(re.findall(r"# TYPE (\w+)", text)) | set(re.findall(r"^(hub_\w+)", text, re.MULTILINE))
    there |= {"hub_worker_silence_seconds", "hub_sign_ins_total"}
    for file in (SAMPLES / "alarme.yml", MANUAL / "überwachen.md"):
        used = set(re.findall(r"\bhub_[a-z_]+", file.read_text(encoding="utf-8")))
        assert used <= there, (file.name, used - there)
    rules = yaml.safe_load((SAMPLES / "alarme.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    assert all(rule["alert"] and rule["expr"] for rule in rules)
