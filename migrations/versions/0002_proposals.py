"""Add proposals between entries, what was decided and said about them, and recorded deviations."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('deviations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('change', sa.String(length=64), nullable=False),
    sa.Column('element_key', sa.String(length=40), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(length=300), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('declined', 'own')", name=op.f('ck_deviations_kind')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['users.id'], name=op.f('fk_deviations_decided_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_deviations_entry_id_entries'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['source_id'], ['entries.id'], name=op.f('fk_deviations_source_id_entries'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deviations')),
    sa.UniqueConstraint('entry_id', 'change', name=op.f('uq_deviations_entry_id_change'))
    )
    with op.batch_alter_table('deviations', schema=None) as batch_op:
        batch_op.create_index('ix_deviations_expires_on', ['expires_on'], unique=False)
        batch_op.create_index('ix_deviations_source_id', ['source_id', 'change'], unique=False)

    op.create_table('proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=True),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('base_id', sa.Integer(), nullable=False),
    sa.Column('ours_id', sa.Integer(), nullable=False),
    sa.Column('theirs_id', sa.Integer(), nullable=True),
    sa.Column('theirs_sha256', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('result_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(way = 'suggest') = (theirs_id IS NULL)", name=op.f('ck_proposals_own_content')),
    sa.CheckConstraint("state != 'merged' OR result_id IS NOT NULL", name=op.f('ck_proposals_result')),
    sa.CheckConstraint("state IN ('draft', 'open', 'merged', 'declined', 'withdrawn')", name=op.f('ck_proposals_state')),
    sa.CheckConstraint("way IN ('offer', 'take', 'suggest')", name=op.f('ck_proposals_way')),
    sa.CheckConstraint('(theirs_id IS NULL) = (source_id IS NULL)', name=op.f('ck_proposals_source')),
    sa.ForeignKeyConstraint(['base_id'], ['versions.id'], name=op.f('fk_proposals_base_id_versions')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['users.id'], name=op.f('fk_proposals_decided_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['opened_by_id'], ['users.id'], name=op.f('fk_proposals_opened_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_proposals_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['ours_id'], ['versions.id'], name=op.f('fk_proposals_ours_id_versions')),
    sa.ForeignKeyConstraint(['result_id'], ['versions.id'], name=op.f('fk_proposals_result_id_versions')),
    sa.ForeignKeyConstraint(['source_id'], ['entries.id'], name=op.f('fk_proposals_source_id_entries')),
    sa.ForeignKeyConstraint(['target_id'], ['entries.id'], name=op.f('fk_proposals_target_id_entries')),
    sa.ForeignKeyConstraint(['theirs_id'], ['versions.id'], name=op.f('fk_proposals_theirs_id_versions')),
    sa.ForeignKeyConstraint(['theirs_sha256'], ['blobs.sha256'], name=op.f('fk_proposals_theirs_sha256_blobs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposals'))
    )
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.create_index('ix_proposals_opened_by_id', ['opened_by_id', 'state'], unique=False)
        batch_op.create_index('ix_proposals_source_id', ['source_id', 'state'], unique=False)
        batch_op.create_index('ix_proposals_state', ['state', 'id'], unique=False)
        batch_op.create_index('ix_proposals_target_id', ['target_id', 'state'], unique=False)

    op.create_table('proposal_comments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('change', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_proposal_comments_author_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_proposal_comments_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_proposal_comments_proposal_id_proposals'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_comments'))
    )
    with op.batch_alter_table('proposal_comments', schema=None) as batch_op:
        batch_op.create_index('ix_proposal_comments_proposal_id', ['proposal_id', 'id'], unique=False)

    op.create_table('proposal_decisions',
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('change', sa.String(length=64), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('done', sa.Boolean(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("verdict IN ('adopt', 'adapt', 'both', 'decline', 'later')", name=op.f('ck_proposal_decisions_verdict')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['users.id'], name=op.f('fk_proposal_decisions_decided_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_proposal_decisions_proposal_id_proposals'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('proposal_id', 'change', name=op.f('pk_proposal_decisions'))
    )


def downgrade() -> None:
    op.drop_table('proposal_decisions')
    with op.batch_alter_table('proposal_comments', schema=None) as batch_op:
        batch_op.drop_index('ix_proposal_comments_proposal_id')

    op.drop_table('proposal_comments')
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.drop_index('ix_proposals_target_id')
        batch_op.drop_index('ix_proposals_state')
        batch_op.drop_index('ix_proposals_source_id')
        batch_op.drop_index('ix_proposals_opened_by_id')

    op.drop_table('proposals')
    with op.batch_alter_table('deviations', schema=None) as batch_op:
        batch_op.drop_index('ix_deviations_source_id')
        batch_op.drop_index('ix_deviations_expires_on')

    op.drop_table('deviations')
