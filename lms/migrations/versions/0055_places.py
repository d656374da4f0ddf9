"""Units with a code and a history, posts, and files of people and units."""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime, new_id

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STILL = sa.text("ended_on IS NULL")
BATCH = 1_000


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Make the tables; what stands in units and memberships begins their history."""
    with op.batch_alter_table("unit") as table:
        table.add_column(sa.Column("code", sa.String(length=90), nullable=True))
        table.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        table.drop_constraint(op.f("uq_unit_organisation_id"), type_="unique")
    op.execute("UPDATE unit SET code = name")
    with op.batch_alter_table("unit") as table:
        table.create_unique_constraint(op.f("uq_unit_organisation_id"), ["organisation_id", "code"])
    _make_places()
    _make_imports()
    _carry_units(op.get_bind())
    _carry_posts(op.get_bind())


def _make_places() -> None:
    op.create_table(
        "unit_period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ended_on > started_on", name=op.f("ck_unit_period_days")),
        *_refers("unit_period", unit_id="unit", parent_id="unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_period")),
        sa.UniqueConstraint("unit_id", "started_on", name=op.f("uq_unit_period_unit_id")),
    )
    op.create_index(
        "uq_unit_period_still", "unit_period", ["unit_id"], unique=True, sqlite_where=STILL, postgresql_where=STILL
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        *_refers("staff_member", organisation_id="organisation", person_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("organisation_id", "email", name=op.f("uq_staff_member_organisation_id")),
    )
    op.create_index("ix_staff_member_person_id", "staff_member", ["person_id"])
    op.create_table(
        "post",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("band", sa.String(length=60), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ended_on > started_on", name=op.f("ck_post_days")),
        sa.CheckConstraint("manager_id <> staff_id", name=op.f("ck_post_manager")),
        *_refers("post", staff_id="staff_member", unit_id="unit", manager_id="staff_member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    for name in ("staff_id", "unit_id", "manager_id"):
        op.create_index(f"ix_post_{name}", "post", [name])


def _make_imports() -> None:
    op.create_table(
        "import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("brought_by", sa.Uuid(), nullable=False),
        sa.Column("brought_at", UtcDateTime(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stands_on", sa.String(length=64), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'refused', 'checked', 'applying', 'applied')", name=op.f("ck_import_state")
        ),
        *_refers("import", organisation_id="organisation", brought_by="person", applied_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index("ix_import_organisation_id", "import", ["organisation_id", "brought_at"])
    op.create_table(
        "import_piece",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        *_refers("import_piece", import_id="import"),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_piece")),
    )
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("sheet", sa.String(length=6), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=254), nullable=False),
        sa.Column("manager", sa.String(length=254), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.Column("broken", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=9), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("was", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('created', 'changed', 'unchanged', 'refused')", name=op.f("ck_import_row_outcome")
        ),
        *_refers("import_row", import_id="import"),
        sa.PrimaryKeyConstraint("import_id", "sheet", "number", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_key", "import_row", ["import_id", "sheet", "key", "number"])
    op.create_index("ix_import_row_outcome", "import_row", ["import_id", "sheet", "outcome", "number"])
    op.create_index("ix_import_row_target_id", "import_row", ["import_id", "target_id"])


def _carry_units(db: sa.Connection) -> None:
    """Every unit has been as it is since its organisation came."""
    unit = sa.table("unit", *(sa.column(name, kind) for name, kind in (
        ("id", sa.Uuid()), ("parent_id", sa.Uuid()), ("organisation_id", sa.Uuid()),
        ("name", sa.String()), ("headcount", sa.Integer()),
    )))  # fmt: skip
    organisation = sa.table("organisation", sa.column("id", sa.Uuid()), sa.column("created_at", UtcDateTime()))
    rows = db.execute(
        sa.select(unit, organisation.c.created_at).join(organisation, organisation.c.id == unit.c.organisation_id)
    )
    period = sa.table("unit_period", *(sa.column(name, kind) for name, kind in (
        ("id", sa.Uuid()), ("unit_id", sa.Uuid()), ("parent_id", sa.Uuid()), ("name", sa.String()),
        ("headcount", sa.Integer()), ("started_on", sa.Date()),
    )))  # fmt: skip
    _insert(db, period, (
        {"id": new_id(), "unit_id": row.id, "parent_id": row.parent_id, "name": row.name, "headcount": row.headcount,
         "started_on": row.created_at.date()}
        for row in rows.all()
    ))  # fmt: skip


def _carry_posts(db: sa.Connection) -> None:
    """Who has a part is on the list; who has one in a unit works there, from the first day of such a part to the last."""
    rows = db.execute(sa.text(
        "SELECT m.organisation_id, m.person_id, m.unit_id, p.name, p.email, min(m.started_on) AS began, "
        "max(m.ended_on) AS ended, sum(CASE WHEN m.ended_on IS NULL THEN 1 ELSE 0 END) AS still "
        "FROM membership m JOIN person p ON p.id = m.person_id "
        "GROUP BY m.organisation_id, m.person_id, m.unit_id, p.name, p.email"
    ).columns(organisation_id=sa.Uuid(), person_id=sa.Uuid(), unit_id=sa.Uuid(), began=sa.Date(), ended=sa.Date()))  # fmt: skip
    found = rows.all()
    listed = {(row.organisation_id, row.person_id): (new_id(), row.name, row.email) for row in found}
    staff = sa.table("staff_member", *(sa.column(name, kind) for name, kind in (
        ("id", sa.Uuid()), ("organisation_id", sa.Uuid()), ("person_id", sa.Uuid()), ("name", sa.String()),
        ("email", sa.String()),
    )))  # fmt: skip
    _insert(db, staff, (
        {"id": own, "organisation_id": organisation, "person_id": person, "name": name, "email": email}
        for (organisation, person), (own, name, email) in listed.items()
    ))  # fmt: skip
    post = sa.table("post", *(sa.column(name, kind) for name, kind in (
        ("id", sa.Uuid()), ("staff_id", sa.Uuid()), ("unit_id", sa.Uuid()), ("title", sa.String()),
        ("band", sa.String()), ("started_on", sa.Date()), ("ended_on", sa.Date()), ("listed", sa.Boolean()),
    )))  # fmt: skip
    _insert(db, post, (
        {"id": new_id(), "staff_id": listed[row.organisation_id, row.person_id][0], "unit_id": row.unit_id,
         "title": "", "band": "", "started_on": row.began, "ended_on": None if row.still else row.ended, "listed": False}
        for row in found
        if row.unit_id and (row.still or row.ended > row.began)
    ))  # fmt: skip


def _insert(db: sa.Connection, table: sa.TableClause, rows: Iterable[dict[str, object | dt.date]]) -> None:
    batch: list[dict[str, object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            db.execute(sa.insert(table), batch)
            batch = []
    if batch:
        db.execute(sa.insert(table), batch)


def downgrade() -> None:
    """Forget the history, the posts and the files. Units keep what they are now; their names are unique again."""
    for name in ("import_row", "import_piece", "import", "post", "staff_member", "unit_period"):
        op.drop_table(name)
    with op.batch_alter_table("unit") as table:
        table.drop_constraint(op.f("uq_unit_organisation_id"), type_="unique")
        table.create_unique_constraint(op.f("uq_unit_organisation_id"), ["organisation_id", "name"])
        table.drop_column("closed_on")
        table.drop_column("code")
