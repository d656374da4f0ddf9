"""What is known of how far assessors agree; a signature keeps its signer's figures; who may not sign may comment.

What the signature keeps and the kind of event are added in words where SQLite would copy a table to do it, or the
triggers are set again, word for word as 0007 set them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('sent', 'returned', 'signed', 'corrected', 'withdrawn', 'disputed', 'answered', 'dropped', "
    "'upheld', 'overruled')"
)
WITH_COMMENTS = KINDS[:-1] + ", 'commented')"
EVENT_FACTS = "id, session_id, person_id, version, kind, actor_id, at, signature_id, leaf_seq"
EVENT_TRIGGERS = (
    f"""CREATE TRIGGER practice_event_is_never_changed BEFORE UPDATE OF {EVENT_FACTS} ON practice_event
       BEGIN SELECT RAISE(ABORT, 'what happened to a session is never changed'); END""",
    """CREATE TRIGGER practice_event_is_never_removed BEFORE DELETE ON practice_event
       BEGIN SELECT RAISE(ABORT, 'what happened to a session is never removed'); END""",
)
# Words may have to go one day; a figure, whose it is and who recorded it stay. It is withdrawn once.
FACTS = "id, person_id, provider_id, kind, hundredths, items, done_on, recorded_by, recorded_at"
WITHDRAWAL = "withdrawn_at, withdrawn_by"
SQLITE = (
    f"""CREATE TRIGGER calibration_is_never_changed BEFORE UPDATE OF {FACTS} ON calibration
       BEGIN SELECT RAISE(ABORT, 'a calibration is never changed'); END""",
    f"""CREATE TRIGGER calibration_is_withdrawn_once BEFORE UPDATE OF {WITHDRAWAL} ON calibration
       WHEN OLD.withdrawn_at IS NOT NULL
       BEGIN SELECT RAISE(ABORT, 'a calibration is never changed'); END""",
    """CREATE TRIGGER calibration_is_never_removed BEFORE DELETE ON calibration
       BEGIN SELECT RAISE(ABORT, 'a calibration is never removed'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION calibration_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'a calibration is never changed or removed'
             USING ERRCODE = 'restrict_violation'; END $$""",
    f"""CREATE TRIGGER calibration_is_never_changed BEFORE UPDATE OF {FACTS} ON calibration
       FOR EACH ROW EXECUTE FUNCTION calibration_stays()""",
    f"""CREATE TRIGGER calibration_is_withdrawn_once BEFORE UPDATE OF {WITHDRAWAL} ON calibration
       FOR EACH ROW WHEN (OLD.withdrawn_at IS NOT NULL) EXECUTE FUNCTION calibration_stays()""",
    """CREATE TRIGGER calibration_is_never_removed BEFORE DELETE ON calibration
       FOR EACH ROW EXECUTE FUNCTION calibration_stays()""",
    """CREATE TRIGGER calibration_is_never_emptied BEFORE TRUNCATE ON calibration
       FOR EACH STATEMENT EXECUTE FUNCTION calibration_stays()""",
)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the table, the place in a signature, and the comment. Older signatures have no figure."""
    op.add_column("signature", sa.Column("agreement", JSON, nullable=True))
    _allow(WITH_COMMENTS)
    _make()
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Forget them. A signature that kept a figure cannot be made again as the register sealed it."""
    postgres = op.get_bind().dialect.name == "postgresql"
    op.drop_table("calibration")
    if postgres:
        op.execute("DROP FUNCTION calibration_stays()")
        op.execute("ALTER TABLE practice_event DISABLE TRIGGER USER")
    else:
        for name in ("changed", "removed"):
            op.execute(f"DROP TRIGGER practice_event_is_never_{name}")
    op.execute("DELETE FROM practice_event WHERE kind = 'commented'")
    _allow(KINDS)
    if postgres:
        op.execute("ALTER TABLE practice_event ENABLE TRIGGER USER")
    op.execute("ALTER TABLE signature DROP COLUMN agreement")


def _allow(kinds: str) -> None:
    with op.batch_alter_table("practice_event") as table:
        table.drop_constraint(op.f("ck_practice_event_kind"), type_="check")
        table.create_check_constraint(op.f("ck_practice_event_kind"), sa.text(kinds))
    if op.get_bind().dialect.name == "sqlite":
        for statement in EVENT_TRIGGERS:
            op.execute(statement)


def _make() -> None:
    op.create_table(
        "calibration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("hundredths", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('kappa_open_closed', 'icc_rubric')", name=op.f("ck_calibration_kind")),
        sa.CheckConstraint("hundredths BETWEEN -100 AND 100", name=op.f("ck_calibration_hundredths")),
        sa.CheckConstraint("items > 0", name=op.f("ck_calibration_items")),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_calibration_evidence")),
        sa.CheckConstraint("recorded_by <> person_id", name=op.f("ck_calibration_two_people")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_because = '')",
            name=op.f("ck_calibration_withdrawn"),
        ),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_calibration_{name}"))
            for name, other in (
                ("person_id", "person"), ("provider_id", "organisation"), ("recorded_by", "person"),
                ("withdrawn_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )  # fmt: skip
    op.create_index("ix_calibration_provider_id_person_id", "calibration", ["provider_id", "person_id", "recorded_at"])
