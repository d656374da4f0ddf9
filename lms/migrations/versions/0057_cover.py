"""What “covered” means as data, a summary of who covers what, and the days between two spells of one part or training."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Make the tables. The summary is made from other records by the program: every organisation is due for that."""
    _make_gaps()
    op.create_table(
        "cover_meaning",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (
            "facilitators", "people", "fewest", "rounds", "days",
        )),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("facilitators > 0 AND people > 0 AND fewest > 0", name=op.f("ck_cover_meaning_chairs")),
        sa.CheckConstraint("rounds >= 0 AND days > 0", name=op.f("ck_cover_meaning_active")),
        *_refers("cover_meaning", organisation_id="organisation", set_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_meaning")),
    )  # fmt: skip
    op.create_index("ix_cover_meaning_organisation_id", "cover_meaning", ["organisation_id", "from_on", "set_at"])
    op.create_table(
        "cover_span",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('active', 'resting', 'training')", name=op.f("ck_cover_span_kind")),
        sa.CheckConstraint("until_on > from_on", name=op.f("ck_cover_span_days")),
        sa.CheckConstraint("(kind = 'training') = (valid_until IS NULL)", name=op.f("ck_cover_span_certificate")),
        *_refers(
            "cover_span", organisation_id="organisation", unit_id="unit", person_id="person",
            certificate_id="certificate",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_span")),
    )  # fmt: skip
    op.create_index("ix_cover_span_organisation_id", "cover_span", ["organisation_id", "until_on", "from_on"])
    op.create_index("ix_cover_span_person_id", "cover_span", ["person_id"])
    op.create_table(
        "cover_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("corrected_on", "first_on", "last_on")),
        *_refers("cover_correction", organisation_id="organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_correction")),
    )
    op.create_index("ix_cover_correction_organisation_id", "cover_correction", ["organisation_id", "corrected_on"])
    op.create_table(
        "cover_due",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *_refers("cover_due", organisation_id="organisation"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_cover_due")),
    )
    op.execute("INSERT INTO cover_due (organisation_id) SELECT id FROM organisation")


def _make_gaps() -> None:
    op.create_table(
        "membership_gap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ended_on > started_on", name=op.f("ck_membership_gap_days")),
        *_refers("membership_gap", membership_id="membership"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_gap")),
    )
    op.create_index("ix_membership_gap_membership_id", "membership_gap", ["membership_id"])
    op.create_table(
        "enrolment_gap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ended_on >= started_on", name=op.f("ck_enrolment_gap_days")),
        *_refers("enrolment_gap", enrolment_id="enrolment", organisation_id="organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_gap")),
    )
    op.create_index("ix_enrolment_gap_enrolment_id", "enrolment_gap", ["enrolment_id"])


def downgrade() -> None:
    """Take them off again: the standing rule counts, and a spell that ended is forgotten once it goes on."""
    for name in ("cover_due", "cover_correction", "cover_span", "cover_meaning", "enrolment_gap", "membership_gap"):
        op.drop_table(name)
