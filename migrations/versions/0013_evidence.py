"""Seal the log: a chain of digests over everything that happened."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'seals',
        sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('event_id', sa.Integer(), nullable=False),
        sa.Column('data_sha256', sa.String(length=64), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_seals_event_id_events')),
        sa.PrimaryKeyConstraint('position', name=op.f('pk_seals')),
        sa.UniqueConstraint('event_id', name=op.f('uq_seals_event_id')),
    )
    op.create_table(
        'log_head',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_log_head')),
    )


def downgrade() -> None:
    op.drop_table('log_head')
    op.drop_table('seals')
