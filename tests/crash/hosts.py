"""Several machines on one: each is a network namespace with its own address, joined by a bridge that can be cut."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import interfaces
from tests.needs import need
from tests.postgres import free_port

NET = "10.211.77"


def run(*command: str) -> None:
    """Run a command of the system; raises with what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")


def need_networks() -> None:
    """Skip the test (fail in CI) where no networks can be made."""
    need(os.geteuid() == 0, "root, to make networks", package="networks")
    need(shutil.which("ip") is not None, "the program ip (Debian package iproute2)", package="iproute2")
    need(shutil.which("haproxy") is not None, "HAProxy (Debian package haproxy)", package="haproxy")
    tried = subprocess.run(["ip", "netns", "add", f"hubtry{os.getpid()}"], capture_output=True, check=False)
    need(tried.returncode == 0, "the right to make network namespaces", package="networks")
    run("ip", "netns", "del", f"hubtry{os.getpid()}")


class Network:
    """Machines by name, each with an address in one network; the test itself is its first."""

    def __init__(self) -> None:
        self.mark = f"{os.getpid() % 100_000}"
        self.bridge = f"hubbr{self.mark}"
        self._names: list[str] = []

    def begin(self) -> None:
        """Make the bridge, with an address for the test and the proxy."""
        run("ip", "link", "add", "name", self.bridge, "type", "bridge")
        self._without_ipv6(self.bridge)
        with interfaces.changing():
            run("ip", "addr", "add", f"{NET}.1/24", "dev", self.bridge)
            run("ip", "link", "set", self.bridge, "up")

    def add(self, name: str) -> str:
        """Add a machine; return its address."""
        space, address = self.space(name), f"{NET}.{len(self._names) + 2}"
        self._names.append(name)
        run("ip", "netns", "add", space)
        run("ip", "link", "add", self._cable(name), "type", "veth", "peer", "name", "eth0", "netns", space)
        run("ip", "-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
        run("ip", "-n", space, "link", "set", "eth0", "up")
        run("ip", "-n", space, "link", "set", "lo", "up")
        self._without_ipv6(self._cable(name))
        run("ip", "link", "set", self._cable(name), "master", self.bridge, "up")
        return address

    def _without_ipv6(self, link: str) -> None:
        """Let no address come up by itself."""
        run("ip", "link", "set", link, "addrgenmode", "none")

    def space(self, name: str) -> str:
        """Return the namespace of a machine."""
        return f"hub{name}{self.mark}"

    def enter(self, name: str) -> list[str]:
        """Return what to put before a command so that it runs on that machine."""
        return ["ip", "netns", "exec", self.space(name)]

    def _cable(self, name: str) -> str:
        return f"h{name}{self.mark}"

    def cut(self, name: str) -> None:
        """Pull the cable of a machine: whatever is sent to it or by it is lost without a word."""
        run("ip", "link", "set", self._cable(name), "nomaster")

    def join(self, name: str) -> None:
        """Plug it in again."""
        run("ip", "link", "set", self._cable(name), "master", self.bridge)

    def end(self) -> None:
        """Remove everything."""
        with interfaces.changing():
            for name in self._names:
                subprocess.run(["ip", "netns", "del", self.space(name)], capture_output=True, check=False)
            subprocess.run(["ip", "link", "del", self.bridge], capture_output=True, check=False)


@contextmanager
def network() -> Iterator[Network]:
    """Yield a network of one's own; skips the test (fails in CI) where none can be made."""
    need_networks()
    made = Network()
    try:
        made.begin()
        yield made
    finally:
        made.end()


PROXY = """
global
    maxconn 500
defaults
    mode http
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    option redispatch
    retries 3
    # Only what never reached a server is sent again: nothing is done twice.
    retry-on conn-failure
frontend hub
    bind {address}:{port}
    http-request set-header X-Forwarded-Proto http
    http-request set-header X-Forwarded-Host %[req.hdr(Host)]
    option forwardfor
    default_backend web
backend web
    balance roundrobin
    option httpchk GET /servez
    default-server check inter 500ms fall 2 rise 1
{servers}
"""


def _wait_until_open(at: tuple[str, int], running: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        assert running.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(at) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the proxy did not start")


@contextmanager
def proxy(servers: dict[str, str], folder: Path) -> Iterator[tuple[str, int]]:
    """Run HAProxy before `servers` (name → address:port); yield where it listens."""
    at = (f"{NET}.1", free_port())
    lines = "\n".join(f"    server {name} {target}" for name, target in servers.items())
    config = folder / "haproxy.cfg"
    config.write_text(PROXY.format(address=at[0], port=at[1], servers=lines))
    with (folder / "haproxy.log").open("wb") as log:
        running = subprocess.Popen(["haproxy", "-db", "-f", str(config)], stdout=log, stderr=log)
        try:
            _wait_until_open(at, running, folder / "haproxy.log")
            yield at
        finally:
            running.terminate()
            running.wait(60)
