"""A signature says how sure it is who signed; somebody from outside may sign by a link, beside the trainer."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = sa.text("voided_at IS NULL")
STANDS = sa.text("voided_at IS NULL AND tier <> 'link'")
OBSERVES = sa.text("voided_at IS NULL AND tier = 'link'")
OPEN = sa.text("state = 'open'")
SESSION = ("session_id", "person_id"), ("practice_session.id", "practice_session.person_id")


def upgrade() -> None:
    """Give every signature its tier, and make room for links."""
    # In words, for SQLite would otherwise copy the table, and the history that refers to it does not let go of it.
    op.execute(
        "ALTER TABLE signature ADD COLUMN tier VARCHAR(10) DEFAULT 'account' NOT NULL "
        "CONSTRAINT ck_signature_tier CHECK (tier IN ('account', 'beside', 'link'))"
    )
    op.execute("UPDATE signature SET tier = 'beside' WHERE authenticated_by LIKE '%, face to face'")
    _unique("uq_signature_standing", STANDS, instead_of=BEFORE)
    _unique("uq_signature_observed", OBSERVES)
    op.create_table(
        "observer_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("sendings", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("signature_id", sa.Uuid(), nullable=True),
        sa.Column("signed_as", sa.String(length=90), nullable=False),
        sa.CheckConstraint("state IN ('open', 'signed', 'declined', 'withdrawn')", name=op.f("ck_observer_link_state")),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_observer_link_ended")),
        sa.CheckConstraint("(state = 'signed') = (signature_id IS NOT NULL)", name=op.f("ck_observer_link_signed")),
        sa.ForeignKeyConstraint(SESSION[0], SESSION[1], name=op.f("fk_observer_link_session_id")),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_observer_link_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observer_link")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_observer_link_code_digest")),
        sa.UniqueConstraint("signature_id", name=op.f("uq_observer_link_signature_id")),
    )
    op.create_index(
        "uq_observer_link_open", "observer_link", ["session_id"],
        unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index("ix_observer_link_session_id", "observer_link", ["session_id"])
    op.create_index("ix_observer_link_person_id", "observer_link", ["person_id", "sent_at"])


def downgrade() -> None:
    """Forget links and tiers. What observers signed stays and counts no more: the program before knows one kind."""
    op.drop_table("observer_link")
    op.execute("UPDATE signature SET voided_at = signed_at WHERE tier = 'link' AND voided_at IS NULL")
    op.drop_index("uq_signature_observed", table_name="signature", sqlite_where=OBSERVES, postgresql_where=OBSERVES)
    _unique("uq_signature_standing", BEFORE, instead_of=STANDS)
    op.execute("ALTER TABLE signature DROP COLUMN tier")


def _unique(name: str, where: sa.TextClause, instead_of: sa.TextClause | None = None) -> None:
    if instead_of is not None:
        op.drop_index(name, table_name="signature", sqlite_where=instead_of, postgresql_where=instead_of)
    op.create_index(name, "signature", ["session_id"], unique=True, sqlite_where=where, postgresql_where=where)
