"""Cooperation: indexes for what pages ask most often. Reads get quicker at once, old workers need nothing."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_elements_version_id_key", "elements", ["version_id", "key"])
    op.create_index("ix_versions_author_id", "versions", ["author_id", "entry_id", "created_at"])
    op.create_index("ix_versions_state_entry_id", "versions", ["state", "entry_id"])


def downgrade() -> None:
    op.drop_index("ix_versions_state_entry_id", "versions")
    op.drop_index("ix_versions_author_id", "versions")
    op.drop_index("ix_elements_version_id_key", "elements")
