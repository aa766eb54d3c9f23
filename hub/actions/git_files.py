"""The files of one version in a Git repository: the content as it came, `about.md` and `entry.toml`."""

import json
from typing import Any

from hub.actions.git_history import Commit
from hub.store.entries import EntryKind

CONTENT = {EntryKind.PROCESS: "process.bpmn", EntryKind.DESIGN: "design.md"}
"""Kind of an entry → name of the file that holds its content, as in `processes/`."""
_KEYS = (
    "title",
    "summary",
    "service",
    "service_key",
    "service_note",
    "level",
    "nature",
    "contact",
    "responsible",
    "legal_bases",
    "tags",
    "licence",
    "fork_reason",
)


def _text(value: str) -> str:
    """Return a basic string of TOML 1.0: that of JSON, and DEL escaped too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: str | int | list[str]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return str(value) if isinstance(value, int) else _text(value)


def toml(fields: dict[str, str | int | list[str]]) -> bytes:
    """Return texts, numbers and lists of texts as a TOML document, in the given order."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in fields.items()).encode()


def beside(commit: Commit) -> dict[str, bytes]:
    """Return the files beside the content; `about.md` only if there is a description.

    The address (slug) is left out: it may change, and what was once committed must not.
    """
    profile: dict[str, Any] = json.loads(commit.profile)
    fields: dict[str, str | int | list[str]] = {"kind": commit.place.kind, "organisation": commit.place.owner}
    for key in _KEYS:
        value = profile.get(key, "")
        fields[key] = [str(item) for item in value] if isinstance(value, list) else str(value)
    if profile.get("level"):
        fields["level"] = int(profile["level"])
    files = {"entry.toml": toml(fields)}
    if about := str(profile.get("about", "")).strip():
        files["about.md"] = (about.replace("\r\n", "\n") + "\n").encode()
    return files
