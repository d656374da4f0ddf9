"""How circles sit together: what people sort, what they bring, what a circle agrees on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "card_sort",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("placed", JSON, nullable=False),
        sa.Column("own", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        *_refers("card_sort", person_id="person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_card_sort")),
    )
    op.create_table(
        "brought_sort",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("must", JSON, nullable=False),
        sa.Column("brought_at", UtcDateTime(), nullable=False),
        *_refers("brought_sort", group_id="peer_group", person_id="person"),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_brought_sort")),
    )
    _agreements()


def _agreements() -> None:
    op.create_table(
        "values_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=True),
        *_refers("values_agreement", group_id="peer_group", written_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_values_agreement")),
        sa.UniqueConstraint("group_id", "version", name=op.f("uq_values_agreement_group_id")),
        sa.UniqueConstraint("written_by", "key", name=op.f("uq_values_agreement_written_by")),
    )
    op.create_table(
        "values_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.String(length=36), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("agrees OR reason <> ''", name=op.f("ck_values_answer_reason")),
        *_refers("values_answer", agreement_id="values_agreement", said_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_values_answer")),
    )
    op.create_index("ix_values_answer_agreement_id", "values_answer", ["agreement_id"])


def downgrade() -> None:
    """Forget them."""
    for table in ("values_answer", "values_agreement", "brought_sort", "card_sort"):
        op.drop_table(table)
