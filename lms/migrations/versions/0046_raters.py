"""Figures that assessors take from their own work, two readers side by side, and extra time for timed tests.

A table that keeps a figure is made anew on SQLite, and its triggers with it, which now guard where a figure came from.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MAYBE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
BEFORE = {"kind": "kind IN ('kappa_open_closed', 'icc_rubric')", "two_people": "recorded_by <> person_id"}
SINCE = {
    "kind": "kind IN ('kappa_open_closed', 'icc_rubric', 'near_rubric')",
    "two_people": "(source IS NULL) = (recorded_by <> person_id)",
    "sealed": "(source IS NULL) = (leaf_seq IS NULL) AND (source IS NULL) = (authenticated_by = '')",
}
FACTS = "id, person_id, provider_id, kind, hundredths, items, done_on, recorded_by, recorded_at"
OWN = "source, authenticated_by, leaf_seq"
OPEN_GRANT = sa.text("withdrawn_at IS NULL")


def _guards(facts: str) -> tuple[str, ...]:
    """Word for word as 0017 set them, but for the columns."""
    return (
        f"""CREATE TRIGGER calibration_is_never_changed BEFORE UPDATE OF {facts} ON calibration
       BEGIN SELECT RAISE(ABORT, 'a calibration is never changed'); END""",
        """CREATE TRIGGER calibration_is_withdrawn_once BEFORE UPDATE OF withdrawn_at, withdrawn_by ON calibration
       WHEN OLD.withdrawn_at IS NOT NULL
       BEGIN SELECT RAISE(ABORT, 'a calibration is never changed'); END""",
        """CREATE TRIGGER calibration_is_never_removed BEFORE DELETE ON calibration
       BEGIN SELECT RAISE(ABORT, 'a calibration is never removed'); END""",
    )


def upgrade() -> None:
    """Make room for figures of one’s own, and make the tables. Figures there are were all recorded by somebody else."""
    for column in (
        sa.Column("source", MAYBE, nullable=True),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("leaf_seq", sa.Integer(), nullable=True),
    ):
        op.add_column("calibration", column)
    _guard(SINCE, BEFORE, f"{FACTS}, {OWN}")
    _make_extra_time()
    _make_pairs()


def downgrade() -> None:
    """Forget them. A figure of one’s own cannot stay where nobody may record their own."""
    for table in ("pair_note", "coding_pair", "extra_time"):
        op.drop_table(table)
    if _is_postgresql():
        op.execute("ALTER TABLE calibration DISABLE TRIGGER USER")
    else:
        for name in ("never_changed", "withdrawn_once", "never_removed"):
            op.execute(f"DROP TRIGGER calibration_is_{name}")
    op.execute("DELETE FROM calibration WHERE source IS NOT NULL OR kind = 'near_rubric'")
    if _is_postgresql():
        op.execute("ALTER TABLE calibration ENABLE TRIGGER USER")
    _guard(BEFORE, SINCE, FACTS)
    for name in ("source", "authenticated_by", "leaf_seq"):
        op.drop_column("calibration", name)


def _guard(checks: dict[str, str], instead: dict[str, str], facts: str) -> None:
    if _is_postgresql():
        op.execute("DROP TRIGGER calibration_is_never_changed ON calibration")
    with op.batch_alter_table("calibration") as table:
        for name in instead:
            table.drop_constraint(op.f(f"ck_calibration_{name}"), type_="check")
        for name, rule in checks.items():
            table.create_check_constraint(op.f(f"ck_calibration_{name}"), sa.text(rule))
    if _is_postgresql():
        op.execute(
            f"""CREATE TRIGGER calibration_is_never_changed BEFORE UPDATE OF {facts} ON calibration
                FOR EACH ROW EXECUTE FUNCTION calibration_stays()"""
        )
        return
    for statement in _guards(facts):
        op.execute(statement)


def _make_extra_time() -> None:
    op.create_table(
        "extra_time",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.SmallInteger(), nullable=True),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(percent IS NULL) <> (minutes IS NULL) AND (percent IS NULL OR percent > 0) "
            "AND (minutes IS NULL OR minutes > 0)",
            name=op.f("ck_extra_time_much"),
        ),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_extra_time_withdrawn")),
        *_refers(
            "extra_time", person_id="person", provider_id="organisation", granted_by="person", withdrawn_by="person"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_time")),
        sa.UniqueConstraint("granted_by", "key", name=op.f("uq_extra_time_granted_by")),
    )
    op.create_index(
        "uq_extra_time_open", "extra_time", ["person_id", "provider_id"],
        unique=True, sqlite_where=OPEN_GRANT, postgresql_where=OPEN_GRANT,
    )  # fmt: skip


def _make_pairs() -> None:
    op.create_table(
        "coding_pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("transcript_id", sa.String(length=60), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("asked_by <> asked", name=op.f("ck_coding_pair_two_people")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_coding_pair_ended")),
        *_refers("coding_pair", asked_by="person", asked="person", ended_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_pair")),
        sa.UniqueConstraint("asked_by", "key", name=op.f("uq_coding_pair_asked_by")),
    )
    op.create_index("ix_coding_pair_asked_by", "coding_pair", ["asked_by"])
    op.create_index("ix_coding_pair_asked", "coding_pair", ["asked"])
    op.create_table(
        "pair_note",
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        *_refers("pair_note", pair_id="coding_pair", person_id="person"),
        sa.PrimaryKeyConstraint("pair_id", "person_id", name=op.f("pk_pair_note")),
    )


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
