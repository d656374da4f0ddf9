"""Samples of what whoever leads a meeting said themself, beside those of what its members asked."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

STOOD = sa.text("state <> 'ended'")
STANDS = sa.text("state <> 'ended' AND person_id IS NULL")
OWN_STANDS = sa.text("state <> 'ended' AND person_id IS NOT NULL")


def upgrade() -> None:
    """Every sample there is was of a circle."""
    op.drop_index("uq_coding_sample_meeting_id", "coding_sample")
    for name in ("coding_sample", "coding_result"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("person_id", sa.Uuid(), nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_person_id"), "person", ["person_id"], ["id"])
        op.create_index(f"ix_{name}_person_id", name, ["person_id"])
    _one_that_stands("uq_coding_sample_meeting_id", STANDS)
    _one_that_stands("uq_coding_sample_own", OWN_STANDS)


def _one_that_stands(name: str, where: sa.TextClause) -> None:
    op.create_index(name, "coding_sample", ["meeting_id"], unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Forget what people said themselves; what circles asked stays."""
    own = "(SELECT id FROM coding_sample WHERE person_id IS NOT NULL)"
    turns = f"(SELECT id FROM coding_turn WHERE sample_id IN {own})"  # noqa: S608 - nothing in it comes from outside
    for table, column, of in (
        ("coding_label", "turn_id", turns), ("coding_words", "turn_id", turns), ("coding_turn", "sample_id", own),
        ("coding_coder", "sample_id", own), ("coding_consent", "sample_id", own), ("coding_result", "sample_id", own),
    ):  # fmt: skip
        op.execute(f"DELETE FROM {table} WHERE {column} IN {of}")  # noqa: S608 - nothing in it comes from outside
    op.execute("DELETE FROM coding_sample WHERE person_id IS NOT NULL")
    op.drop_index("uq_coding_sample_own", "coding_sample")
    op.drop_index("uq_coding_sample_meeting_id", "coding_sample")
    for name in ("coding_sample", "coding_result"):
        op.drop_index(f"ix_{name}_person_id", name)
        with op.batch_alter_table(name) as batch:
            batch.drop_constraint(op.f(f"fk_{name}_person_id"), type_="foreignkey")
            batch.drop_column("person_id")
    _one_that_stands("uq_coding_sample_meeting_id", STOOD)
