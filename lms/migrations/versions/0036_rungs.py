"""An invitation names the award somebody is trained towards, and an enrolment keeps why somebody began early."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Whoever was invited before is trained towards what was the only award then."""
    op.add_column("invitation", sa.Column("standard_id", sa.String(40), nullable=True))
    op.add_column("invitation", sa.Column("early_because", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE invitation SET standard_id = 'certified' WHERE role = 'trainee'")
    op.add_column("enrolment", sa.Column("early_because", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take them off again."""
    op.drop_column("enrolment", "early_because")
    op.drop_column("invitation", "early_because")
    op.drop_column("invitation", "standard_id")
