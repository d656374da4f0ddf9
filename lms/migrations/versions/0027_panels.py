"""Panels: several people decide about somebody, first each alone; seats, votes, appeals, and whose decision it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.core.db import Json, UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

PANEL = ("size", "assessors_most", "outside", "appeal_days", "page")
# What somebody voted is what they voted: only its entry in the register may be added, once.
VOTE = "id, panel_id, seat_id, page, round, kind, reason, voted_at, authenticated_by, readiness_digest"
SQLITE = (
    f"""CREATE TRIGGER panel_vote_is_never_changed BEFORE UPDATE OF {VOTE} ON panel_vote
        BEGIN SELECT RAISE(ABORT, 'a vote is never changed'); END""",
    """CREATE TRIGGER panel_vote_is_entered_once BEFORE UPDATE OF leaf_seq ON panel_vote WHEN OLD.leaf_seq IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'a vote is entered once and never again'); END""",
    """CREATE TRIGGER panel_vote_is_never_removed BEFORE DELETE ON panel_vote
        BEGIN SELECT RAISE(ABORT, 'a vote is never removed'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION panel_vote_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'a vote is never changed or removed'; END $$""",
    f"""CREATE TRIGGER panel_vote_is_never_changed BEFORE UPDATE OF {VOTE} ON panel_vote
        FOR EACH ROW EXECUTE FUNCTION panel_vote_stays()""",
    """CREATE TRIGGER panel_vote_is_entered_once BEFORE UPDATE OF leaf_seq ON panel_vote
        FOR EACH ROW WHEN (OLD.leaf_seq IS NOT NULL) EXECUTE FUNCTION panel_vote_stays()""",
    """CREATE TRIGGER panel_vote_is_never_removed BEFORE DELETE ON panel_vote
        FOR EACH ROW EXECUTE FUNCTION panel_vote_stays()""",
    """CREATE TRIGGER panel_vote_is_never_emptied BEFORE TRUNCATE ON panel_vote
        FOR EACH STATEMENT EXECUTE FUNCTION panel_vote_stays()""",
)


def upgrade() -> None:
    """Make the tables; every decision so far was one person’s."""
    running = sa.text("closed_at IS NULL")
    op.create_table(
        "panel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in PANEL),
        sa.Column("called_by", sa.Uuid(), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=False),
        sa.Column("readiness", Json, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("appeal_of", sa.Uuid(), nullable=True),
        sa.CheckConstraint("called_by <> person_id", name=op.f("ck_panel_nobody_calls_their_own")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_panel_enrolment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_panel_person_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["organisation.id"], name=op.f("fk_panel_provider_id")),
        sa.ForeignKeyConstraint(["called_by"], ["person.id"], name=op.f("fk_panel_called_by")),
        sa.ForeignKeyConstraint(["appeal_of"], ["panel.id"], name=op.f("fk_panel_appeal_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
        sa.UniqueConstraint("called_by", "key", name=op.f("uq_panel_called_by")),
    )
    op.create_index("uq_panel_appeal_of", "panel", ["appeal_of"], unique=True)
    op.create_index(
        "uq_panel_running", "panel", ["enrolment_id"], unique=True, sqlite_where=running, postgresql_where=running
    )
    op.create_index("ix_panel_person_id", "panel", ["person_id"])
    op.create_index("ix_panel_provider_id", "panel", ["provider_id"])
    _seats_and_votes()
    op.create_table(
        "appeal",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_appeal_panel_id")),
        sa.PrimaryKeyConstraint("panel_id", name=op.f("pk_appeal")),
    )
    panel = sa.ForeignKey("panel.id", name=op.f("fk_decision_panel_id"))
    op.add_column("decision", sa.Column("panel_id", sa.Uuid(), panel, nullable=True), inline_references=True)
    op.create_index("uq_decision_panel_id", "decision", ["panel_id"], unique=True)
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def _seats_and_votes() -> None:
    op.create_table(
        "panel_seat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("left_because", sa.Text(), nullable=True),
        sa.CheckConstraint("(left_at IS NULL) = (left_because IS NULL)", name=op.f("ck_panel_seat_left")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_seat_panel_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_panel_seat_person_id")),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_panel_seat_named_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_seat")),
        sa.UniqueConstraint("panel_id", "person_id", name=op.f("uq_panel_seat_panel_id")),
    )
    op.create_index("ix_panel_seat_person_id", "panel_seat", ["person_id"])
    op.create_table(
        "panel_vote",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.SmallInteger(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voted_at", UtcDateTime(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.Column("readiness_digest", sa.String(length=64), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('not_yet', 'stay', 'ready')", name=op.f("ck_panel_vote_kind")),
        sa.CheckConstraint("round IN (1, 2)", name=op.f("ck_panel_vote_round")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_vote_panel_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["panel_seat.id"], name=op.f("fk_panel_vote_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_vote")),
        sa.UniqueConstraint("seat_id", "page", "round", name=op.f("uq_panel_vote_seat_id")),
    )
    op.create_index("ix_panel_vote_panel_id", "panel_vote", ["panel_id"])
    op.create_index("uq_panel_vote_leaf_seq", "panel_vote", ["leaf_seq"], unique=True)


def downgrade() -> None:
    """Forget them. What panels decided stays, as the decision of whoever wrote it down."""
    op.drop_index("uq_decision_panel_id", "decision")
    op.drop_column("decision", "panel_id")
    for table in ("appeal", "panel_vote", "panel_seat", "panel"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION panel_vote_stays()")
