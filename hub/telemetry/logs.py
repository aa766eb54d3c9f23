"""Log lines on standard error: one JSON object each for a collector, or a readable line in a demonstration.

Only what is named here gets out: time, level, logger, message, request id and the facts given on purpose. Values of
statements never do (the engine hides them), and what looks like an e-mail address or a secret in an address is taken
out of messages and tracebacks, because libraries put there what they like.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from hub.telemetry.measured import current

_EMAIL = re.compile(r"[^\s@<>\"'(),;:=/?&]+(?:@|%40)[^\s@<>\"'(),;:=/?&]+")
_QUERY = re.compile(r"\?[^\s\"']*=[^\s\"']*")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+")
_DETAIL = re.compile(r"(?m)^\s*(DETAIL|CONTEXT|HINT|LINE \d+|\[parameters|\[SQL):?.*$")
"""What PostgreSQL and SQLAlchemy add to an error: rows with their values."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def scrubbed(text: str) -> str:
    """Return `text` on one line, without e-mail addresses, query strings and what a database says about rows."""
    for pattern, instead in ((_DETAIL, ""), (_BEARER, r"\1 …"), (_QUERY, "?…"), (_EMAIL, "[e-mail]")):
        text = pattern.sub(instead, text)
    return _CONTROL.sub(" ", text).strip()


_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def _places(info: _ExcInfo) -> list[str]:
    """Return where an exception came from, innermost last; no source lines and no values."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(info[2])]


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    row: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": scrubbed(record.getMessage()),
    }
    if (measured := current()) is not None:
        row["request_id"] = measured.id
    facts = getattr(record, "facts", None)
    if isinstance(facts, dict):
        row.update({key: scrubbed(value) if isinstance(value, str) else value for key, value in facts.items()})
    if record.exc_info and record.exc_info[0] is not None:
        row["error"] = record.exc_info[0].__name__
        row["error_message"] = scrubbed(str(record.exc_info[1]))[:500]
        row["trace"] = _places(record.exc_info)
    return row


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(_fields(record), ensure_ascii=False, default=str)


class Readable(logging.Formatter):
    """One line for people; a traceback as programmers know it follows."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the places of an exception below it."""
        row = _fields(record)
        clock = datetime.fromtimestamp(record.created).astimezone()
        rest = {key: value for key, value in row.items() if key not in ("time", "level", "logger", "message", "trace")}
        facts = " ".join(f"{key}={value}" for key, value in rest.items())
        below = "".join(f"\n    {place}" for place in row.get("trace", ()))
        return (
            f"{clock:%H:%M:%S} {row['level']:7} {row['logger']}: {row['message']}{'  ' if facts else ''}{facts}{below}"
        )


def handler(*, as_json: bool) -> logging.Handler:
    """Return a handler for standard error."""
    made = logging.StreamHandler(sys.stderr)
    made.setFormatter(JsonLines() if as_json else Readable())
    return made


def configure(*, as_json: bool) -> None:
    """Send all log lines of this process to standard error."""
    root = logging.getLogger()
    root.handlers[:] = [handler(as_json=as_json)]
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    for noisy in ("alembic", "rdflib", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
