"""Spaced practice: answers, when questions come again, who wants a letter; and how a letter says that it can be ended."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

# They may go with their person one day, and are never changed.
SQLITE = tuple(
    f"""CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE ON {table}
       BEGIN SELECT RAISE(ABORT, 'an answer is never changed'); END"""
    for table in ("refresh_answer", "refresh_felt")
)
POSTGRESQL = (
    """CREATE FUNCTION refresh_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'an answer is never changed' USING ERRCODE = 'restrict_violation'; END $$""",
    *(
        f"""CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE ON {table}
       FOR EACH ROW EXECUTE FUNCTION refresh_stays()"""
        for table in ("refresh_answer", "refresh_felt")
    ),
)


def _of(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"))


def upgrade() -> None:
    """Make the tables."""
    _make_answers()
    _make_cards()
    op.create_table(
        "refresh_letter",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_refresh_letter_hour")),
        sa.CheckConstraint("days BETWEEN 1 AND 127", name=op.f("ck_refresh_letter_days")),
        _of("refresh_letter"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_refresh_letter")),
        sa.UniqueConstraint("code", name=op.f("uq_refresh_letter_code")),
    )
    op.add_column("message", sa.Column("stop_link", sa.String(length=300), nullable=True))
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Forget them."""
    op.drop_column("message", "stop_link")
    for table in ("refresh_letter", "refresh_card", "refresh_felt", "refresh_answer"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refresh_stays()")


def _make_answers() -> None:
    op.create_table(
        "refresh_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=130), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("lesson_id", sa.String(length=40), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("chosen", sa.String(length=10), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        _of("refresh_answer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_answer")),
        sa.UniqueConstraint("person_id", "question", "digest", "answered_on", name=op.f("uq_refresh_answer_person_id")),
    )
    op.create_index("ix_refresh_answer_person_id_answered_on", "refresh_answer", ["person_id", "answered_on"])
    op.create_table(
        "refresh_felt",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("felt", sa.String(length=10), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("felt IN ('gone', 'hard', 'thought', 'easy')", name=op.f("ck_refresh_felt_felt")),
        sa.ForeignKeyConstraint(["answer_id"], ["refresh_answer.id"], name=op.f("fk_refresh_felt_answer_id")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_refresh_felt")),
    )


def _make_cards() -> None:
    op.create_table(
        "refresh_card",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=130), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("stability", sa.Double(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        _of("refresh_card"),
        sa.PrimaryKeyConstraint("person_id", "question", name=op.f("pk_refresh_card")),
    )
