"""What changed in what other vocabularies say about an element."""

from __future__ import annotations

from collections.abc import Iterator

from hub.bpmn.canonical import Values


def changed_extensions(old: Values, new: Values) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    """Yield (name, (before, after)) for each extension that differs, its attributes and parts taken together."""
    groups: dict[str, None] = {}
    for path in (*old, *new):
        if old.get(path) != new.get(path):
            groups.setdefault(_head(path))
    for head in groups:
        sides = []
        for values in (old, new):
            mine = {path: value for path, value in values.items() if _head(path) == head}
            sides.append(mine)
        differing = [path for path in dict.fromkeys((*sides[0], *sides[1])) if sides[0].get(path) != sides[1].get(path)]
        texts = tuple(_extension_text(head, side, differing) for side in sides)
        yield _short(head), (texts[0], texts[1])


def _head(path: str) -> str:
    """Return the path of the extension a value belongs to: up to the first `/` or `@` after its name."""
    end = path.find("}") if path[:2] == "@{" or path[:1] == "{" else 0
    if path[:1] == "@":
        return path
    bracket = path.find("[", end)
    stops = [at for mark in "/@" if (at := path.find(mark, end)) >= 0]
    if bracket >= 0 and (not stops or bracket < min(stops)):
        return path[: path.find("]", bracket) + 1]
    return path[: min(stops)] if stops else path


def _short(path: str) -> str:
    """Return a path without namespaces: `{http://camunda.org/…}assignee` → `assignee`."""
    parts = []
    at = 0
    while (start := path.find("{", at)) >= 0:
        end = path.find("}", start)
        if end < 0:
            break
        parts.append(path[at:start])
        at = end + 1
    return ("".join(parts) + path[at:]).lstrip("@")


def _extension_text(head: str, side: Values, paths: list[str]) -> str | None:
    if not side:
        return None
    shown = []
    for path in paths:
        if (values := side.get(path)) is not None:
            name = _short(path[len(head) :]).strip("/")
            text = ", ".join(values)
            shown.append(f"{name} = {text}" if name and len(paths) > 1 else text)
    return "; ".join(shown) if shown else None
