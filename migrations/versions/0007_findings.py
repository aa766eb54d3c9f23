"""Keep media breaks, decisions about them, their figures, the cooperation's rules, and maturity ratings."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('maturity_criteria',
    sa.Column('scale', sa.String(length=3), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('help', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("position >= 1 AND position <= CASE scale WHEN '1.1' THEN 10 ELSE 13 END", name=op.f('ck_maturity_criteria_position')),
    sa.CheckConstraint("scale IN ('1.1', '2.0')", name=op.f('ck_maturity_criteria_scale')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['users.id'], name=op.f('fk_maturity_criteria_changed_by_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('scale', 'position', name=op.f('pk_maturity_criteria'))
    )
    op.create_table('media_rule_sets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('message', sa.String(length=300), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_media_rule_sets_number_positive')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_media_rule_sets_author_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media_rule_sets')),
    sa.UniqueConstraint('number', name=op.f('uq_media_rule_sets_number'))
    )
    op.create_table('media_confirmations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('blob_sha256', sa.String(length=64), nullable=False),
    sa.Column('confirmed', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_media_confirmations_author_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['blob_sha256'], ['blobs.sha256'], name=op.f('fk_media_confirmations_blob_sha256_blobs')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_media_confirmations_entry_id_entries'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media_confirmations'))
    )
    with op.batch_alter_table('media_confirmations', schema=None) as batch_op:
        batch_op.create_index('ix_media_confirmations_entry_id', ['entry_id', 'blob_sha256'], unique=False)

    op.create_table('maturity_ratings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('scale', sa.String(length=3), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('rated_on', sa.Date(), nullable=False),
    sa.Column('actual', sa.Integer(), nullable=True),
    sa.Column('target', sa.Integer(), nullable=True),
    sa.Column('rated_criteria', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("actual IS NULL OR (actual >= 0 AND actual <= CASE scale WHEN '1.1' THEN 4 ELSE 7 END)", name=op.f('ck_maturity_ratings_actual')),
    sa.CheckConstraint("scale IN ('1.1', '2.0')", name=op.f('ck_maturity_ratings_scale')),
    sa.CheckConstraint("target IS NULL OR (target >= 0 AND target <= CASE scale WHEN '1.1' THEN 4 ELSE 7 END)", name=op.f('ck_maturity_ratings_target')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_maturity_ratings_author_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_maturity_ratings_entry_id_entries'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_maturity_ratings_version_id_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_maturity_ratings')),
    sa.UniqueConstraint('entry_id', 'scale', 'number', name=op.f('uq_maturity_ratings_entry_id_scale_number'))
    )
    with op.batch_alter_table('maturity_ratings', schema=None) as batch_op:
        batch_op.create_index('ix_maturity_ratings_version_id', ['version_id'], unique=False)

    op.create_table('media_decisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('element_key', sa.String(length=40), nullable=False),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('text_digest', sa.String(length=64), nullable=False),
    sa.Column('decision', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('legal_basis', sa.String(length=300), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_from_id', sa.Integer(), nullable=True),
    sa.Column('taken_over_from_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("decision != 'justified' OR legal_basis != ''", name=op.f('ck_media_decisions_justified_with_legal_basis')),
    sa.CheckConstraint("decision IN ('open', 'fixed', 'justified', 'no-break')", name=op.f('ck_media_decisions_decision')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_media_decisions_author_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_media_decisions_entry_id_entries'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['taken_from_id'], ['media_decisions.id'], name=op.f('fk_media_decisions_taken_from_id_media_decisions'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['taken_over_from_id'], ['organisations.id'], name=op.f('fk_media_decisions_taken_over_from_id_organisations')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_media_decisions_version_id_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media_decisions'))
    )
    with op.batch_alter_table('media_decisions', schema=None) as batch_op:
        batch_op.create_index('ix_media_decisions_entry_id', ['entry_id', 'id'], unique=False)

    op.create_table('media_findings',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('bpmn_id', sa.String(length=300), nullable=False),
    sa.Column('element_key', sa.String(length=40), nullable=False),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('severity', sa.String(length=1), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('text_digest', sa.String(length=64), nullable=False),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.Column('claim', sa.Text(), nullable=False),
    sa.CheckConstraint("severity IN ('H', 'M', 'N')", name=op.f('ck_media_findings_severity')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_media_findings_version_id_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('version_id', 'position', name=op.f('pk_media_findings'))
    )
    with op.batch_alter_table('media_findings', schema=None) as batch_op:
        batch_op.create_index('ix_media_findings_rule', ['rule', 'severity'], unique=False)

    op.create_table('media_numbers',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('of_version_id', sa.Integer(), nullable=True),
    sa.Column('rules_version', sa.String(length=40), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('open_high', sa.Integer(), nullable=False),
    sa.Column('open_medium', sa.Integer(), nullable=False),
    sa.Column('open_note', sa.Integer(), nullable=False),
    sa.Column('justified_high', sa.Integer(), nullable=False),
    sa.Column('justified_medium', sa.Integer(), nullable=False),
    sa.Column('settled', sa.Integer(), nullable=False),
    sa.Column('hand_overs', sa.Integer(), nullable=False),
    sa.Column('broken_hand_overs', sa.Integer(), nullable=False),
    sa.Column('tasks', sa.Integer(), nullable=False),
    sa.Column('automated_tasks', sa.Integer(), nullable=False),
    sa.Column('one_way_free', sa.Boolean(), nullable=True),
    sa.Column('all_ways_free', sa.Boolean(), nullable=True),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('unchecked', 'open', 'justified', 'free')", name=op.f('ck_media_numbers_status')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['users.id'], name=op.f('fk_media_numbers_confirmed_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['of_version_id'], ['versions.id'], name=op.f('fk_media_numbers_of_version_id_versions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_media_numbers_version_id_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('version_id', name=op.f('pk_media_numbers'))
    )
    with op.batch_alter_table('media_numbers', schema=None) as batch_op:
        batch_op.create_index('ix_media_numbers_of_version_id', ['of_version_id'], unique=False)
        batch_op.create_index('ix_media_numbers_rules_version', ['rules_version'], unique=False)
        batch_op.create_index('ix_media_numbers_status', ['status'], unique=False)

    op.create_table('maturity_levels',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('scale', sa.String(length=3), nullable=False),
    sa.Column('rating_id', sa.Integer(), nullable=False),
    sa.Column('actual', sa.Integer(), nullable=True),
    sa.Column('target', sa.Integer(), nullable=True),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('rated_on', sa.Date(), nullable=False),
    sa.CheckConstraint("scale IN ('1.1', '2.0')", name=op.f('ck_maturity_levels_scale')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_maturity_levels_entry_id_entries'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['rating_id'], ['maturity_ratings.id'], name=op.f('fk_maturity_levels_rating_id_maturity_ratings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', 'scale', name=op.f('pk_maturity_levels'))
    )
    with op.batch_alter_table('maturity_levels', schema=None) as batch_op:
        batch_op.create_index('ix_maturity_levels_scale', ['scale', 'actual'], unique=False)

    op.create_table('maturity_marks',
    sa.Column('rating_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('actual', sa.Integer(), nullable=True),
    sa.Column('target', sa.Integer(), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['rating_id'], ['maturity_ratings.id'], name=op.f('fk_maturity_marks_rating_id_maturity_ratings'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('rating_id', 'position', name=op.f('pk_maturity_marks'))
    )


def downgrade() -> None:
    op.drop_table('maturity_marks')
    with op.batch_alter_table('maturity_levels', schema=None) as batch_op:
        batch_op.drop_index('ix_maturity_levels_scale')

    op.drop_table('maturity_levels')
    with op.batch_alter_table('media_numbers', schema=None) as batch_op:
        batch_op.drop_index('ix_media_numbers_status')
        batch_op.drop_index('ix_media_numbers_rules_version')
        batch_op.drop_index('ix_media_numbers_of_version_id')

    op.drop_table('media_numbers')
    with op.batch_alter_table('media_findings', schema=None) as batch_op:
        batch_op.drop_index('ix_media_findings_rule')

    op.drop_table('media_findings')
    with op.batch_alter_table('media_decisions', schema=None) as batch_op:
        batch_op.drop_index('ix_media_decisions_entry_id')

    op.drop_table('media_decisions')
    with op.batch_alter_table('maturity_ratings', schema=None) as batch_op:
        batch_op.drop_index('ix_maturity_ratings_version_id')

    op.drop_table('maturity_ratings')
    with op.batch_alter_table('media_confirmations', schema=None) as batch_op:
        batch_op.drop_index('ix_media_confirmations_entry_id')

    op.drop_table('media_confirmations')
    op.drop_table('media_rule_sets')
    op.drop_table('maturity_criteria')
