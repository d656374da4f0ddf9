"""Editions of the programme, kept word for word, and who reads which."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEPT = ("edition", "edition_file", "edition_reader")


def upgrade() -> None:
    """Make the tables; what is published, and since when somebody reads it, stays as it is."""
    op.create_table(
        "edition",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_edition_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_edition")),
    )
    op.create_table(
        "edition_file",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_edition_file")),
    )
    op.create_table(
        "edition_reader",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_edition_reader_person_id")),
        sa.ForeignKeyConstraint(["number"], ["edition.number"], name=op.f("fk_edition_reader_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_reader")),
        sa.UniqueConstraint("person_id", "number", name=op.f("uq_edition_reader_person_id")),
    )
    op.create_index("ix_edition_reader_number", "edition_reader", ["number"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """CREATE FUNCTION edition_stays() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'what was published, and who read it, is never changed'; END $$"""
        )
    for table in KEPT:
        for statement in _guards(table):
            op.execute(statement)


def _guards(table: str) -> list[str]:
    if op.get_bind().dialect.name == "postgresql":
        return [
            f"CREATE TRIGGER {table}_{name} BEFORE {how} ON {table} FOR EACH {each} EXECUTE FUNCTION edition_stays()"
            for name, how, each in (("stays", "UPDATE OR DELETE", "ROW"), ("is_never_emptied", "TRUNCATE", "STATEMENT"))
        ]
    return [
        f"CREATE TRIGGER {table}_is_never_{done} BEFORE {how} ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'what was published, and who read it, is never changed'); END"
        for done, how in (("changed", "UPDATE"), ("removed", "DELETE"))
    ]


def downgrade() -> None:
    """Forget them."""
    for table in ("edition_reader", "edition_file", "edition"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION edition_stays()")
