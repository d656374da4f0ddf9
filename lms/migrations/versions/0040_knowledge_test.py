"""The knowledge test: every try with the text it is judged under, and every answer as it was saved."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("handed_in_at IS NULL")


def upgrade() -> None:
    """Make the tables. Nobody has two tries open at once."""
    op.create_table(
        "knowledge_test",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("blueprint", sa.String(length=60), nullable=False),
        sa.Column("blueprint_version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("drawn", JSON, nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("extra_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("handed_in_at", UtcDateTime(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("points", JSON, nullable=True),
        sa.CheckConstraint("(handed_in_at IS NULL) = (passed IS NULL)", name=op.f("ck_knowledge_test_judged")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_knowledge_test_minutes")),
        sa.CheckConstraint("extra_minutes >= 0", name=op.f("ck_knowledge_test_extra_minutes")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_knowledge_test_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_test")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_knowledge_test_person_id")),
    )
    op.create_index(
        "uq_knowledge_test_open", "knowledge_test", ["person_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "knowledge_answer",
        sa.Column("test_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(length=80), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["test_id"], ["knowledge_test.id"], name=op.f("fk_knowledge_answer_test_id")),
        sa.PrimaryKeyConstraint("test_id", "item_id", name=op.f("pk_knowledge_answer")),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("knowledge_answer")
    op.drop_table("knowledge_test")
