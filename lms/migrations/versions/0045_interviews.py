"""Values interviews: who is heard, by which two, what each wrote alone, and what came of it."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import Json, UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

# What somebody heard is what they heard: only its entry in the register may be added, once.
NOTE = (
    "id, interview_id, assessor_id, round, heard, breach, repair, verdict, missing, because, sent_at, authenticated_by"
)
SQLITE = (
    f"""CREATE TRIGGER interview_note_is_never_changed BEFORE UPDATE OF {NOTE} ON interview_note
        BEGIN SELECT RAISE(ABORT, 'a note is never changed'); END""",
    """CREATE TRIGGER interview_note_is_entered_once BEFORE UPDATE OF leaf_seq ON interview_note
        WHEN OLD.leaf_seq IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'a note is entered once and never again'); END""",
    """CREATE TRIGGER interview_note_is_never_removed BEFORE DELETE ON interview_note
        BEGIN SELECT RAISE(ABORT, 'a note is never removed'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION interview_note_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'a note is never changed or removed'; END $$""",
    f"""CREATE TRIGGER interview_note_is_never_changed BEFORE UPDATE OF {NOTE} ON interview_note
        FOR EACH ROW EXECUTE FUNCTION interview_note_stays()""",
    """CREATE TRIGGER interview_note_is_entered_once BEFORE UPDATE OF leaf_seq ON interview_note
        FOR EACH ROW WHEN (OLD.leaf_seq IS NOT NULL) EXECUTE FUNCTION interview_note_stays()""",
    """CREATE TRIGGER interview_note_is_never_removed BEFORE DELETE ON interview_note
        FOR EACH ROW EXECUTE FUNCTION interview_note_stays()""",
    """CREATE TRIGGER interview_note_is_never_emptied BEFORE TRUNCATE ON interview_note
        FOR EACH STATEMENT EXECUTE FUNCTION interview_note_stays()""",
)


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def _checks(table: str, **rules: str) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()]


def upgrade() -> None:
    """Make the tables."""
    running = sa.text("closed_at IS NULL AND cancelled_at IS NULL")
    op.create_table(
        "interview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("questions_version", sa.SmallInteger(), nullable=False),
        sa.Column("questions_hash", sa.String(length=64), nullable=False),
        sa.Column("arranged_by", sa.Uuid(), nullable=False),
        sa.Column("arranged_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("authenticated_by", sa.String(length=40), nullable=True),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("leaf_seq", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        *_checks(
            "interview",
            nobody_arranges_their_own="arranged_by <> person_id",
            result="result IN ('yes', 'not_yet')",
            closed="(closed_at IS NULL) = (result IS NULL)",
            one_end="closed_at IS NULL OR cancelled_at IS NULL",
        ),
        *_refers("interview", person_id="person", provider_id="organisation", arranged_by="person", closed_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.UniqueConstraint("arranged_by", "key", name=op.f("uq_interview_arranged_by")),
    )
    op.create_index(
        "uq_interview_running",
        "interview",
        ["person_id", "provider_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_index("ix_interview_provider_id", "interview", ["provider_id"])
    op.create_index("uq_interview_leaf_seq", "interview", ["leaf_seq"], unique=True)
    _assessors()
    _notes()
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def _assessors() -> None:
    taken = sa.text("left_at IS NULL")
    op.create_table(
        "interview_assessor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("left_because", sa.Text(), nullable=True),
        *_checks(
            "interview_assessor",
            nobody_assesses_themselves="person_id <> about_id",
            left="(left_at IS NULL) = (left_because IS NULL)",
            place="place IN (1, 2)",
        ),
        *_refers(
            "interview_assessor", interview_id="interview", about_id="person", person_id="person", named_by="person"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_assessor")),
    )
    for name in ("place", "person"):
        op.create_index(
            f"uq_interview_assessor_{name}",
            "interview_assessor",
            ["interview_id", "place" if name == "place" else "person_id"],
            unique=True,
            sqlite_where=taken,
            postgresql_where=taken,
        )
    op.create_index("ix_interview_assessor_person_id", "interview_assessor", ["person_id"])


def _notes() -> None:
    op.create_table(
        "interview_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("assessor_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("heard", Json, nullable=False),
        sa.Column("breach", sa.Text(), nullable=False),
        sa.Column("repair", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=True),
        *_checks(
            "interview_note",
            verdict="verdict IN ('yes', 'not_yet')",
            missing="verdict = 'yes' OR missing <> ''",
            round="round IN (1, 2)",
        ),
        *_refers("interview_note", interview_id="interview", assessor_id="interview_assessor"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_note")),
        sa.UniqueConstraint("assessor_id", "round", name=op.f("uq_interview_note_assessor_id")),
    )
    op.create_index("ix_interview_note_interview_id", "interview_note", ["interview_id"])
    op.create_index("uq_interview_note_leaf_seq", "interview_note", ["leaf_seq"], unique=True)


def downgrade() -> None:
    """Forget them."""
    for table in ("interview_note", "interview_assessor", "interview"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION interview_note_stays()")
