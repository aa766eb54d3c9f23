"""German full-text search in the hub's own database: put, drop, find, suggest, rebuild.

The index is written in the transaction of the data it speaks of, on SQLite (FTS5) and PostgreSQL (tsvector), and read
with the rights of whoever asks as part of the query. See `docs/suche.md` and decision 0005.
"""

from hub.search.documents import Document, Remark, Scope, Section, Step
from hub.search.find import DEEPEST, Hit, Result, find, newest
from hub.search.index import Facts, drop, facts, forget, outdate, progress, put, rebuild, refile, stale, tell
from hub.search.rank import Reason
from hub.search.reader import Reader
from hub.search.showing import Excerpt, StepHit
from hub.search.suggest import Suggestion, suggest
from hub.search.tables import create
from hub.search.tables import drop as drop_tables
from hub.search.within import Inside, Place, within

__all__ = [
    "DEEPEST",
    "Document",
    "Excerpt",
    "Facts",
    "Hit",
    "Inside",
    "Place",
    "Reader",
    "Reason",
    "Remark",
    "Result",
    "Scope",
    "Section",
    "Step",
    "StepHit",
    "Suggestion",
    "create",
    "drop",
    "drop_tables",
    "facts",
    "find",
    "forget",
    "newest",
    "outdate",
    "progress",
    "put",
    "rebuild",
    "refile",
    "stale",
    "suggest",
    "tell",
    "within",
]
