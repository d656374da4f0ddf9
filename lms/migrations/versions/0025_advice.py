"""Advice to organisations: cases, themes for sponsors, their versions, and the readings of a theme."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
THEMES = "theme IN ('time', 'power', 'host', 'members', 'measures', 'sponsor', 'safety')"
SQLITE = (
    """CREATE TRIGGER advice_version_is_never_changed BEFORE UPDATE ON advice_version
       BEGIN SELECT RAISE(ABORT, 'what advice said is never changed'); END""",
    """CREATE TRIGGER advice_version_is_never_removed BEFORE DELETE ON advice_version
       BEGIN SELECT RAISE(ABORT, 'what advice said is never removed'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION advice_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'what advice said is never changed or removed'
             USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER advice_version_is_never_changed BEFORE UPDATE ON advice_version
       FOR EACH ROW EXECUTE FUNCTION advice_version_stays()""",
    """CREATE TRIGGER advice_version_is_never_removed BEFORE DELETE ON advice_version
       FOR EACH ROW EXECUTE FUNCTION advice_version_stays()""",
    """CREATE TRIGGER advice_version_is_never_emptied BEFORE TRUNCATE ON advice_version
       FOR EACH STATEMENT EXECUTE FUNCTION advice_version_stays()""",
)


def upgrade() -> None:
    """Make the tables; what a version said stays."""
    _make_cases()
    _make_notes()
    _make_versions()
    _make_readings()
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Forget them."""
    for name in ("theme_reading", "advice_version", "theme_note", "advisory_case"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION advice_version_stays()")


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def _make_cases() -> None:
    op.create_table(
        "advisory_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("shared_with_sponsor", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(THEMES, name=op.f("ck_advisory_case_theme")),
        sa.CheckConstraint("state IN ('open', 'agreed', 'done', 'left')", name=op.f("ck_advisory_case_state")),
        sa.CheckConstraint(
            "state <> 'agreed' OR (step <> '' AND due_on IS NOT NULL)", name=op.f("ck_advisory_case_agreed")
        ),
        *_refers(
            "advisory_case", provider_id="organisation", organisation_id="organisation", group_id="peer_group",
            owner_id="person", opened_by="person", changed_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advisory_case")),
        sa.UniqueConstraint("opened_by", "key", name=op.f("uq_advisory_case_opened_by")),
    )  # fmt: skip
    op.create_index("ix_advisory_case_provider_id_changed_at", "advisory_case", ["provider_id", "changed_at"])
    op.create_index("ix_advisory_case_organisation_id_theme", "advisory_case", ["organisation_id", "theme"])
    op.create_index("ix_advisory_case_group_id", "advisory_case", ["group_id"])


def _make_notes() -> None:
    op.create_table(
        "theme_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("passed_at", UtcDateTime(), nullable=True),
        sa.Column("taken_back_at", UtcDateTime(), nullable=True),
        sa.Column("taken_back_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(THEMES, name=op.f("ck_theme_note_theme")),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 600", name=op.f("ck_theme_note_text")),
        *_refers(
            "theme_note", provider_id="organisation", organisation_id="organisation", group_id="peer_group",
            case_id="advisory_case", written_by="person", changed_by="person", taken_back_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_note")),
        sa.UniqueConstraint("written_by", "key", name=op.f("uq_theme_note_written_by")),
    )  # fmt: skip
    op.create_index("ix_theme_note_provider_id_changed_at", "theme_note", ["provider_id", "changed_at"])
    op.create_index("ix_theme_note_organisation_id_theme", "theme_note", ["organisation_id", "theme"])
    op.create_index("ix_theme_note_case_id", "theme_note", ["case_id"])


def _make_versions() -> None:
    op.create_table(
        "advice_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("note_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept", JSON, nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(case_id IS NULL) <> (note_id IS NULL)", name=op.f("ck_advice_version_one")),
        *_refers("advice_version", case_id="advisory_case", note_id="theme_note", changed_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_version")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_advice_version_case_id")),
        sa.UniqueConstraint("note_id", "version", name=op.f("uq_advice_version_note_id")),
    )


def _make_readings() -> None:
    op.create_table(
        "theme_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("clear", sa.Boolean(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=60), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("clear OR change <> ''", name=op.f("ck_theme_reading_change")),
        *_refers("theme_reading", note_id="theme_note", reader_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_reading")),
        sa.UniqueConstraint("note_id", "version", "reader_id", name=op.f("uq_theme_reading_note_id")),
    )
