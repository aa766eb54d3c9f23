"""Funding: programmes, grants, results, reuse, the efficiency ledger, statements of use and their review."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('programmes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('funder', sa.String(length=300), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('legal_basis', sa.String(length=300), nullable=False),
    sa.Column('least_partners', sa.Integer(), nullable=False),
    sa.Column('least_years', sa.Integer(), nullable=False),
    sa.Column('least_saving', sa.Integer(), nullable=False),
    sa.Column('retention_years', sa.Integer(), nullable=False),
    sa.Column('report_months', sa.Integer(), nullable=False),
    sa.Column('receipts_needed', sa.Boolean(), nullable=False),
    sa.Column('checklist', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programmes')),
    sa.UniqueConstraint('slug', name=op.f('uq_programmes_slug'))
    )
    op.create_table('grants',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('authority_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('reference', sa.String(length=300), nullable=False),
    sa.Column('distinction', sa.Text(), nullable=False),
    sa.Column('benefit', sa.Text(), nullable=False),
    sa.Column('transfer', sa.Text(), nullable=False),
    sa.Column('transfer_from', sa.Date(), nullable=True),
    sa.Column('contact', sa.String(length=300), nullable=False),
    sa.Column('authority_contact', sa.String(length=300), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('own_share', sa.BigInteger(), nullable=False),
    sa.Column('notice_date', sa.Date(), nullable=True),
    sa.Column('period_start', sa.Date(), nullable=True),
    sa.Column('period_end', sa.Date(), nullable=True),
    sa.Column('purpose_end', sa.Date(), nullable=True),
    sa.Column('interim_due', sa.Date(), nullable=True),
    sa.Column('report_due', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('applied', 'approved', 'running', 'extended', 'reported', 'in_review', 'accepted', 'accepted_with_conditions', 'objected', 'closed', 'revoked', 'withdrawn')", name=op.f('ck_grants_state')),
    sa.CheckConstraint('amount >= 0 AND own_share >= 0', name=op.f('ck_grants_amounts')),
    sa.CheckConstraint('period_end IS NULL OR period_start IS NULL OR period_start <= period_end', name=op.f('ck_grants_period')),
    sa.ForeignKeyConstraint(['authority_id'], ['organisations.id'], name=op.f('fk_grants_authority_id_organisations')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_grants_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['programme_id'], ['programmes.id'], name=op.f('fk_grants_programme_id_programmes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grants')),
    sa.UniqueConstraint('slug', name=op.f('uq_grants_slug'))
    )
    op.create_index('ix_grants_authority_id', 'grants', ['authority_id'], unique=False)
    op.create_index('ix_grants_organisation_id', 'grants', ['organisation_id'], unique=False)
    op.create_table('grant_conditions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('met_on', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_grant_conditions_grant_id_grants'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grant_conditions'))
    )
    op.create_index('ix_grant_conditions_grant_id', 'grant_conditions', ['grant_id'], unique=False)
    op.create_table('grant_documents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('filename', sa.String(length=300), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('blob_sha256', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['blob_sha256'], ['blobs.sha256'], name=op.f('fk_grant_documents_blob_sha256_blobs')),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_grant_documents_grant_id_grants'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_grant_documents_user_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grant_documents'))
    )
    op.create_index('ix_grant_documents_grant_id', 'grant_documents', ['grant_id'], unique=False)
    op.create_table('grant_partners',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('share', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("organisation_id IS NOT NULL OR name <> ''", name=op.f('ck_grant_partners_somebody')),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_grant_partners_grant_id_grants'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_grant_partners_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grant_partners')),
    sa.UniqueConstraint('grant_id', 'organisation_id', name=op.f('uq_grant_partners_grant_id_organisation_id'))
    )
    op.create_table('grant_reminders',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('deadline', sa.String(length=40), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_grant_reminders_grant_id_grants'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grant_reminders')),
    sa.UniqueConstraint('grant_id', 'deadline', 'due', 'days', name=op.f('uq_grant_reminders_grant_id_deadline_due_days'))
    )
    op.create_table('plan_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('planned', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("side IN ('expenditure', 'income')", name=op.f('ck_plan_items_side')),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_plan_items_grant_id_grants'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_items')),
    sa.UniqueConstraint('grant_id', 'position', name=op.f('uq_plan_items_grant_id_position'))
    )
    op.create_table('results',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('criterion', sa.Text(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('share', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('open', 'in_work', 'submitted', 'in_review', 'accepted', 'to_improve')", name=op.f('ck_results_state')),
    sa.CheckConstraint('share >= 0', name=op.f('ck_results_share')),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_results_grant_id_grants'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_results_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_results')),
    sa.UniqueConstraint('grant_id', 'position', name=op.f('uq_results_grant_id_position'))
    )
    op.create_table('statements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
    sa.Column('period_start', sa.Date(), nullable=True),
    sa.Column('period_end', sa.Date(), nullable=True),
    sa.Column('report', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('frozen_sha256', sa.String(length=64), nullable=True),
    sa.Column('submitted_by_id', sa.Integer(), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'draft') = (frozen_sha256 IS NULL)", name=op.f('ck_statements_frozen')),
    sa.CheckConstraint("kind IN ('interim', 'final')", name=op.f('ck_statements_kind')),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'in_review', 'query', 'objection', 'resubmitted', 'accepted', 'accepted_with_conditions')", name=op.f('ck_statements_state')),
    sa.ForeignKeyConstraint(['corrects_id'], ['statements.id'], name=op.f('fk_statements_corrects_id_statements')),
    sa.ForeignKeyConstraint(['frozen_sha256'], ['blobs.sha256'], name=op.f('fk_statements_frozen_sha256_blobs')),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_statements_grant_id_grants'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['users.id'], name=op.f('fk_statements_submitted_by_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statements')),
    sa.UniqueConstraint('grant_id', 'number', name=op.f('uq_statements_grant_id_number'))
    )
    op.create_table('checklist_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('answer', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("answer IN ('yes', 'no', 'open', 'not_applicable')", name=op.f('ck_checklist_answers_answer')),
    sa.ForeignKeyConstraint(['statement_id'], ['statements.id'], name=op.f('fk_checklist_answers_statement_id_statements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_checklist_answers_user_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_answers'))
    )
    op.create_index('ix_checklist_answers_statement_id', 'checklist_answers', ['statement_id', 'key', 'id'], unique=False)
    op.create_table('evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('result_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['result_id'], ['results.id'], name=op.f('fk_evidence_result_id_results'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_evidence_user_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_evidence_version_id_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
    sa.UniqueConstraint('result_id', 'version_id', name=op.f('uq_evidence_result_id_version_id'))
    )
    op.create_index('ix_evidence_version_id', 'evidence', ['version_id'], unique=False)
    op.create_table('grant_moves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('result_id', sa.Integer(), nullable=True),
    sa.Column('before', sa.String(length=30), nullable=False),
    sa.Column('after', sa.String(length=30), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_grant_moves_grant_id_grants'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['result_id'], ['results.id'], name=op.f('fk_grant_moves_result_id_results'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_grant_moves_user_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grant_moves'))
    )
    op.create_index('ix_grant_moves_grant_id', 'grant_moves', ['grant_id', 'id'], unique=False)
    op.create_table('ledger_rows',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=True),
    sa.Column('version_before_id', sa.Integer(), nullable=True),
    sa.Column('version_after_id', sa.Integer(), nullable=True),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('minutes_before', sa.Integer(), nullable=False),
    sa.Column('minutes_after', sa.Integer(), nullable=False),
    sa.Column('hourly_rate', sa.BigInteger(), nullable=False),
    sa.Column('material_before', sa.BigInteger(), nullable=False),
    sa.Column('material_after', sa.BigInteger(), nullable=False),
    sa.Column('running_after', sa.BigInteger(), nullable=False),
    sa.Column('once_saved', sa.BigInteger(), nullable=False),
    sa.Column('cost_before', sa.BigInteger(), nullable=False),
    sa.Column('cost_after', sa.BigInteger(), nullable=False),
    sa.Column('low', sa.Integer(), nullable=False),
    sa.Column('high', sa.Integer(), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=False),
    sa.Column('sources', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint('cases >= 0 AND minutes_before >= 0 AND minutes_after >= 0', name=op.f('ck_ledger_rows_figures')),
    sa.CheckConstraint('low <= 100 AND high >= 100 AND low >= 0', name=op.f('ck_ledger_rows_range')),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_ledger_rows_grant_id_grants'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_ledger_rows_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_ledger_rows_service_id_services')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_ledger_rows_user_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['version_after_id'], ['versions.id'], name=op.f('fk_ledger_rows_version_after_id_versions')),
    sa.ForeignKeyConstraint(['version_before_id'], ['versions.id'], name=op.f('fk_ledger_rows_version_before_id_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_rows')),
    sa.UniqueConstraint('organisation_id', 'service_id', 'year', name=op.f('uq_ledger_rows_organisation_id_service_id_year'))
    )
    op.create_index('ix_ledger_rows_grant_id', 'ledger_rows', ['grant_id'], unique=False)
    op.create_table('receipts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('side', sa.String(length=12), nullable=False),
    sa.Column('party', sa.String(length=300), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('plan_item_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("side IN ('expenditure', 'income')", name=op.f('ck_receipts_side')),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_receipts_grant_id_grants'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_receipts_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['plan_item_id'], ['plan_items.id'], name=op.f('fk_receipts_plan_item_id_plan_items'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_receipts_user_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipts')),
    sa.UniqueConstraint('grant_id', 'number', name=op.f('uq_receipts_grant_id_number'))
    )
    op.create_index('ix_receipts_grant_id', 'receipts', ['grant_id', 'day'], unique=False)
    op.create_table('reuses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('ags', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('deviation', sa.Text(), nullable=False),
    sa.Column('contact', sa.String(length=300), nullable=False),
    sa.Column('fork_id', sa.Integer(), nullable=True),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("organisation_id IS NOT NULL OR name <> ''", name=op.f('ck_reuses_somebody')),
    sa.CheckConstraint("state IN ('planned', 'adapting', 'live', 'ended')", name=op.f('ck_reuses_state')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['users.id'], name=op.f('fk_reuses_confirmed_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_reuses_entry_id_entries')),
    sa.ForeignKeyConstraint(['fork_id'], ['entries.id'], name=op.f('fk_reuses_fork_id_entries')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_reuses_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['users.id'], name=op.f('fk_reuses_recorded_by_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_reuses_version_id_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reuses'))
    )
    op.create_index('ix_reuses_entry_id', 'reuses', ['entry_id'], unique=False)
    op.create_index('ix_reuses_organisation_id', 'reuses', ['organisation_id'], unique=False)
    op.create_table('review_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('internal', sa.Boolean(), nullable=False),
    sa.Column('about', sa.String(length=60), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('verdict', sa.String(length=30), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=True),
    sa.Column('reply_to_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('note', 'question', 'objection', 'reply', 'proposal', 'decision')", name=op.f('ck_review_notes_kind')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_review_notes_author_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_review_notes_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['reply_to_id'], ['review_notes.id'], name=op.f('fk_review_notes_reply_to_id_review_notes')),
    sa.ForeignKeyConstraint(['statement_id'], ['statements.id'], name=op.f('fk_review_notes_statement_id_statements'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_notes'))
    )
    op.create_index('ix_review_notes_statement_id', 'review_notes', ['statement_id', 'id'], unique=False)
    op.create_table('review_samples',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('receipt_ids', sa.Text(), nullable=False),
    sa.Column('sum_drawn', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statements.id'], name=op.f('fk_review_samples_statement_id_statements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_review_samples_user_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_samples'))
    )
    op.create_index(op.f('ix_review_samples_statement_id'), 'review_samples', ['statement_id'], unique=False)
    op.create_table('submitted_versions',
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['statement_id'], ['statements.id'], name=op.f('fk_submitted_versions_statement_id_statements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_submitted_versions_version_id_versions')),
    sa.PrimaryKeyConstraint('statement_id', 'version_id', name=op.f('pk_submitted_versions'))
    )
    op.create_table('reuse_moves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reuse_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.String(length=10), nullable=False),
    sa.Column('after', sa.String(length=10), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['reuse_id'], ['reuses.id'], name=op.f('fk_reuse_moves_reuse_id_reuses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_reuse_moves_user_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reuse_moves'))
    )
    op.create_index('ix_reuse_moves_reuse_id', 'reuse_moves', ['reuse_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_reuse_moves_reuse_id', table_name='reuse_moves')
    op.drop_table('reuse_moves')
    op.drop_table('submitted_versions')
    op.drop_index(op.f('ix_review_samples_statement_id'), table_name='review_samples')
    op.drop_table('review_samples')
    op.drop_index('ix_review_notes_statement_id', table_name='review_notes')
    op.drop_table('review_notes')
    op.drop_index('ix_reuses_organisation_id', table_name='reuses')
    op.drop_index('ix_reuses_entry_id', table_name='reuses')
    op.drop_table('reuses')
    op.drop_index('ix_receipts_grant_id', table_name='receipts')
    op.drop_table('receipts')
    op.drop_index('ix_ledger_rows_grant_id', table_name='ledger_rows')
    op.drop_table('ledger_rows')
    op.drop_index('ix_grant_moves_grant_id', table_name='grant_moves')
    op.drop_table('grant_moves')
    op.drop_index('ix_evidence_version_id', table_name='evidence')
    op.drop_table('evidence')
    op.drop_index('ix_checklist_answers_statement_id', table_name='checklist_answers')
    op.drop_table('checklist_answers')
    op.drop_table('statements')
    op.drop_table('results')
    op.drop_table('plan_items')
    op.drop_table('grant_reminders')
    op.drop_table('grant_partners')
    op.drop_index('ix_grant_documents_grant_id', table_name='grant_documents')
    op.drop_table('grant_documents')
    op.drop_index('ix_grant_conditions_grant_id', table_name='grant_conditions')
    op.drop_table('grant_conditions')
    op.drop_index('ix_grants_organisation_id', table_name='grants')
    op.drop_index('ix_grants_authority_id', table_name='grants')
    op.drop_table('grants')
    op.drop_table('programmes')
