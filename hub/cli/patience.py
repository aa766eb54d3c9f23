"""A web process that does not wait for slow senders with one of its few threads.

gunicorn gives a connection a thread as soon as a byte arrives, and the thread waits for the rest as long as it takes:
eight half-sent requests would stop a hub of two processes (CWE-400, „Slowloris“). A reverse proxy that takes requests
whole keeps them away; this holds where there is none, and where one hands bodies on as they come. What it cannot do:
eight long uploads that are just quick enough still take all threads.
"""

import re
import select
import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers import gthread

HEAD_FOR = 10.0
"""Seconds that the beginning of a request may take: its head, and its body too if both fit into `PEEKED`."""
BODY_FOR = 20.0
"""Seconds that a longer body may take in any case; beyond that it must have come at `BODY_RATE`."""
BODY_RATE = 16_000
"""Bytes in a second."""
PEEKED = 32_768
"""Bytes that are awaited without a thread; less than what the system keeps for a socket."""
_END = re.compile(rb"\r?\n\r?\n")
_EXPECT = re.compile(rb"\nexpect:", re.IGNORECASE)
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*([0-9]{1,9})", re.IGNORECASE)


class PatientWorker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn says nothing of its types
    """gunicorn's threads, for requests that are there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading: dict[Any, tuple[float, Any]] = {}
        """Connection → since when a thread reads from it, and its request once the head is read."""

    def handle(self, conn: Any) -> Any:
        """Answer a request; runs in a thread. What is not there yet is waited for without one."""
        now = time.monotonic()
        if not _is_there(conn):
            since = vars(conn).setdefault("waited_since", now)
            return gthread._DEFER if now - since < HEAD_FOR else False
        vars(conn).pop("waited_since", None)
        self._reading[conn] = now, None
        try:
            return super().handle(conn)
        finally:
            self._reading.pop(conn, None)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Put a connection where it waits: for the beginning of a request longer than gunicorn would for a next one."""
        super().finish_request(conn, fs)
        if self.pending_conns and self.pending_conns[-1] is conn:
            conn.timeout = time.monotonic() + HEAD_FOR

    def _cap_keepalive(self, deadline: float) -> None:
        """Wait no longer, when the process is to end, for what has not begun than gunicorn does for a next request."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head was read."""
        self._reading[conn] = time.monotonic(), req
        return super().handle_request(req, conn)

    def notify(self) -> None:
        """Say that the process lives, as it does every second, and cut off who sends too slowly."""
        super().notify()
        now = time.monotonic()
        for conn, (since, request) in list(self._reading.items()):
            if _too_slow(now - since, request):
                with suppress(OSError):
                    # The thread reads an end; an answer still gets out.
                    conn.sock.shutdown(socket.SHUT_RD)


def _is_there(conn: Any) -> bool:
    """Whether a thread has something to do; otherwise the socket wakes the poller with the next byte, not with old."""
    if conn.parser is not None and conn.parser.unreader.buf.getvalue():
        return True  # the beginning was read with the request before
    line = conn.sock
    line.setblocking(False)
    there = True
    try:
        seen = line.recv(PEEKED, socket.MSG_PEEK)
        if seen and len(seen) < PEEKED and not _whole(seen):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, len(seen) + 1)
            # Awake with nothing new: the other side has hung up, and the thread is to see it.
            there = _is_awake(line) and len(line.recv(PEEKED, socket.MSG_PEEK)) == len(seen)
    except BlockingIOError:
        there = False
    except OSError:
        return True
    if there:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
    return there


def _is_awake(line: socket.socket) -> bool:
    waiting = select.poll()
    waiting.register(line, select.POLLIN)
    return bool(waiting.poll(0))


def _whole(seen: bytes) -> bool:
    """Whether `seen` holds a request, or as much of it as is awaited."""
    head = _END.search(seen)
    if head is None:
        return False
    if _EXPECT.search(seen, 0, head.end()):
        return True  # nothing more comes before it is asked for
    told = _LENGTH.search(seen, 0, head.end())
    end = head.end() + int(told[1]) if told else 0
    return end > PEEKED or len(seen) >= end


def _too_slow(seconds: float, request: Any) -> bool:
    if request is None:
        return seconds > HEAD_FOR
    if seconds <= BODY_FOR:
        return False
    reader = getattr(request.body, "reader", None)
    left = getattr(reader, "length", None)
    if left is None:  # in chunks of unknown length
        return getattr(reader, "parser", None) is not None and seconds > 3 * BODY_FOR
    left -= request.unreader.buf.tell()
    whole = next((int(value) for name, value in request.headers if name == "CONTENT-LENGTH"), 0)
    return bool(left > 0 and whole - left < (seconds - BODY_FOR) * BODY_RATE)
