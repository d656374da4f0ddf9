"""Samples of what a circle asked, labelled by two people: consent, turns, labels and results."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STANDS = sa.text("state <> 'ended'")
OPENNESS = "openness IS NULL OR openness IN ('open', 'closed', 'unsure')"
ADVICE = "advice IS NULL OR advice IN ('no', 'yes')"


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Make the tables."""
    _samples()
    _turns()
    _results()


def _samples() -> None:
    name = "coding_sample"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("entered", sa.SmallInteger(), nullable=True),
        sa.Column("drawn", sa.SmallInteger(), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("taken_out", sa.SmallInteger(), nullable=False),
        sa.Column("taken_out_at", UtcDateTime(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=True),
        sa.Column("proposed_proof", sa.String(length=40), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_because", sa.String(length=8), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'coding', 'comparing', 'closed', 'ended')", name=op.f("ck_coding_sample_state")
        ),
        sa.CheckConstraint("(state = 'ended') = (ended_because IS NOT NULL)", name=op.f("ck_coding_sample_ended")),
        sa.CheckConstraint("(proposed_by IS NULL) = (proposed_at IS NULL)", name=op.f("ck_coding_sample_proposed")),
        _key(name, "group_id", "peer_group"),
        _key(name, "meeting_id", "meeting"),
        *(_key(name, column, "person") for column in ("asked_by", "sent_by", "proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_sample")),
        sa.UniqueConstraint("asked_by", "key", name=op.f("uq_coding_sample_asked_by")),
    )
    op.create_index("ix_coding_sample_group_id", name, ["group_id", "asked_at"])
    op.create_index(
        "uq_coding_sample_meeting_id", name, ["meeting_id"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    )
    name = "coding_consent"
    op.create_table(
        name,
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("taken_back_at", UtcDateTime(), nullable=True),
        _key(name, "sample_id", "coding_sample"),
        _key(name, "person_id", "person"),
        _key(name, "noted_by", "person"),
        sa.PrimaryKeyConstraint("sample_id", "seat", name=op.f("pk_coding_consent")),
    )
    op.create_index("ix_coding_consent_person_id", name, ["person_id"])


def _turns() -> None:
    name = "coding_turn"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("spoken", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=True),
        sa.Column("openness", sa.String(length=6), nullable=True),
        sa.Column("advice", sa.String(length=3), nullable=True),
        sa.CheckConstraint(OPENNESS, name=op.f("ck_coding_turn_openness")),
        sa.CheckConstraint(ADVICE, name=op.f("ck_coding_turn_advice")),
        _key(name, "sample_id", "coding_sample"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_turn")),
        sa.UniqueConstraint("sample_id", "spoken", name=op.f("uq_coding_turn_sample_id")),
    )
    name = "coding_words"
    op.create_table(
        name,
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.String(length=36), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        _key(name, "turn_id", "coding_turn"),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_coding_words")),
    )
    name = "coding_coder"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("place IN (1, 2)", name=op.f("ck_coding_coder_place")),
        _key(name, "sample_id", "coding_sample"),
        _key(name, "person_id", "person"),
        _key(name, "named_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_coder")),
        sa.UniqueConstraint("sample_id", "person_id", name=op.f("uq_coding_coder_sample_id")),
    )
    op.create_index("uq_coding_coder_place", name, ["sample_id", "place"], unique=True)
    op.create_index("ix_coding_coder_person_id", name, ["person_id"])
    name = "coding_label"
    op.create_table(
        name,
        sa.Column("coder_id", sa.Uuid(), nullable=False),
        sa.Column("turn_id", sa.Uuid(), nullable=False),
        sa.Column("openness", sa.String(length=6), nullable=True),
        sa.Column("advice", sa.String(length=3), nullable=True),
        sa.CheckConstraint(OPENNESS, name=op.f("ck_coding_label_openness")),
        sa.CheckConstraint(ADVICE, name=op.f("ck_coding_label_advice")),
        _key(name, "coder_id", "coding_coder"),
        _key(name, "turn_id", "coding_turn"),
        sa.PrimaryKeyConstraint("coder_id", "turn_id", name=op.f("pk_coding_label")),
    )
    op.create_index("ix_coding_label_turn_id", name, ["turn_id"])


def _results() -> None:
    name = "coding_result"
    op.create_table(
        name,
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("coded_on", sa.Date(), nullable=False),
        *(
            sa.Column(column, sa.SmallInteger(), nullable=False)
            for column in (
                "turns", "open", "without_advice", "alike_open", "alike_advice", "kappa_open", "kappa_advice",
            )
        ),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("written_proof", sa.String(length=40), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("signed_proof", sa.String(length=40), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("written_by <> signed_by", name=op.f("ck_coding_result_two_people")),
        sa.CheckConstraint(
            "open BETWEEN 0 AND turns AND without_advice BETWEEN 0 AND turns", name=op.f("ck_coding_result_parts")
        ),
        *(
            sa.CheckConstraint(f"{column} BETWEEN -10000 AND 10000", name=op.f(f"ck_coding_result_{column}"))
            for column in ("kappa_open", "kappa_advice")
        ),
        _key(name, "sample_id", "coding_sample"),
        _key(name, "group_id", "peer_group"),
        _key(name, "meeting_id", "meeting"),
        _key(name, "written_by", "person"),
        _key(name, "signed_by", "person"),
        sa.PrimaryKeyConstraint("sample_id", name=op.f("pk_coding_result")),
    )  # fmt: skip
    op.create_index("ix_coding_result_group_id", name, ["group_id", "coded_on"])


def downgrade() -> None:
    """Forget them."""
    for name in (
        "coding_result", "coding_label", "coding_coder", "coding_words", "coding_turn", "coding_consent",
        "coding_sample",
    ):  # fmt: skip
        op.drop_table(name)
