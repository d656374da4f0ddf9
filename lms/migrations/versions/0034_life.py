"""What happens to a certificate after it was issued: steps where there were withdrawals alone, and corrected names.

None of it is ever changed. A corrected name is signed and drawn anew, as the next edition beside the one before.
"""

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
TABLES = ("certificate_step", "name_correction")
SQLITE = tuple(
    f"""CREATE TRIGGER {table}_is_never_{done} BEFORE {what} ON {table}
       BEGIN SELECT RAISE(ABORT, 'what happened to a certificate is never {done}'); END"""
    for table in TABLES
    for done, what in (("changed", "UPDATE"), ("removed", "DELETE"))
)
POSTGRESQL = (
    """CREATE FUNCTION certificate_step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'what happened to a certificate is never changed or removed'
             USING ERRCODE = 'restrict_violation'; END $$""",
    *(
        f"""CREATE TRIGGER {table}_is_never_{done} BEFORE {what} ON {table}
            FOR EACH {each} EXECUTE FUNCTION certificate_step_stays()"""
        for table in TABLES
        for done, what, each in (("changed", "UPDATE OR DELETE", "ROW"), ("emptied", "TRUNCATE", "STATEMENT"))
    ),
)
# On SQLite a table whose key changes is made anew, and its triggers with it (0029).
CREDENTIAL = (
    """CREATE TRIGGER credential_is_never_changed BEFORE UPDATE ON credential
       BEGIN SELECT RAISE(ABORT, 'signed credentials are never changed'); END""",
    """CREATE TRIGGER credential_is_never_removed BEFORE DELETE ON credential
       BEGIN SELECT RAISE(ABORT, 'signed credentials are never removed'); END""",
    """CREATE TRIGGER credential_is_never_replaced BEFORE INSERT ON credential
       WHEN EXISTS (SELECT 1 FROM credential WHERE {same}
                    OR (list_number = NEW.list_number AND list_index = NEW.list_index))
       BEGIN SELECT RAISE(ABORT, 'signed credentials are never replaced'); END""",
)
ONE = "certificate_id = NEW.certificate_id OR code = NEW.code"
EACH = "(edition = NEW.edition AND (certificate_id = NEW.certificate_id OR code = NEW.code))"


def upgrade() -> None:
    """Make the tables, keep the withdrawals there are; what is signed and drawn is the first edition."""
    _make_steps()
    op.execute(KEPT)
    op.drop_table("revocation")
    _make_corrections()
    _number_editions()
    for statement in POSTGRESQL if _is_postgresql() else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Keep the withdrawals that stand and forget the rest: what is suspended counts as valid, names are as before."""
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
    for table in TABLES:
        op.drop_table(table)
    if _is_postgresql():
        op.execute("DROP FUNCTION certificate_step_stays()")
    _forget_editions()


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


def _make_corrections() -> None:
    op.create_table(
        "name_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("before", sa.String(length=90), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("edition > 1", name=op.f("ck_name_correction_edition")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_name_correction_certificate_id")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_name_correction_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_correction")),
        sa.UniqueConstraint("certificate_id", "edition", name=op.f("uq_name_correction_certificate_id")),
    )


def _number_editions() -> None:
    for name in ("certificate_pdf", "credential"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
            table.drop_constraint(op.f(f"pk_{name}"), type_="primary")
            table.create_primary_key(op.f(f"pk_{name}"), ["certificate_id", "edition"])
            if name == "credential":
                table.drop_constraint(op.f("uq_credential_code"), type_="unique")
                table.create_unique_constraint(op.f("uq_credential_code"), ["code", "edition"])
    _guard_credentials(EACH)


def _forget_editions() -> None:
    """What was signed and drawn last is kept; it says the corrected name."""
    if _is_postgresql():
        op.execute("ALTER TABLE credential DISABLE TRIGGER USER")
    else:
        op.execute("DROP TRIGGER credential_is_never_removed")
    for name in ("credential", "certificate_pdf"):
        op.execute(
            f"DELETE FROM {name} WHERE edition < (SELECT max(edition) FROM {name} newer "  # noqa: S608 - our tables
            f"WHERE newer.certificate_id = {name}.certificate_id)"
        )
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"pk_{name}"), type_="primary")
            if name == "credential":
                table.drop_constraint(op.f("uq_credential_code"), type_="unique")
            table.drop_column("edition")
            table.create_primary_key(op.f(f"pk_{name}"), ["certificate_id"])
            if name == "credential":
                table.create_unique_constraint(op.f("uq_credential_code"), ["code"])
    if _is_postgresql():
        op.execute("ALTER TABLE credential ENABLE TRIGGER USER")
    _guard_credentials(ONE)


def _guard_credentials(same: str) -> None:
    for statement in () if _is_postgresql() else CREDENTIAL:
        op.execute(statement.replace("{same}", same))


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
