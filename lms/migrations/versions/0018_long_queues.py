"""Long queues: what waits is counted from an index alone, and a row finds who facilitated beside it by circle and day."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE = "practice_session"
BEFORE = {
    "ix_practice_session_group_id": ["group_id"],
    "ix_practice_session_state": ["state", "submitted_at"],
}
AFTER = {
    "ix_practice_session_group_id": ["group_id", "held_on"],
    "ix_practice_session_state": ["state", "submitted_at", "trainer_id", "group_id", "person_id", "id"],
}


def upgrade() -> None:
    _replace(AFTER)


def downgrade() -> None:
    _replace(BEFORE)


def _replace(indexes: dict[str, list[str]]) -> None:
    for name, columns in indexes.items():
        op.drop_index(name, TABLE)
        op.create_index(name, TABLE, columns)
