"""For which provider somebody decided: nobody certifies on the word of another provider.

Empty where it cannot be known, and written by the release before: such a decision certifies nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# In this order: whoever certified on it, the training with a provider for whom the decider decides, any training.
KNOWN = """
    UPDATE decision SET provider_id = COALESCE(
        (SELECT certificate.provider_id FROM certificate WHERE certificate.decision_id = decision.id),
        (SELECT enrolment.provider_id FROM enrolment
         JOIN membership ON membership.organisation_id = enrolment.provider_id
             AND membership.person_id = decision.decided_by AND membership.role IN ('trainer', 'administrator')
         WHERE enrolment.person_id = decision.person_id AND enrolment.standard_id = decision.standard_id
         ORDER BY enrolment.started_on DESC LIMIT 1),
        (SELECT enrolment.provider_id FROM enrolment
         WHERE enrolment.person_id = decision.person_id AND enrolment.standard_id = decision.standard_id
         ORDER BY enrolment.started_on DESC LIMIT 1)
    )"""


def upgrade() -> None:
    """Add the column and fill it from what is known."""
    provider = sa.ForeignKey("organisation.id", name=op.f("fk_decision_provider_id"))
    op.add_column("decision", sa.Column("provider_id", sa.Uuid(), provider, nullable=True), inline_references=True)
    op.execute(KNOWN)


def downgrade() -> None:
    """Take it away."""
    op.drop_column("decision", "provider_id")
