"""The catalogue of services (Leistungen) as data: keys, types, and tables of them. Pure; knows no database."""

from hub.catalogue.fields import FIELDS, TYPES, Fault, Row
from hub.catalogue.keys import LENGTH, BadKey, KeyPart, explain, level, normalise, object_key, prefix_warning, spaced
from hub.catalogue.rows import identity, read_rows
from hub.catalogue.sheet import Sheet, Unreadable, guess, read_sheet

__all__ = [
    "FIELDS",
    "LENGTH",
    "TYPES",
    "BadKey",
    "Fault",
    "KeyPart",
    "Row",
    "Sheet",
    "Unreadable",
    "explain",
    "guess",
    "identity",
    "level",
    "normalise",
    "object_key",
    "prefix_warning",
    "read_rows",
    "read_sheet",
    "spaced",
]
