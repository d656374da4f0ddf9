"""Certificates as signed credentials, the lists of those withdrawn, and what each key is for."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER credential_is_never_changed BEFORE UPDATE ON credential
       BEGIN SELECT RAISE(ABORT, 'signed credentials are never changed'); END""",
    """CREATE TRIGGER credential_is_never_removed BEFORE DELETE ON credential
       BEGIN SELECT RAISE(ABORT, 'signed credentials are never removed'); END""",
    """CREATE TRIGGER credential_is_never_replaced BEFORE INSERT ON credential
       WHEN EXISTS (SELECT 1 FROM credential WHERE certificate_id = NEW.certificate_id OR code = NEW.code
                    OR (list_number = NEW.list_number AND list_index = NEW.list_index))
       BEGIN SELECT RAISE(ABORT, 'signed credentials are never replaced'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION credential_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'signed credentials are never changed or removed'
             USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER credential_is_never_changed BEFORE UPDATE OR DELETE ON credential
       FOR EACH ROW EXECUTE FUNCTION credential_stays()""",
    """CREATE TRIGGER credential_is_never_emptied BEFORE TRUNCATE ON credential
       FOR EACH STATEMENT EXECUTE FUNCTION credential_stays()""",
)


def upgrade() -> None:
    """Make the tables. Keys that are there sign checkpoints."""
    with op.batch_alter_table("signing_key") as table:
        table.add_column(sa.Column("purpose", sa.String(length=12), nullable=False, server_default="checkpoints"))
        table.add_column(sa.Column("certificate", sa.Text(), nullable=True))
    op.create_table(
        "status_list",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("signed_version", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(length=8), nullable=True),
        sa.Column("valid_until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["kid"], ["signing_key.kid"], name=op.f("fk_status_list_kid")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_status_list")),
    )
    _make_credentials()
    op.create_table(
        "signing_halt",
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_signing_halt")),
    )


def downgrade() -> None:
    """Forget them. What was given out can then not be checked any more."""
    op.drop_table("signing_halt")
    op.drop_table("credential")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION credential_stays()")
    op.drop_table("status_list")
    with op.batch_alter_table("signing_key") as table:
        table.drop_column("certificate")
        table.drop_column("purpose")


def _make_credentials() -> None:
    op.create_table(
        "credential",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=28), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("jwt", sa.Text(), nullable=True),
        sa.Column("kid", sa.String(length=8), nullable=False),
        sa.Column("jwt_kid", sa.String(length=8), nullable=True),
        sa.Column("list_number", sa.Integer(), nullable=False),
        sa.Column("list_index", sa.Integer(), nullable=False),
        sa.Column("valid_until", UtcDateTime(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("list_index >= 0", name=op.f("ck_credential_index")),
        *(
            sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_credential_{name}"))
            for name, target in (
                ("certificate_id", "certificate.id"), ("kid", "signing_key.kid"), ("jwt_kid", "signing_key.kid"),
                ("list_number", "status_list.number"),
            )
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_credential")),
        sa.UniqueConstraint("code", name=op.f("uq_credential_code")),
        sa.UniqueConstraint("list_number", "list_index", name=op.f("uq_credential_list_number")),
    )  # fmt: skip
    op.create_index("ix_credential_kid", "credential", ["kid"])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
