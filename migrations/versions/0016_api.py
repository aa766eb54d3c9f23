"""API: tokens and answers to repeatable requests."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'tokens',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=300), nullable=False),
        sa.Column('token_digest', sa.String(length=64), nullable=False),
        sa.Column('scopes', sa.String(length=60), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('expires_at > created_at', name=op.f('ck_tokens_expires_later')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_tokens_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_tokens')),
        sa.UniqueConstraint('token_digest', name=op.f('uq_tokens_token_digest')),
    )
    op.create_index('ix_tokens_user_id', 'tokens', ['user_id'])
    op.create_table(
        'repeatables',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('holder', sa.String(length=40), nullable=False),
        sa.Column('key_digest', sa.String(length=64), nullable=False),
        sa.Column('request_digest', sa.String(length=64), nullable=False),
        sa.Column('claim', sa.String(length=32), nullable=False),
        sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('answer', sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_repeatables')),
        sa.UniqueConstraint('holder', 'key_digest', name=op.f('uq_repeatables_holder_key_digest')),
    )
    op.create_index('ix_repeatables_claimed_at', 'repeatables', ['claimed_at'])


def downgrade() -> None:
    op.drop_table('repeatables')
    op.drop_table('tokens')
