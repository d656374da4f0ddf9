"""How important a problem is as it is brought, and how many statements of it were it to its holder."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them. Whoever was to be asked afterwards still is; of what they say then nothing is lost."""
    op.create_table(
        "problem_brought",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("importance", sa.SmallInteger(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name=op.f("ck_problem_brought_importance")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_problem_brought_person_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_problem_brought")),
    )
    op.create_index("ix_problem_brought_person_id", "problem_brought", ["person_id"])
    op.create_table(
        "statement_marks",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("written", sa.SmallInteger(), nullable=False),
        sa.Column("marked", sa.SmallInteger(), nullable=False),
        sa.Column("hits", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "hits BETWEEN 0 AND marked AND marked BETWEEN 0 AND written", name=op.f("ck_statement_marks_parts")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_statement_marks_group_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_statement_marks")),
    )
    op.create_index("ix_statement_marks_group_id", "statement_marks", ["group_id", "held_on"])
    op.add_column("follow_up", sa.Column("asks_importance", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("follow_up_answer") as table:
        table.alter_column("importance", existing_type=sa.SmallInteger(), nullable=True)
    with op.batch_alter_table("round_statement") as table:
        table.add_column(sa.Column("mark", sa.SmallInteger(), nullable=True))
        table.create_check_constraint(op.f("ck_round_statement_mark"), "mark BETWEEN 1 AND 5")


def downgrade() -> None:
    """Forget them, and the answers that would not fit."""
    with op.batch_alter_table("round_statement") as table:
        table.drop_constraint(op.f("ck_round_statement_mark"), type_="check")
        table.drop_column("mark")
    op.execute("DELETE FROM follow_up_answer WHERE importance IS NULL")
    with op.batch_alter_table("follow_up_answer") as table:
        table.alter_column("importance", existing_type=sa.SmallInteger(), nullable=False)
    op.drop_column("follow_up", "asks_importance")
    for name in ("statement_marks", "problem_brought"):
        op.drop_table(name)
