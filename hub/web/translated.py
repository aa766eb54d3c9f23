"""Templates with their fixed words already in them: each is compiled once for each language it is read in.

A page has a hundred texts that are the same for every reader of a language; asking for each of them on each page was
a fifth of what filling a template costs.
"""

from collections import ChainMap
from collections.abc import KeysView, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from flask_babel import get_translations
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from hub.web.language import GERMAN, language


class Globals(ChainMap[str, Any]):
    """What every template knows; Jinja asks for all names at each import, and `ChainMap` tells them one by one."""

    def keys(self) -> KeysView[str]:
        """Return all names."""
        return dict.keys({name: None for known in self.maps for name in known})


class Words(NodeTransformer):
    """Puts the words of one language in the place of `_("…")`; what is asked for by a variable stays a question."""

    def __init__(self, spoken: str) -> None:
        self._spoken = spoken

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's word
        """Return the text itself, with `%` for its values if there are any."""
        self.generic_visit(node)
        asked = isinstance(node.node, nodes.Name) and node.node.name == "_" and len(node.args) == 1
        if not asked or not isinstance(node.args[0], nodes.Const) or node.dyn_args or node.dyn_kwargs:
            return node
        text = node.args[0].value
        if self._spoken != GERMAN:
            text = get_translations().ugettext(text)
        if not node.kwargs:
            return nodes.Const(text, lineno=node.lineno)
        values = [nodes.Pair(nodes.Const(value.key), value.value) for value in node.kwargs]
        return nodes.Mod(nodes.Const(text), nodes.Dict(values), lineno=node.lineno)


class Translated(Environment):
    """Jinja for readers of one language; it hands on what others read."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.spoken = GERMAN
        self._others: dict[str, Translated] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template knows that is loaded with `d`."""
        return Globals({} if d is None else d, self.globals)

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - Jinja's
        spoken = language()
        if spoken == self.spoken:
            return super()._load_template(name, globals)
        return self._for(spoken)._load_template(name, globals)

    def _for(self, spoken: str) -> "Translated":
        if spoken not in self._others:
            other = self.overlay()
            # Kept code is found by the name of the template alone.
            other.spoken, other.bytecode_cache = spoken, None
            self._others[spoken] = other
        return self._others[spoken]

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        if name is not None:  # what comes from no file is compiled once for all
            source = Words(self.spoken).visit(source)
        return super()._generate(source, name, filename, defer_init)
