"""A training that its learner let rest is told from one that ended with their place."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. What ended while the place stood was let rest: nothing else ended a training so."""
    op.add_column("enrolment", sa.Column("rests", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE enrolment SET rests = true WHERE ended_on IS NOT NULL AND EXISTS (SELECT 1 FROM membership WHERE "
        "membership.person_id = enrolment.person_id AND membership.organisation_id = enrolment.organisation_id AND "
        "membership.role = 'trainee' AND membership.ended_on IS NULL)"
    )


def downgrade() -> None:
    """Take it off again."""
    op.drop_column("enrolment", "rests")
