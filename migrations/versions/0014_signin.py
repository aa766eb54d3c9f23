"""Sign-in: limits, second factors, passkeys, identities at providers."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'limits',
        sa.Column('bucket', sa.String(length=64), nullable=False),
        sa.Column('empty_at', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('bucket', name=op.f('pk_limits')),
    )
    op.create_index('ix_limits_empty_at', 'limits', ['empty_at'], unique=False)
    op.create_table(
        'seen_tokens',
        sa.Column('token_digest', sa.String(length=64), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_seen_tokens')),
    )
    op.create_table(
        'identities',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('provider', sa.String(length=80), nullable=False),
        sa.Column('issuer', sa.String(length=300), nullable=False),
        sa.Column('subject', sa.String(length=300), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_identities_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_identities')),
        sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_identities_issuer_subject')),
    )
    op.create_index('ix_identities_user_id', 'identities', ['user_id'], unique=False)
    op.create_table(
        'one_time_codes',
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('sealed_secret', sa.LargeBinary(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_step', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_one_time_codes_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('user_id', name=op.f('pk_one_time_codes')),
    )
    op.create_table(
        'passkeys',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=300), nullable=False),
        sa.Column('credential_digest', sa.String(length=64), nullable=False),
        sa.Column('credential_id', sa.LargeBinary(), nullable=False),
        sa.Column('public_key', sa.LargeBinary(), nullable=False),
        sa.Column('sign_count', sa.BigInteger(), nullable=False),
        sa.Column('user_handle', sa.String(length=64), nullable=False),
        sa.Column('transports', sa.String(length=300), nullable=False),
        sa.Column('synced', sa.Boolean(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_passkeys_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_passkeys')),
        sa.UniqueConstraint('credential_digest', name=op.f('uq_passkeys_credential_digest')),
    )
    op.create_index('ix_passkeys_user_id', 'passkeys', ['user_id'], unique=False)
    op.create_table(
        'recovery_codes',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('code_digest', sa.String(length=64), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_recovery_codes_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_codes')),
        sa.UniqueConstraint('user_id', 'code_digest', name=op.f('uq_recovery_codes_user_id_code_digest')),
    )
    op.create_table(
        'sign_in_steps',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('token_digest', sa.String(length=64), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('data', sa.JSON(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('second_factor', 'passkey_sign_in', 'passkey_set_up')", name=op.f('ck_sign_in_steps_kind')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sign_in_steps_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_steps')),
        sa.UniqueConstraint('token_digest', name=op.f('uq_sign_in_steps_token_digest')),
    )
    op.create_index('ix_sign_in_steps_expires_at', 'sign_in_steps', ['expires_at'], unique=False)
    op.create_table(
        'proofs',
        sa.Column('sign_in_id', sa.Integer(), nullable=False),
        sa.Column('method', sa.String(length=20), nullable=False),
        sa.Column('proved_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("method IN ('password', 'second_factor', 'passkey', 'provider')", name=op.f('ck_proofs_method')),
        sa.ForeignKeyConstraint(['sign_in_id'], ['sign_ins.id'], name=op.f('fk_proofs_sign_in_id_sign_ins'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('sign_in_id', name=op.f('pk_proofs')),
    )
    op.create_table(
        'provided_roles',
        sa.Column('membership_id', sa.Integer(), nullable=False),
        sa.Column('identity_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_provided_roles_identity_id_identities'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['membership_id'], ['memberships.id'], name=op.f('fk_provided_roles_membership_id_memberships'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('membership_id', name=op.f('pk_provided_roles')),
    )
    op.create_index('ix_provided_roles_identity_id', 'provided_roles', ['identity_id'], unique=False)
    op.create_table(
        'provided_sign_ins',
        sa.Column('sign_in_id', sa.Integer(), nullable=False),
        sa.Column('identity_id', sa.Integer(), nullable=False),
        sa.Column('sid', sa.String(length=300), nullable=False),
        sa.Column('sealed_token', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_provided_sign_ins_identity_id_identities'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['sign_in_id'], ['sign_ins.id'], name=op.f('fk_provided_sign_ins_sign_in_id_sign_ins'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('sign_in_id', name=op.f('pk_provided_sign_ins')),
    )
    op.create_index('ix_provided_sign_ins_identity_id', 'provided_sign_ins', ['identity_id'], unique=False)
    op.create_index('ix_provided_sign_ins_sid', 'provided_sign_ins', ['sid'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_provided_sign_ins_sid', table_name='provided_sign_ins')
    op.drop_index('ix_provided_sign_ins_identity_id', table_name='provided_sign_ins')
    op.drop_table('provided_sign_ins')
    op.drop_index('ix_provided_roles_identity_id', table_name='provided_roles')
    op.drop_table('provided_roles')
    op.drop_table('proofs')
    op.drop_index('ix_sign_in_steps_expires_at', table_name='sign_in_steps')
    op.drop_table('sign_in_steps')
    op.drop_table('recovery_codes')
    op.drop_index('ix_passkeys_user_id', table_name='passkeys')
    op.drop_table('passkeys')
    op.drop_table('one_time_codes')
    op.drop_index('ix_identities_user_id', table_name='identities')
    op.drop_table('identities')
    op.drop_table('seen_tokens')
    op.drop_index('ix_limits_empty_at', table_name='limits')
    op.drop_table('limits')
