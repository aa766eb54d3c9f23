"""Words the coordination teaches the search: synonyms, related terms and exceptions of the compound splitter."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.store.accounts import User
from hub.store.base import Base, Key, Line, LongText


class WordRuleKind(StrEnum):
    """What a rule says. The first three work when a query is read, the others change what is indexed."""

    SAME = "same"
    """The words mean the same: Kfz, Kraftfahrzeug."""
    RELATED = "related"
    """Who looks for the first is offered the others."""
    APART = "apart"
    """The words do not mean the same, whatever the list shipped with the hub says."""
    WHOLE = "whole"
    """The words are never split: Heirat."""
    SPLIT = "split"
    """A compound and its parts: Antragsteller, Antrag, Steller."""
    PART = "part"
    """The words are parts of compounds: Wisent."""


QUERY_TIME = frozenset({WordRuleKind.SAME, WordRuleKind.RELATED, WordRuleKind.APART})
"""Kinds that work at once; the others rebuild the index."""


class WordRule(Base):
    """One line of the coordination's word list. Removed ones stay, so that one can see what once held."""

    __tablename__ = "word_rules"
    __table_args__ = (
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in WordRuleKind)), name="kind"),
        Index("ix_word_rules_removed_at", "removed_at", "kind"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(10))
    words: Mapped[LongText]
    """One word or expression a line."""
    note: Mapped[Line] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    author: Mapped[User | None] = relationship()

    @property
    def word_list(self) -> list[str]:
        """The words in order."""
        return self.words.split("\n")
