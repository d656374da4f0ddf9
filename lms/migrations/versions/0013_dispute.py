"""A trainee may dispute a signature or a return, and a second assessor decides.

A version goes back once from each trainer, so that a second assessor may return what another returned before. On SQLite
a table is copied to change its constraints: its triggers are set again, word for word as 0007 set them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_id IS NULL")
SESSION = ("session_id", "person_id"), ("practice_session.id", "practice_session.person_id")
FACTS = "id, session_id, person_id, version, kind, actor_id, at, signature_id, leaf_seq"
TRIGGERS = (
    f"""CREATE TRIGGER practice_event_is_never_changed BEFORE UPDATE OF {FACTS} ON practice_event
       BEGIN SELECT RAISE(ABORT, 'what happened to a session is never changed'); END""",
    """CREATE TRIGGER practice_event_is_never_removed BEFORE DELETE ON practice_event
       BEGIN SELECT RAISE(ABORT, 'what happened to a session is never removed'); END""",
)
BEFORE = {
    "kind": "kind IN ('sent', 'returned', 'signed', 'corrected', 'withdrawn')",
    "two_people": "(kind IN ('sent', 'corrected')) = (actor_id = person_id)",
    "kept": "(kind IN ('corrected', 'withdrawn')) = (kept IS NOT NULL)",
}
AFTER = {
    "kind": (
        "kind IN ('sent', 'returned', 'signed', 'corrected', 'withdrawn', 'disputed', 'answered', 'dropped', "
        "'upheld', 'overruled')"
    ),
    "two_people": "(kind IN ('sent', 'corrected', 'disputed', 'dropped')) = (actor_id = person_id)",
    "kept": (
        "(kind IN ('corrected', 'withdrawn') OR (kind = 'overruled' AND signature_id IS NOT NULL)) = (kept IS NOT NULL)"
    ),
    "sealed": "kind NOT IN ('upheld', 'overruled') OR leaf_seq IS NOT NULL",
}
SAME = {"reason": "kept IS NULL OR (reason <> '' AND signature_id IS NOT NULL AND leaf_seq IS NOT NULL)"}


def upgrade() -> None:
    """Let the history tell of disputes, and keep them."""
    _constrain(BEFORE, AFTER)
    _unique("session_id", "version", "returned_by")
    _make_disputes()


def downgrade() -> None:
    """Forget disputes. A signature that was overruled reads as withdrawn; of several returns the last one stays."""
    op.drop_table("practice_dispute")
    _unlock()
    op.execute("UPDATE practice_event SET kind = 'withdrawn' WHERE kind = 'overruled' AND kept IS NOT NULL")
    op.execute("DELETE FROM practice_event WHERE kind IN ('disputed', 'answered', 'dropped', 'upheld', 'overruled')")
    op.execute(
        "DELETE FROM practice_return WHERE EXISTS (SELECT 1 FROM practice_return AS later WHERE "
        "later.session_id = practice_return.session_id AND later.version = practice_return.version "
        "AND later.returned_at > practice_return.returned_at)"
    )
    _unique("session_id", "version")
    _constrain(AFTER, BEFORE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE practice_event ENABLE TRIGGER USER")


def _constrain(was: dict[str, str], becomes: dict[str, str]) -> None:
    with op.batch_alter_table("practice_event") as table:
        for name in was:
            table.drop_constraint(op.f(f"ck_practice_event_{name}"), type_="check")
        for name, rule in becomes.items():
            table.create_check_constraint(op.f(f"ck_practice_event_{name}"), sa.text(rule))
    if op.get_bind().dialect.name == "sqlite":
        for statement in TRIGGERS:
            op.execute(statement)


def _unlock() -> None:
    """What happened is never changed or removed; but here its table goes back to what it was."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE practice_event DISABLE TRIGGER USER")
        return
    for name in ("changed", "removed"):
        op.execute(f"DROP TRIGGER practice_event_is_never_{name}")


def _unique(*columns: str) -> None:
    with op.batch_alter_table("practice_return") as table:
        table.drop_constraint(op.f("uq_practice_return_session_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_practice_return_session_id"), list(columns))


def _make_disputes() -> None:
    op.create_table(
        "practice_dispute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Uuid(), nullable=True),
        sa.Column("return_id", sa.Uuid(), nullable=True),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("opened_id", sa.Uuid(), nullable=False),
        sa.Column("answered_id", sa.Uuid(), nullable=True),
        sa.Column("ended_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'overruled', 'dropped', 'settled')", name=op.f("ck_practice_dispute_outcome")
        ),
        sa.CheckConstraint(
            "(signature_id IS NULL) <> (return_id IS NULL)", name=op.f("ck_practice_dispute_one_thing")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (ended_id IS NULL)", name=op.f("ck_practice_dispute_ended")),
        sa.CheckConstraint(
            "(second_id IS NOT NULL) = (outcome IS NOT NULL AND outcome IN ('upheld', 'overruled'))",
            name=op.f("ck_practice_dispute_decided"),
        ),
        sa.CheckConstraint(
            "first_id <> person_id AND (second_id IS NULL OR (second_id <> person_id AND second_id <> first_id))",
            name=op.f("ck_practice_dispute_three_people"),
        ),
        sa.ForeignKeyConstraint(SESSION[0], SESSION[1], name=op.f("fk_practice_dispute_session_id")),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_practice_dispute_{name}"))
            for name, other in (
                ("signature_id", "signature"), ("return_id", "practice_return"), ("first_id", "person"),
                ("second_id", "person"), ("opened_id", "practice_event"), ("answered_id", "practice_event"),
                ("ended_id", "practice_event"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_dispute")),
        sa.UniqueConstraint("opened_id", name=op.f("uq_practice_dispute_opened_id")),
    )  # fmt: skip
    op.create_index(
        "uq_practice_dispute_open", "practice_dispute", ["session_id"],
        unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index("ix_practice_dispute_session_id", "practice_dispute", ["session_id"])
