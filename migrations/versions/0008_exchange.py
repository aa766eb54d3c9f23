"""Keep FIM profiles, activity groups, and what bundles need to be told apart across hubs."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('fim_profiles',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('status_code', sa.String(length=20), nullable=False),
    sa.Column('status_list', sa.String(length=300), nullable=False),
    sa.Column('status_version', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.String(length=10), nullable=False),
    sa.Column('valid_until', sa.String(length=10), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_fim_profiles_entry_id_entries'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_fim_profiles'))
    )
    with op.batch_alter_table('fim_profiles', schema=None) as batch_op:
        batch_op.create_index('ix_fim_profiles_status', ['status_code', 'status_version'], unique=False)
    op.create_table('fim_activities',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('element_key', sa.String(length=40), nullable=False),
    sa.Column('type', sa.Integer(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.CheckConstraint('type BETWEEN 0 AND 8', name=op.f('ck_fim_activities_type')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_fim_activities_entry_id_entries'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', 'element_key', name=op.f('pk_fim_activities'))
    )
    op.create_table('fim_uploads',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('blob_sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['blob_sha256'], ['blobs.sha256'], name=op.f('fk_fim_uploads_blob_sha256_blobs')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_fim_uploads_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fim_uploads'))
    )
    op.create_table('entry_identities',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('uid', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_entry_identities_entry_id_entries'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_entry_identities')),
    sa.UniqueConstraint('uid', name=op.f('uq_entry_identities_uid'))
    )
    op.create_table('foreign_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('uid', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.CheckConstraint("role IN ('parent', 'merged_from', 'forked_from', 'restored_from')", name=op.f('ck_foreign_links_role')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_foreign_links_version_id_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_foreign_links')),
    sa.UniqueConstraint('version_id', 'role', name=op.f('uq_foreign_links_version_id_role'))
    )
    with op.batch_alter_table('foreign_links', schema=None) as batch_op:
        batch_op.create_index('ix_foreign_links_uid', ['uid'], unique=False)
    op.create_table('foreign_people',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_foreign_people_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_foreign_people'))
    )
    op.create_table('bundle_pieces',
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_bundle_pieces_job_id_jobs'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('job_id', 'position', name=op.f('pk_bundle_pieces'))
    )


def downgrade() -> None:
    for table in (
        'bundle_pieces', 'foreign_people', 'foreign_links', 'entry_identities', 'fim_uploads', 'fim_activities',
        'fim_profiles',
    ):
        op.drop_table(table)
