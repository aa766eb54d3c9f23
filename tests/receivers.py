"""A server that receives what webhooks send."""

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """A server that keeps what it gets; `answer` decides what it says."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[int], int] = lambda _count: 204
    before: Callable[[], None] = lambda: None


def listening(found: Receiver, wrap: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
            found.before()
            self.send_response(found.answer(len(found.got)))
            self.send_header("Location", found.url + "/anderswo")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_told: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_given: None  # type: ignore[method-assign]  # a worker that was killed hangs up
    if wrap is not None:
        server.socket = wrap.wrap_socket(server.socket, server_side=True)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    thread.join(10)
    server.server_close()
