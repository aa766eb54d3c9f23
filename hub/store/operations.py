"""What several machines need to know of each other: who works, whose chore it is, what failed, who may still run."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base, Key, Line


class WorkerBeat(Base):
    """A background worker that has lately said it is alive."""

    __tablename__ = "worker_beats"

    id: Mapped[Key]
    name: Mapped[Line] = mapped_column(unique=True)
    """Machine and process number."""
    version: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Lease(Base):
    """A chore that one worker at a time does, such as rebuilding the index; free again after `until` at the latest."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[Line]
    until: Mapped[datetime]


class JobTry(Base):
    """How often a job has failed, and how."""

    __tablename__ = "job_tries"

    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    failure: Mapped[Line] = mapped_column(default="")
    """Kind of the error, or `cancelled`; never its text, which may hold contents."""
    failed_at: Mapped[datetime | None]


class Compatibility(Base):
    """The one row that says which programs may run on this database."""

    __tablename__ = "compatibility"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    oldest: Mapped[str] = mapped_column(String(40))
    """The migration a program must know to run here. A migration that breaks older programs writes its own number."""
