"""The check a day later: every try with the text it is judged under, every answer, and what a person said of it."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import Json, UtcDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

OPEN = sa.text("judged_at IS NULL")
JUDGED = (
    "(judged_at IS NULL) = (judged_by IS NULL) AND (judged_at IS NULL) = (held IS NULL)"
    " AND (judged_at IS NULL) = (leaf_seq IS NULL)"
)
SQLITE = (
    """CREATE TRIGGER delayed_try_is_judged_once BEFORE UPDATE ON delayed_try WHEN OLD.judged_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'what was judged is never changed'); END""",
    """CREATE TRIGGER delayed_try_is_never_removed BEFORE DELETE ON delayed_try WHEN OLD.judged_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'what was judged is never removed'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION delayed_try_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'what was judged is never changed or removed'; END $$""",
    """CREATE TRIGGER delayed_try_is_judged_once BEFORE UPDATE ON delayed_try
        FOR EACH ROW WHEN (OLD.judged_at IS NOT NULL) EXECUTE FUNCTION delayed_try_stays()""",
    """CREATE TRIGGER delayed_try_is_never_removed BEFORE DELETE ON delayed_try
        FOR EACH ROW WHEN (OLD.judged_at IS NOT NULL) EXECUTE FUNCTION delayed_try_stays()""",
)


def upgrade() -> None:
    """Make the tables. Nobody has two tries of one check under way, and what was judged stays."""
    op.create_table(
        "delayed_try",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("module_id", sa.String(length=10), nullable=False),
        sa.Column("check_version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=1), nullable=False),
        sa.Column("pinned", Json, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("points", sa.SmallInteger(), nullable=True),
        sa.Column("verdicts", Json, nullable=True),
        sa.Column("again", Json, nullable=True),
        sa.Column("held", sa.Boolean(), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("judged_at", UtcDateTime(), nullable=True),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint("(sent_at IS NULL) = (points IS NULL)", name=op.f("ck_delayed_try_sent")),
        sa.CheckConstraint("judged_at IS NULL OR sent_at IS NOT NULL", name=op.f("ck_delayed_try_in_order")),
        sa.CheckConstraint(JUDGED, name=op.f("ck_delayed_try_judged")),
        sa.CheckConstraint("judged_by <> person_id", name=op.f("ck_delayed_try_two_people")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delayed_try_person_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["organisation.id"], name=op.f("fk_delayed_try_provider_id")),
        sa.ForeignKeyConstraint(["judged_by"], ["person.id"], name=op.f("fk_delayed_try_judged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delayed_try")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_delayed_try_person_id")),
        sa.UniqueConstraint("leaf_seq", name=op.f("uq_delayed_try_leaf_seq")),
    )
    op.create_index("ix_delayed_try_provider_id", "delayed_try", ["provider_id", "sent_at"])
    op.create_index(
        "uq_delayed_try_open",
        "delayed_try",
        ["person_id", "module_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "delayed_answer",
        sa.Column("try_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.String(length=80), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["try_id"], ["delayed_try.id"], name=op.f("fk_delayed_answer_try_id")),
        sa.PrimaryKeyConstraint("try_id", "task_id", name=op.f("pk_delayed_answer")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Forget them."""
    op.drop_table("delayed_answer")
    op.drop_table("delayed_try")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION delayed_try_stays")
