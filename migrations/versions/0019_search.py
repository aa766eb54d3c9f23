"""Search: rows of the full-text index are written by hand. Workers without this go on having the trigger do it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSERTED = """CREATE TRIGGER search_texts_inserted AFTER INSERT ON search_texts{} BEGIN
    INSERT INTO search_fts(rowid, title, names, steps, body)
    VALUES (new.id, new.title, new.names, new.steps, new.body); END"""


def upgrade() -> None:
    # A database made just now has the table as it is to be: 0009 makes the index anew with the code's own tables.
    if "paired" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("search_texts")}:
        return
    op.add_column("search_texts", sa.Column("paired", sa.Integer(), server_default="0", nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER search_texts_inserted")
        op.execute(INSERTED.format(" WHEN new.paired = 0"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER search_texts_inserted")
    op.drop_column("search_texts", "paired")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(INSERTED.format(""))
