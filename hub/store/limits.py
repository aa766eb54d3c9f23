"""How often something was tried: one row per bucket, the same for every process and machine."""

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base, Digest


class Limit(Base):
    """How full one bucket is, as the moment at which it will have run empty.

    One number is enough (the generic cell rate algorithm, ITU-T I.371): every try pushes that moment further into the
    future, time itself empties the bucket, and there is no boundary at which the count begins anew.
    """

    __tablename__ = "limits"
    __table_args__ = (Index("ix_limits_empty_at", "empty_at"),)

    bucket: Mapped[Digest] = mapped_column(primary_key=True)
    """Digest of what is counted, such as an endpoint and a network address; neither is stored."""
    empty_at: Mapped[int] = mapped_column(BigInteger)
    """Milliseconds since 1970, UTC."""
