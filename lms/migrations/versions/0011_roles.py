"""Where the trainer was while somebody led, and sessions as a member or as the one with the problem.

“led” alone stays for what was written up before: nobody can say now where the trainer was.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CHECK = op.f("ck_practice_session_role")
ROLES = "role IN ('watched', 'shared', 'beside', 'outside', 'alone', 'held', 'member', 'led')"


def upgrade() -> None:
    """Take the new parts."""
    with op.batch_alter_table("practice_session") as table:
        table.drop_constraint(CHECK, type_="check")
        table.create_check_constraint(CHECK, ROLES)


def downgrade() -> None:
    """Back to the parts before, which say less."""
    op.execute("UPDATE practice_session SET role = 'led' WHERE role IN ('beside', 'outside', 'alone')")
    op.execute("UPDATE practice_session SET role = 'watched' WHERE role IN ('held', 'member')")
    with op.batch_alter_table("practice_session") as table:
        table.drop_constraint(CHECK, type_="check")
        table.create_check_constraint(CHECK, "role IN ('watched', 'shared', 'led')")
