"""Services: source, state, revision, words to find them by; merged ones; imports and what they changed."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

UMLAUTS = str.maketrans({'ä': 'a', 'ö': 'o', 'ü': 'u', 'ß': 'ss'})


def upgrade() -> None:
    op.add_column('services', sa.Column('source', sa.String(length=300), nullable=False, server_default=''))
    op.add_column('services', sa.Column('active', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column('services', sa.Column('revision', sa.Integer(), nullable=False, server_default='1'))
    op.add_column('services', sa.Column('words', sa.Text(), nullable=False, server_default=''))
    op.create_index('ix_services_place', 'services', ['field', 'situation', 'ozg_id'])
    connection = op.get_bind()
    rows = connection.execute(sa.text('SELECT id, name FROM services')).all()
    for key, name in rows:
        words = ' '.join(name.lower().translate(UMLAUTS).split())
        connection.execute(sa.text('UPDATE services SET words = :words WHERE id = :id'), {'words': words, 'id': key})
    op.create_table('service_aliases',
    sa.Column('old_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_service_aliases_service_id_services'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['old_id'], ['services.id'], name=op.f('fk_service_aliases_old_id_services'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('old_id', name=op.f('pk_service_aliases'))
    )
    op.create_index('ix_service_aliases_service_id', 'service_aliases', ['service_id'])
    op.create_table('service_imports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('blob_sha256', sa.String(length=64), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['blob_sha256'], ['blobs.sha256'], name=op.f('fk_service_imports_blob_sha256_blobs')),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_service_imports_job_id_jobs'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_service_imports_user_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_imports'))
    )
    op.create_table('service_changes',
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['service_imports.id'], name=op.f('fk_service_changes_import_id_service_imports'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('import_id', 'service_id', name=op.f('pk_service_changes'))
    )


def downgrade() -> None:
    op.drop_table('service_changes')
    op.drop_table('service_imports')
    op.drop_index('ix_service_aliases_service_id', table_name='service_aliases')
    op.drop_table('service_aliases')
    op.drop_index('ix_services_place', table_name='services')
    for name in ('words', 'revision', 'active', 'source'):
        op.drop_column('services', name)
