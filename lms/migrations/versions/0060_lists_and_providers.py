"""An address that means somebody who stood on a list twice; rows of a file whose post has ended; several providers."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime, new_id

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

OF_MEMBERSHIP = ["person_id", "organisation_id", "role"]
OF_INVITATION = ["organisation_id", "role", "email"]
OWN = sa.text("provider_id IS NULL")
OPEN = sa.text("decided_at IS NULL")


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "staff_alias",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        *_refers("staff_alias", organisation_id="organisation", staff_id="staff_member", merged_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_alias")),
        sa.UniqueConstraint("organisation_id", "email", name=op.f("uq_staff_alias_organisation_id")),
    )
    op.create_index("ix_staff_alias_staff_id", "staff_alias", ["staff_id"])
    op.add_column("import_row", sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()))

    _make_provisions()
    _tell_whose_signatures(op.get_bind())
    _carry_provisions(op.get_bind())


def _make_provisions() -> None:
    op.create_table(
        "provision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("provider_id <> client_id", name=op.f("ck_provision_others")),
        *_refers("provision", provider_id="organisation", client_id="organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provision")),
        sa.UniqueConstraint("client_id", "provider_id", name=op.f("uq_provision_client_id")),
    )
    op.create_index("ix_provision_provider_id", "provision", ["provider_id"])
    for name, columns in (("membership", OF_MEMBERSHIP), ("invitation", OF_INVITATION)):
        unique = op.f(f"uq_{name}_{columns[0]}")
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("provider_id", sa.Uuid(), nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_provider_id"), "organisation", ["provider_id"], ["id"])
            table.drop_constraint(unique, type_="unique")
        with op.batch_alter_table(name) as table:
            table.create_unique_constraint(unique, [*columns, "provider_id"])
        op.create_index(f"uq_{name}_own", name, columns, unique=True, sqlite_where=OWN, postgresql_where=OWN)
    op.drop_index("uq_nomination_open", "nomination")
    with op.batch_alter_table("nomination") as table:
        table.add_column(sa.Column("provider_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_nomination_provider_id"), "organisation", ["provider_id"], ["id"])
    _index_open("organisation_id", "provider_id", "email", "standard_id")


def _tell_whose_signatures(db: sa.Connection) -> None:
    """How long a review took is told beside those of the same provider. SQLite adds the column without a new table."""
    if db.dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE signature ADD COLUMN provider_id CHAR(32) "
            "CONSTRAINT fk_signature_provider_id REFERENCES organisation (id)"
        )
    else:
        op.add_column("signature", sa.Column("provider_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f("fk_signature_provider_id"), "signature", "organisation", ["provider_id"], ["id"])
    op.execute(
        "UPDATE signature SET provider_id = (SELECT g.provider_id FROM practice_session s JOIN peer_group g "
        "ON g.id = s.group_id WHERE s.id = signature.session_id) WHERE seconds IS NOT NULL"
    )
    op.create_index("ix_signature_provider_id", "signature", ["provider_id", "id"])


def _index_open(*columns: str) -> None:
    op.create_index("uq_nomination_open", "nomination", columns, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def _carry_provisions(db: sa.Connection) -> None:
    """Every client has been its provider's since it came. A trainee's part, an invitation and a nomination are theirs."""
    found = db.execute(sa.text(
        "SELECT id, provider_id, created_at FROM organisation WHERE provider_id IS NOT NULL"
    ).columns(id=sa.Uuid(), provider_id=sa.Uuid(), created_at=UtcDateTime()))  # fmt: skip
    provision = sa.table("provision", *(sa.column(name, kind) for name, kind in (
        ("id", sa.Uuid()), ("provider_id", sa.Uuid()), ("client_id", sa.Uuid()), ("started_on", sa.Date()),
    )))  # fmt: skip
    rows = [
        {"id": new_id(), "provider_id": row.provider_id, "client_id": row.id, "started_on": row.created_at.date()}
        for row in found
    ]
    if rows:
        db.execute(sa.insert(provision), rows)
    theirs = "(SELECT o.provider_id FROM organisation o WHERE o.id = {0}.organisation_id)"
    for name, where in (("membership", " WHERE role = 'trainee'"), ("invitation", ""), ("nomination", "")):
        db.execute(sa.text(f"UPDATE {name} SET provider_id = {theirs.format(name)}{where}"))  # noqa: S608 - our own names


def downgrade() -> None:
    """Forget them. Two entries that were made one stay one; who had two providers has the first.

    It stops where somebody has the same part with two providers: which of them counts is not ours to choose.
    """
    op.drop_index("ix_signature_provider_id", "signature")
    op.drop_column("signature", "provider_id")
    op.drop_index("uq_nomination_open", "nomination")
    with op.batch_alter_table("nomination") as table:
        table.drop_constraint(op.f("fk_nomination_provider_id"), type_="foreignkey")
        table.drop_column("provider_id")
    _index_open("organisation_id", "email", "standard_id")
    for name, columns in (("membership", OF_MEMBERSHIP), ("invitation", OF_INVITATION)):
        unique = op.f(f"uq_{name}_{columns[0]}")
        op.drop_index(f"uq_{name}_own", name)
        with op.batch_alter_table(name) as table:
            table.drop_constraint(unique, type_="unique")
            table.drop_constraint(op.f(f"fk_{name}_provider_id"), type_="foreignkey")
            table.drop_column("provider_id")
        with op.batch_alter_table(name) as table:
            table.create_unique_constraint(unique, columns)
    op.drop_table("provision")
    op.drop_column("import_row", "gone")
    op.drop_table("staff_alias")
