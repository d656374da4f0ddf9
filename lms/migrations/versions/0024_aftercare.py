"""After the hand-over of a circle: checks, signs of drift, calls for help, and the way back to more support."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("settled_at IS NULL")


def _keys(table: str, **others: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in others.items()
    ]


def upgrade() -> None:
    """Make the tables, and say in a move which hand-over it ended and who proposed it."""
    op.add_column("peer_group", sa.Column("trainer_asked_until", sa.Date(), nullable=True))
    proposer = sa.ForeignKey("person.id", name=op.f("fk_stage_move_proposed_by"))
    op.add_column("stage_move", sa.Column("proposed_by", sa.Uuid(), proposer, nullable=True), inline_references=True)
    op.add_column("stage_move", sa.Column("handed_over_at", UtcDateTime(), nullable=True))
    _checks()
    _calls()


def _checks() -> None:
    op.create_table(
        "after_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("handed_over_at", UtcDateTime(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("met", sa.String(length=12), nullable=False),
        sa.Column("host", sa.String(length=11), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=True),
        sa.Column("ran", JSON, nullable=False),
        sa.Column("harmed", sa.Boolean(), nullable=False),
        sa.Column("help", sa.Boolean(), nullable=False),
        sa.Column("line", sa.String(length=300), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("met IN ('as-agreed', 'less', 'fell-through')", name=op.f("ck_after_check_met")),
        sa.CheckConstraint(
            "host IN ('nobody', 'turns', 'facilitator', 'member') AND (host = 'member') = (host_id IS NOT NULL)",
            name=op.f("ck_after_check_host"),
        ),
        *_keys("after_check", group_id="peer_group", host_id="group_member", answered_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_check")),
        sa.UniqueConstraint("group_id", "handed_over_at", "days", "version", name=op.f("uq_after_check_group_id")),
        sa.UniqueConstraint("answered_by", "key", name=op.f("uq_after_check_key")),
    )
    op.create_table(
        "after_letter",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("handed_over_at", UtcDateTime(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        *_keys("after_letter", group_id="peer_group", person_id="person"),
        sa.PrimaryKeyConstraint("group_id", "handed_over_at", "days", "person_id", name=op.f("pk_after_letter")),
    )
    op.create_table(
        "drift_sign",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("handed_over_at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        *_keys("drift_sign", group_id="peer_group"),
        sa.PrimaryKeyConstraint("group_id", "handed_over_at", "kind", "on_day", name=op.f("pk_drift_sign")),
    )


def _calls() -> None:
    op.create_table(
        "help_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("handed_over_at", UtcDateTime(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("suits", sa.String(length=200), nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("took_place_on", sa.Date(), nullable=True),
        sa.Column("noted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_help_call_closed")),
        sa.CheckConstraint("(took_place_on IS NULL) = (noted_by IS NULL)", name=op.f("ck_help_call_noted")),
        *_keys("help_call", group_id="peer_group", asked_by="person", closed_by="person", noted_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_call")),
        sa.UniqueConstraint("asked_by", "key", name=op.f("uq_help_call_asked_by")),
    )
    op.create_index("ix_help_call_group_id_opened_at", "help_call", ["group_id", "opened_at"])
    op.create_table(
        "step_back",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("handed_over_at", UtcDateTime(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("to_stage", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("move_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_step_back_settled")),
        sa.CheckConstraint("move_id IS NULL OR settled_at IS NOT NULL", name=op.f("ck_step_back_moved")),
        *_keys("step_back", group_id="peer_group", proposed_by="person", settled_by="person", move_id="stage_move"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_back")),
        sa.UniqueConstraint("proposed_by", "key", name=op.f("uq_step_back_proposed_by")),
    )
    op.create_index(
        "uq_step_back_open", "step_back", ["group_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    """Forget them."""
    for name in ("step_back", "help_call", "drift_sign", "after_letter", "after_check"):
        op.drop_table(name)
    for name in ("handed_over_at", "proposed_by"):
        op.drop_column("stage_move", name)
    op.drop_column("peer_group", "trainer_asked_until")
