"""Operations: who works, who does a chore, what has failed, which programs may run."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('worker_beats',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worker_beats')),
    sa.UniqueConstraint('name', name=op.f('uq_worker_beats_name'))
    )
    op.create_table('leases',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('holder', sa.String(length=300), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_leases'))
    )
    op.create_table('job_tries',
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('failure', sa.String(length=300), nullable=False),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_job_tries_job_id_jobs'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('job_id', name=op.f('pk_job_tries'))
    )
    table = op.create_table('compatibility',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('oldest', sa.String(length=40), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_compatibility_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_compatibility'))
    )
    op.bulk_insert(table, [{'id': 1, 'oldest': '0018'}])


def downgrade() -> None:
    op.drop_table('compatibility')
    op.drop_table('job_tries')
    op.drop_table('leases')
    op.drop_table('worker_beats')
