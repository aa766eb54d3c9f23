"""Saved and recent searches, the coordination's word list; the index is made anew with room for it."""

import sqlalchemy as sa
from alembic import op

from hub import search

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_searches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('filters', sa.JSON(), nullable=False),
    sa.Column('alert', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_saved_searches_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_searches'))
    )
    op.create_index('ix_saved_searches_user_id', 'saved_searches', ['user_id'])
    op.create_index('ix_saved_searches_event_id', 'saved_searches', ['alert', 'event_id'])
    op.create_table('saved_search_hits',
    sa.Column('search_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['search_id'], ['saved_searches.id'], name=op.f('fk_saved_search_hits_search_id_saved_searches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_saved_search_hits_entry_id_entries'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('search_id', 'entry_id', name=op.f('pk_saved_search_hits'))
    )
    op.create_index('ix_saved_search_hits_entry_id', 'saved_search_hits', ['entry_id'])
    op.create_table('recent_searches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('query', sa.String(length=300), nullable=False),
    sa.Column('searched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_recent_searches_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recent_searches')),
    sa.UniqueConstraint('user_id', 'query', name=op.f('uq_recent_searches_user_id_query'))
    )
    op.create_table('recent_searches_off',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_recent_searches_off_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_recent_searches_off'))
    )
    op.create_table('word_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('same', 'related', 'apart', 'whole', 'split', 'part')", name=op.f('ck_word_rules_kind')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_word_rules_author_id_users'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_word_rules'))
    )
    op.create_index('ix_word_rules_removed_at', 'word_rules', ['removed_at', 'kind'])
    # The index holds nothing of its own: the worker fills it again.
    search.drop_tables(op.get_bind())
    search.create(op.get_bind())


def downgrade() -> None:
    for table in ('word_rules', 'recent_searches_off', 'recent_searches', 'saved_search_hits', 'saved_searches'):
        op.drop_table(table)
