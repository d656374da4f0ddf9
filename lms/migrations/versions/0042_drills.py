"""Four more kinds of exercise may be tried: sorting, a ladder, returns, silence."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

KINDS = "kind IN ('quiz', 'drill')"
MORE_KINDS = "kind IN ('quiz', 'drill', 'sort', 'ladder', 'return', 'silence')"


def upgrade() -> None:
    """Let them be kept."""
    _allow(MORE_KINDS)


def downgrade() -> None:
    """Forget what was tried of them: the older house knows no such attempt."""
    op.execute("DELETE FROM attempt WHERE kind NOT IN ('quiz', 'drill')")
    _allow(KINDS)


def _allow(kinds: str) -> None:
    with op.batch_alter_table("attempt") as table:
        table.drop_constraint(op.f("ck_attempt_kind"), type_="check")
        table.create_check_constraint(op.f("ck_attempt_kind"), sa.text(kinds))
