"""What happens to a certificate after it was issued: steps that are never changed, where there were withdrawals alone."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None

# A withdrawal was the first thing that could happen, so it follows the certificate's own entry.
KEPT = """INSERT INTO certificate_step (id, certificate_id, kind, cause, reason, done_by, done_at, follows, leaf_seq)
          SELECT r.certificate_id, r.certificate_id, 'withdrawn', r.kind, r.reason, r.revoked_by, r.revoked_at,
                 c.leaf_seq, r.leaf_seq
          FROM revocation r JOIN certificate c ON c.id = r.certificate_id"""
BACK = """INSERT INTO revocation (certificate_id, kind, reason, revoked_by, revoked_at, leaf_seq)
          SELECT s.certificate_id, s.cause, s.reason, s.done_by, s.done_at, s.leaf_seq FROM certificate_step s
          WHERE s.kind = 'withdrawn' AND NOT EXISTS (
              SELECT 1 FROM certificate_step later WHERE later.certificate_id = s.certificate_id
              AND later.leaf_seq > s.leaf_seq AND later.kind IN ('withdrawn', 'undone'))"""
SQLITE = (
    """CREATE TRIGGER certificate_step_is_never_changed BEFORE UPDATE ON certificate_step
       BEGIN SELECT RAISE(ABORT, 'what happened to a certificate is never changed'); END""",
    """CREATE TRIGGER certificate_step_is_never_removed BEFORE DELETE ON certificate_step
       BEGIN SELECT RAISE(ABORT, 'what happened to a certificate is never removed'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION certificate_step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'what happened to a certificate is never changed or removed'
             USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER certificate_step_is_never_changed BEFORE UPDATE OR DELETE ON certificate_step
       FOR EACH ROW EXECUTE FUNCTION certificate_step_stays()""",
    """CREATE TRIGGER certificate_step_is_never_emptied BEFORE TRUNCATE ON certificate_step
       FOR EACH STATEMENT EXECUTE FUNCTION certificate_step_stays()""",
)


def upgrade() -> None:
    """Make the table and fill it with the withdrawals there are."""
    _make_steps()
    op.execute(KEPT)
    op.drop_table("revocation")
    for statement in POSTGRESQL if _is_postgresql() else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Keep the withdrawals that stand and forget the rest: what is suspended would count as valid."""
    op.create_table(
        "revocation",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_revocation_certificate_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_revocation_revoked_by")),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_revocation")),
    )
    op.execute(BACK)
    op.drop_table("certificate_step")
    if _is_postgresql():
        op.execute("DROP FUNCTION certificate_step_stays()")


def _make_steps() -> None:
    op.create_table(
        "certificate_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.Column("follows", sa.Integer(), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('withdrawn', 'undone', 'suspended', 'lifted')", name=op.f("ck_certificate_step_kind")
        ),
        sa.CheckConstraint("follows < leaf_seq", name=op.f("ck_certificate_step_follows")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_step_certificate_id")
        ),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_certificate_step_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_step")),
        sa.UniqueConstraint("certificate_id", "follows", name=op.f("uq_certificate_step_certificate_id")),
    )


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
