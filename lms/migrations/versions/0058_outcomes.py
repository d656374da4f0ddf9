"""Outcomes: what holders say came of it, figures of an organisation, and surveys of a whole organisation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CIRCLES = "kind IN ('safety', 'pulse')"
ALL = "(kind IN ('safety', 'pulse')) = (group_id IS NOT NULL) AND (kind IN ('openness', 'members')) = (organisation_id IS NOT NULL)"

# A figure stays as it was read, whatever is deleted or corrected later. It may go with its organisation one day.
SQLITE = (
    """CREATE TRIGGER outcome_reading_is_never_changed BEFORE UPDATE ON outcome_reading
       BEGIN SELECT RAISE(ABORT, 'a figure is never changed'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION outcome_reading_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'a figure is never changed' USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER outcome_reading_is_never_changed BEFORE UPDATE ON outcome_reading
       FOR EACH ROW EXECUTE FUNCTION outcome_reading_stays()""",
)


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Make the tables, and let a survey ask an organisation as well as a circle."""
    _make_follow_ups()
    _make_readings()
    with op.batch_alter_table("circle_survey") as table:
        table.add_column(sa.Column("organisation_id", sa.Uuid(), nullable=True))
        table.alter_column("group_id", existing_type=sa.Uuid(), nullable=True)
        table.alter_column("kind", existing_type=sa.String(length=6), type_=sa.String(length=8))
        table.drop_constraint(op.f("ck_circle_survey_kind"), type_="check")
        table.create_check_constraint(op.f("ck_circle_survey_kind"), ALL)
        table.create_foreign_key(op.f("fk_circle_survey_organisation_id"), "organisation", ["organisation_id"], ["id"])
    op.create_index("ix_circle_survey_organisation_id", "circle_survey", ["organisation_id", "opened_at"])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def _make_follow_ups() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(asked_on IS NULL) = (until IS NULL)", name=op.f("ck_follow_up_asked")),
        *_refers("follow_up", person_id="person", organisation_id="organisation", group_id="peer_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("round_id", name=op.f("uq_follow_up_round_id")),
    )
    op.create_index("ix_follow_up_person_id", "follow_up", ["person_id"])
    op.create_index("ix_follow_up_organisation_id", "follow_up", ["organisation_id", "until"])
    op.create_index("ix_follow_up_due_on", "follow_up", ["due_on"])
    op.create_table(
        "follow_up_answer",
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("acted", sa.String(length=6), nullable=False),
        sa.Column("surprised", sa.String(length=500), nullable=False),
        sa.Column("right", sa.SmallInteger(), nullable=False),
        sa.Column("importance", sa.SmallInteger(), nullable=False),
        sa.Column("learning", sa.String(length=200), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=True),
        sa.Column("story", sa.String(length=9), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('worse', 'same', 'moved', 'resolved')", name=op.f("ck_follow_up_answer_state")),
        sa.CheckConstraint("acted IN ('holder', 'team', 'others', 'nobody')", name=op.f("ck_follow_up_answer_acted")),
        sa.CheckConstraint('"right" BETWEEN 0 AND 3', name=op.f("ck_follow_up_answer_right")),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name=op.f("ck_follow_up_answer_importance")),
        sa.CheckConstraint("depth BETWEEN 1 AND 4", name=op.f("ck_follow_up_answer_depth")),
        sa.CheckConstraint("story IN ('no', 'anonymous', 'named')", name=op.f("ck_follow_up_answer_story")),
        *_refers("follow_up_answer", follow_up_id="follow_up"),
        sa.PrimaryKeyConstraint("follow_up_id", name=op.f("pk_follow_up_answer")),
    )
    op.create_table(
        "follow_up_link",
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=6), nullable=False),
        sa.CheckConstraint("purpose IN ('answer', 'stop')", name=op.f("ck_follow_up_link_purpose")),
        *_refers("follow_up_link", follow_up_id="follow_up"),
        sa.PrimaryKeyConstraint("code_digest", name=op.f("pk_follow_up_link")),
    )
    op.create_index("ix_follow_up_link_follow_up_id", "follow_up_link", ["follow_up_id"])
    op.create_table(
        "follow_up_stop",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        *_refers("follow_up_stop", person_id="person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_follow_up_stop")),
    )


def _make_readings() -> None:
    op.create_table(
        "outcome_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("figure", sa.String(length=12), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("scheme", sa.SmallInteger(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("levels", JSON, nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("shown OR (n = 0 AND hits = 0)", name=op.f("ck_outcome_reading_hidden")),
        sa.CheckConstraint("NOT shown OR n >= 4", name=op.f("ck_outcome_reading_enough")),
        sa.CheckConstraint("hits BETWEEN 0 AND n", name=op.f("ck_outcome_reading_parts")),
        *_refers("outcome_reading", organisation_id="organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_reading")),
        sa.UniqueConstraint("organisation_id", "figure", "closed_on", name=op.f("uq_outcome_reading_organisation_id")),
    )


def downgrade() -> None:
    """Forget them, and what organisations were asked."""
    op.drop_table("outcome_reading")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION outcome_reading_stays()")
    of_organisations = "(SELECT id FROM circle_survey WHERE organisation_id IS NOT NULL)"
    for name in ("survey_answer", "survey_slip"):
        op.execute(f"DELETE FROM {name} WHERE survey_id IN {of_organisations}")  # noqa: S608
    op.execute("DELETE FROM circle_survey WHERE organisation_id IS NOT NULL")
    op.drop_index("ix_circle_survey_organisation_id", "circle_survey")
    with op.batch_alter_table("circle_survey") as table:
        table.drop_constraint(op.f("ck_circle_survey_kind"), type_="check")
        table.create_check_constraint(op.f("ck_circle_survey_kind"), CIRCLES)
        table.drop_constraint(op.f("fk_circle_survey_organisation_id"), type_="foreignkey")
        table.drop_column("organisation_id")
        table.alter_column("group_id", existing_type=sa.Uuid(), nullable=False)
        table.alter_column("kind", existing_type=sa.String(length=8), type_=sa.String(length=6))
    for name in ("follow_up_stop", "follow_up_link", "follow_up_answer", "follow_up"):
        op.drop_table(name)
