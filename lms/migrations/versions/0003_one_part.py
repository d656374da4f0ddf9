"""One row for each part somebody has in an organisation: who comes back takes the row they left.

Where there are several, the oldest stays, with the unit of the newest, and it stands if any of them does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MEMBERSHIP = sa.table(
    "membership",
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("organisation_id", sa.Uuid()),
    sa.column("unit_id", sa.Uuid()),
    sa.column("role", sa.String()),
    sa.column("started_on", sa.Date()),
    sa.column("ended_on", sa.Date()),
)
PART = ("person_id", "organisation_id", "role")


def upgrade() -> None:
    """Make one of several, then let there be no second."""
    _merge(op.get_bind())
    _unique(*PART)


def downgrade() -> None:
    """Let there be several again; what was merged stays one."""
    _unique(*PART, "started_on")


def _unique(*columns: str) -> None:
    with op.batch_alter_table("membership") as table:
        table.drop_constraint(op.f("uq_membership_person_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_membership_person_id"), list(columns))


def _merge(db: sa.Connection) -> None:
    parts: dict[tuple[object, ...], list[sa.Row[tuple[object, ...]]]] = {}
    for row in db.execute(sa.select(MEMBERSHIP).order_by(MEMBERSHIP.c.started_on, MEMBERSHIP.c.id)):
        parts.setdefault(tuple(getattr(row, name) for name in PART), []).append(row)
    for first, *others in parts.values():
        if not others:
            continue
        ends = [row.ended_on for row in (first, *others)]
        ended_on = None if None in ends else max(ends)
        kept = MEMBERSHIP.update().where(MEMBERSHIP.c.id == first.id)
        db.execute(kept.values(unit_id=others[-1].unit_id, ended_on=ended_on))
        db.execute(MEMBERSHIP.delete().where(MEMBERSHIP.c.id.in_([row.id for row in others])))
