"""A signature can be voided and stays; what happens to a session is kept as a history that nobody rewrites.

What is known of the time before becomes its beginning: the last sending, every return, every signature.
"""

import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STANDS, VOIDS = sa.text("voided_at IS NULL"), sa.text("kept IS NOT NULL")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SESSION = ("session_id", "person_id"), ("practice_session.id", "practice_session.person_id")
# Words about a person may have to go one day; that something happened, when and by whom, stays.
FACTS = "id, session_id, person_id, version, kind, actor_id, at, signature_id, leaf_seq"
BEFORE = (
    "SELECT id, person_id, version, 'sent', person_id, submitted_at, NULL FROM practice_session",
    "SELECT session_id, person_id, version, 'returned', returned_by, returned_at, NULL FROM practice_return",
    "SELECT session_id, person_id, session_version, 'signed', signer_id, signed_at, id FROM signature",
)
SQLITE = (
    f"""CREATE TRIGGER practice_event_is_never_changed BEFORE UPDATE OF {FACTS} ON practice_event
       BEGIN SELECT RAISE(ABORT, 'what happened to a session is never changed'); END""",
    """CREATE TRIGGER practice_event_is_never_removed BEFORE DELETE ON practice_event
       BEGIN SELECT RAISE(ABORT, 'what happened to a session is never removed'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION practice_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'what happened to a session is never changed or removed'
             USING ERRCODE = 'restrict_violation'; END $$""",
    f"""CREATE TRIGGER practice_event_is_never_changed BEFORE UPDATE OF {FACTS} ON practice_event
       FOR EACH ROW EXECUTE FUNCTION practice_event_stays()""",
    """CREATE TRIGGER practice_event_is_never_removed BEFORE DELETE ON practice_event
       FOR EACH ROW EXECUTE FUNCTION practice_event_stays()""",
    """CREATE TRIGGER practice_event_is_never_emptied BEFORE TRUNCATE ON practice_event
       FOR EACH STATEMENT EXECUTE FUNCTION practice_event_stays()""",
)


def upgrade() -> None:
    """Let a voided signature stand beside a new one; make the history and fill it with what is known."""
    with op.batch_alter_table("signature") as table:
        table.add_column(sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
        table.drop_constraint(op.f("uq_signature_session_id"), type_="unique")
    op.create_index(
        "uq_signature_standing", "signature", ["session_id"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    )
    history = _make_history()
    _remember(history)
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Forget the history, and every signature that counts no more."""
    op.drop_table("practice_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION practice_event_stays()")
    op.execute("DELETE FROM signature WHERE voided_at IS NOT NULL")
    op.drop_index("uq_signature_standing", table_name="signature", sqlite_where=STANDS, postgresql_where=STANDS)
    with op.batch_alter_table("signature") as table:
        table.drop_column("voided_at")
        table.create_unique_constraint(op.f("uq_signature_session_id"), ["session_id"])


def _make_history() -> sa.Table:
    table = op.create_table(
        "practice_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("signature_id", sa.Uuid(), nullable=True),
        sa.Column("kept", JSON, nullable=True),
        sa.Column("leaf_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('sent', 'returned', 'signed', 'corrected', 'withdrawn')", name=op.f("ck_practice_event_kind")
        ),
        sa.CheckConstraint(
            "(kind IN ('sent', 'corrected')) = (actor_id = person_id)", name=op.f("ck_practice_event_two_people")
        ),
        sa.CheckConstraint(
            "(kind IN ('corrected', 'withdrawn')) = (kept IS NOT NULL)", name=op.f("ck_practice_event_kept")
        ),
        sa.CheckConstraint(
            "kept IS NULL OR (reason <> '' AND signature_id IS NOT NULL AND leaf_seq IS NOT NULL)",
            name=op.f("ck_practice_event_reason"),
        ),
        sa.ForeignKeyConstraint(SESSION[0], SESSION[1], name=op.f("fk_practice_event_session_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_practice_event_actor_id")),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_practice_event_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_event")),
    )
    op.create_index(
        "uq_practice_event_voids", "practice_event", ["signature_id"],
        unique=True, sqlite_where=VOIDS, postgresql_where=VOIDS,
    )  # fmt: skip
    op.create_index("ix_practice_event_session_id", "practice_event", ["session_id", "at"])
    return table


def _remember(history: sa.Table) -> None:
    db = op.get_bind()
    names = ("session_id", "person_id", "version", "kind", "actor_id", "at", "signature_id")
    kinds = {name: history.c[name].type for name in names}
    for question in BEFORE:
        rows = db.execute(sa.text(question).columns(*(sa.column(name, kind) for name, kind in kinds.items())))
        known = [dict(zip(names, row, strict=True)) | {"id": uuid.uuid4(), "reason": ""} for row in rows]
        if known:
            db.execute(history.insert(), known)
