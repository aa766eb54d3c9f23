"""The errors of the domain; the boundary turns them into pages, problem documents and exit codes."""

from collections.abc import Mapping


class HubError(Exception):
    """Base of everything the domain may refuse; never raised itself."""


class NotFound(HubError):
    """There is no such thing for this actor: missing and unreadable are the same answer."""


class Forbidden(HubError):
    """The actor may see the thing, but may not do this to it."""


class Conflict(HubError):
    """The thing has moved on since the actor looked at it, or its state does not allow the deed.

    `code` is stable and lower_snake; people read its translation.
    """

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details: Mapping[str, str] = details


class Invalid(HubError):
    """What was sent does not make sense; `fields` maps a field name to a code or a finished sentence."""

    def __init__(self, **fields: str) -> None:
        super().__init__(", ".join(f"{name}={code}" for name, code in fields.items()))
        self.fields: Mapping[str, str] = fields


class TooOften(HubError):
    """Something was tried more often than is allowed; `seconds` until it may be tried again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"try again in {seconds} s")
        self.seconds = seconds


class Paused(HubError):
    """The hub is read only for now; `seconds` until it may be tried again."""

    def __init__(self, seconds: int, note: str = "") -> None:
        super().__init__(f"read only, try again in {seconds} s")
        self.seconds = seconds
        self.note = note
