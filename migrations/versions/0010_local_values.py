"""Slots of shared entries, and the values cities fill them with."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('slots',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('label', sa.String(length=300), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('standard', sa.String(length=300), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('fee', 'by_law', 'system', 'unit', 'deadline', 'contact', 'text')", name=op.f('ck_slots_kind')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_slots_author_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_slots_entry_id_entries'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slots')),
    sa.UniqueConstraint('entry_id', 'name', name=op.f('uq_slots_entry_id_name'))
    )
    op.create_table('local_values',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('legal_basis', sa.String(length=300), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('sequence > 0', name=op.f('ck_local_values_sequence_positive')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_local_values_author_id_users'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_local_values_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['slot_id'], ['slots.id'], name=op.f('fk_local_values_slot_id_slots'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_local_values')),
    sa.UniqueConstraint('slot_id', 'organisation_id', 'sequence', name=op.f('uq_local_values_slot_id_organisation_id_sequence'))
    )
    op.create_index('ix_local_values_organisation_id', 'local_values', ['organisation_id'])


def downgrade() -> None:
    op.drop_index('ix_local_values_organisation_id', table_name='local_values')
    op.drop_table('local_values')
    op.drop_table('slots')
