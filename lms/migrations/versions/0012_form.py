"""What a signer observed, how long the form was open, and the notes a trainer keeps for themself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
SESSION = ("session_id", "person_id"), ("practice_session.id", "practice_session.person_id")


def upgrade() -> None:
    """Add both columns and the table. Older signatures have neither observation nor time."""
    op.add_column("signature", sa.Column("observation", JSON, nullable=True))
    op.add_column("signature", sa.Column("seconds", sa.Integer(), nullable=True))
    op.create_table(
        "trainer_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("author_id <> person_id", name=op.f("ck_trainer_note_two_people")),
        sa.ForeignKeyConstraint(*SESSION, name=op.f("fk_trainer_note_session_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_trainer_note_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainer_note")),
        sa.UniqueConstraint("session_id", "author_id", name=op.f("uq_trainer_note_session_id")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("trainer_note")
    with op.batch_alter_table("signature") as table:
        table.drop_column("seconds")
        table.drop_column("observation")
