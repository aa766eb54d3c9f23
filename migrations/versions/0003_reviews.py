"""Add reviews: verdicts, duties, releases with their validity, former numbers, deputies, votes of the cities."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('review_reminders',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'subject_id', 'due_on', name=op.f('pk_review_reminders'))
    )
    op.create_table('review_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quorum', sa.Integer(), nullable=False),
    sa.Column('valid_months', sa.Integer(), nullable=False),
    sa.Column('lead_months', sa.Integer(), nullable=False),
    sa.Column('review_days', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_review_rules_only_one')),
    sa.CheckConstraint('lead_months BETWEEN 0 AND 12', name=op.f('ck_review_rules_lead_months')),
    sa.CheckConstraint('quorum BETWEEN 1 AND 5', name=op.f('ck_review_rules_quorum')),
    sa.CheckConstraint('review_days BETWEEN 1 AND 120', name=op.f('ck_review_rules_review_days')),
    sa.CheckConstraint('valid_months BETWEEN 1 AND 60', name=op.f('ck_review_rules_valid_months')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_rules'))
    )
    op.create_table('deputies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('deputy_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_deputies_ends_on')),
    sa.CheckConstraint('user_id <> deputy_id', name=op.f('ck_deputies_deputy_id')),
    sa.ForeignKeyConstraint(['deputy_id'], ['users.id'], name=op.f('fk_deputies_deputy_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_deputies_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['set_by_id'], ['users.id'], name=op.f('fk_deputies_set_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_deputies_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deputies'))
    )
    op.create_index('ix_deputies_deputy_id', 'deputies', ['deputy_id'], unique=False)
    op.create_index('ix_deputies_user_id', 'deputies', ['user_id'], unique=False)
    op.create_table('ozgplus_claims',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('claimed_by_id', sa.Integer(), nullable=True),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['claimed_by_id'], ['users.id'], name=op.f('fk_ozgplus_claims_claimed_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_ozgplus_claims_entry_id_entries'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_ozgplus_claims'))
    )
    op.create_table('reference_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=10), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_for_id', sa.Integer(), nullable=True),
    sa.Column('answer_reason', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("answer IN ('open', 'accepted', 'declined', 'withdrawn')", name=op.f('ck_reference_proposals_answer')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['users.id'], name=op.f('fk_reference_proposals_answered_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['answered_for_id'], ['organisations.id'], name=op.f('fk_reference_proposals_answered_for_id_organisations')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_reference_proposals_entry_id_entries'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_reference_proposals_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['users.id'], name=op.f('fk_reference_proposals_proposed_by_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_proposals'))
    )
    op.create_index('uq_reference_proposals_open', 'reference_proposals', ['entry_id'], unique=True, sqlite_where=sa.text("answer = 'open'"), postgresql_where=sa.text("answer = 'open'"))
    op.create_table('review_duties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("stage IN ('method', 'expert')", name=op.f('ck_review_duties_stage')),
    sa.ForeignKeyConstraint(['assignee_id'], ['users.id'], name=op.f('fk_review_duties_assignee_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_review_duties_entry_id_entries'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_duties'))
    )
    op.create_index('ix_review_duties_assignee_id', 'review_duties', ['assignee_id'], unique=False)
    op.create_index('ix_review_duties_due_on', 'review_duties', ['closed_at', 'due_on'], unique=False)
    op.create_index('uq_review_duties_open', 'review_duties', ['entry_id', 'stage'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    op.create_table('former_numbers',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('major', sa.Integer(), nullable=False),
    sa.Column('minor', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_former_numbers_entry_id_entries'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_former_numbers_version_id_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', 'major', 'minor', name=op.f('pk_former_numbers'))
    )
    op.create_table('releases',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=False),
    sa.Column('profile', sa.String(length=64), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('review_on <= valid_until', name=op.f('ck_releases_review_on')),
    sa.CheckConstraint('valid_from <= valid_until', name=op.f('ck_releases_valid_until')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_releases_entry_id_entries'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_releases_version_id_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('version_id', name=op.f('pk_releases'))
    )
    op.create_index('ix_releases_entry_id', 'releases', ['entry_id'], unique=False)
    op.create_index('ix_releases_review_on', 'releases', ['review_on'], unique=False)
    op.create_table('reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('verdict', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('deputy_for_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('profile', sa.String(length=64), nullable=False),
    sa.Column('carried_from_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("stage IN ('', 'method', 'expert')", name=op.f('ck_reviews_stage')),
    sa.CheckConstraint("state IN ('draft', 'review_method', 'review_expert', 'released', 'published', 'superseded', 'archived')", name=op.f('ck_reviews_state')),
    sa.CheckConstraint("verdict IN ('submitted', 'withdrawn', 'passed', 'sent_back', 'approved', 'carried', 'voided', 'revoked', 'published', 'superseded', 'confirmed', 'archived')", name=op.f('ck_reviews_verdict')),
    sa.ForeignKeyConstraint(['carried_from_id'], ['reviews.id'], name=op.f('fk_reviews_carried_from_id_reviews'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['deputy_for_id'], ['users.id'], name=op.f('fk_reviews_deputy_for_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_reviews_entry_id_entries'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_reviews_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_reviews_user_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_reviews_version_id_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reviews'))
    )
    op.create_index('ix_reviews_entry_id', 'reviews', ['entry_id', 'id'], unique=False)
    op.create_index('ix_reviews_user_id', 'reviews', ['user_id', 'id'], unique=False)
    op.create_index('ix_reviews_version_id', 'reviews', ['version_id'], unique=False)
    op.create_table('votes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('adoption', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("adoption IN ('as_is', 'adapted', 'not_here')", name=op.f('ck_votes_adoption')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_votes_entry_id_entries'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_votes_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_votes_user_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_votes_version_id_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_votes'))
    )
    op.create_index('ix_votes_entry_id', 'votes', ['entry_id', 'id'], unique=False)
    op.create_index('ix_votes_version_id', 'votes', ['version_id', 'organisation_id', 'id'], unique=False)
    op.create_table('approval_blocks',
    sa.Column('comment_id', sa.Integer(), nullable=False),
    sa.Column('set_by_id', sa.Integer(), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_approval_blocks_comment_id_comments'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lifted_by_id'], ['users.id'], name=op.f('fk_approval_blocks_lifted_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['set_by_id'], ['users.id'], name=op.f('fk_approval_blocks_set_by_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('comment_id', name=op.f('pk_approval_blocks'))
    )
    op.create_index('uq_versions_candidate', 'versions', ['entry_id'], unique=True, sqlite_where=sa.text("state IN ('review_method', 'review_expert', 'released')"), postgresql_where=sa.text("state IN ('review_method', 'review_expert', 'released')"))
    op.create_index('uq_versions_published', 'versions', ['entry_id'], unique=True, sqlite_where=sa.text("state = 'published'"), postgresql_where=sa.text("state = 'published'"))


def downgrade() -> None:
    op.drop_index('uq_versions_published', table_name='versions')
    op.drop_index('uq_versions_candidate', table_name='versions')
    op.drop_table('approval_blocks')
    op.drop_table('votes')
    op.drop_table('reviews')
    op.drop_table('releases')
    op.drop_table('former_numbers')
    op.drop_table('review_duties')
    op.drop_table('reference_proposals')
    op.drop_table('ozgplus_claims')
    op.drop_table('deputies')
    op.drop_table('review_rules')
    op.drop_table('review_reminders')
