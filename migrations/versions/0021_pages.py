"""Pages: marks of tables on SQLite, and indexes that answer what pages count without reading whole rows.

The triggers are put on after all migrations (`migrations/env.py`). Old workers neither see nor need any of this.
"""

from alembic import op

from hub.store import table_marks

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TABLE table_marks (name TEXT PRIMARY KEY, mark BLOB NOT NULL) WITHOUT ROWID")
    op.create_index("ix_entries_newest", "entries", ["archived_at", "updated_at"])
    op.create_index("ix_entries_newest_here", "entries", ["organisation_id", "archived_at", "updated_at"])
    op.create_index(
        "ix_entries_counted",
        "entries",
        ["archived_at", "organisation_id", "visibility", "published_id", "head_id", "service_id", "nature"],
    )
    op.create_index(
        "ix_ledger_rows_summed",
        "ledger_rows",
        ["year", "organisation_id", "cost_before", "cost_after", "once_saved", "low", "high"],
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_rows_summed", "ledger_rows")
    op.drop_index("ix_entries_counted", "entries")
    op.drop_index("ix_entries_newest_here", "entries")
    op.drop_index("ix_entries_newest", "entries")
    if op.get_bind().dialect.name == "sqlite":
        table_marks.remove(op.get_bind())
        op.drop_table("table_marks")
