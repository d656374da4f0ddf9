"""Engagements, what came of them, what they were worth, and bills that are never changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = (
    "value_bill_pdf",
    "value_bill",
    "value_bill_count",
    "value_statement",
    "value_survey",
    "value_draft",
    "value_terms",
    "value_engagement",
)
FINAL = ("value_survey", "value_statement", "value_bill")
SAYS = "what was finished, said or billed is never changed"
SQLITE = (
    *(
        f"CREATE TRIGGER {table}_stays_{what} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        for table in FINAL
        for what in ("UPDATE", "DELETE")
    ),
    f"""CREATE TRIGGER value_terms_stay BEFORE UPDATE ON value_terms WHEN OLD.leaf_seq IS NOT NULL
       BEGIN SELECT RAISE(ABORT, '{SAYS}'); END""",
)
POSTGRESQL = (
    f"""CREATE FUNCTION value_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$""",
    *(
        f"""CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
       FOR EACH ROW EXECUTE FUNCTION value_stays()"""
        for table in FINAL
    ),
    """CREATE TRIGGER value_terms_stay BEFORE UPDATE ON value_terms FOR EACH ROW
       WHEN (OLD.leaf_seq IS NOT NULL) EXECUTE FUNCTION value_stays()""",
)


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Make the tables, and let nobody change what is final."""
    _make_engagements()
    _make_answers()
    _make_bills()
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _make_engagements() -> None:
    op.create_table(
        "value_engagement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("in_force", sa.SmallInteger(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        *_refers("value_engagement", client_id="organisation", provider_id="organisation", written_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_engagement")),
        sa.UniqueConstraint("written_by", "key", name=op.f("uq_value_engagement_written_by")),
    )
    op.create_index("ix_value_engagement_client_id", "value_engagement", ["client_id"], unique=False)
    op.create_index("ix_value_engagement_provider_id", "value_engagement", ["provider_id"], unique=False)
    op.create_table(
        "value_terms",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("tax_rate", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("provider_address", sa.Text(), nullable=False),
        sa.Column("provider_tax_number", sa.String(length=60), nullable=False),
        sa.Column("client_address", sa.Text(), nullable=False),
        sa.Column("pay_to", sa.Text(), nullable=False),
        sa.Column("pay_days", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (is_confirmed IS NULL)",
            name=op.f("ck_value_terms_answered"),
        ),
        sa.CheckConstraint("answered_by <> written_by", name=op.f("ck_value_terms_two_people")),
        sa.CheckConstraint("fee > 0", name=op.f("ck_value_terms_fee")),
        sa.CheckConstraint("floor IS NULL OR floor BETWEEN 1 AND fee", name=op.f("ck_value_terms_floor")),
        sa.CheckConstraint("starts_on <= ends_on AND ends_on <= answer_by", name=op.f("ck_value_terms_days")),
        sa.CheckConstraint("tax_rate BETWEEN 0 AND 10000", name=op.f("ck_value_terms_tax_rate")),
        *_refers("value_terms", answered_by="person", engagement_id="value_engagement", written_by="person"),
        sa.PrimaryKeyConstraint("engagement_id", "version", name=op.f("pk_value_terms")),
    )
    op.create_index("uq_value_terms_leaf_seq", "value_terms", ["leaf_seq"], unique=True)


def _make_answers() -> None:
    op.create_table(
        "value_draft",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("step IN ('outcomes', 'worth')", name=op.f("ck_value_draft_step")),
        *_refers("value_draft", engagement_id="value_engagement", person_id="person"),
        sa.PrimaryKeyConstraint("engagement_id", "person_id", "step", name=op.f("pk_value_draft")),
    )
    op.create_table(
        "value_survey",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("finished_by", sa.Uuid(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        *_refers("value_survey", engagement_id="value_engagement", finished_by="person"),
        sa.PrimaryKeyConstraint("engagement_id", name=op.f("pk_value_survey")),
    )
    op.create_index("uq_value_survey_leaf_seq", "value_survey", ["leaf_seq"], unique=True)
    op.create_table(
        "value_statement",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("terms_version", sa.SmallInteger(), nullable=False),
        sa.Column("felt", sa.BigInteger(), nullable=False),
        sa.Column("outcomes", JSON, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("felt >= 0", name=op.f("ck_value_statement_felt")),
        *_refers("value_statement", decided_by="person"),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["value_survey.engagement_id"], name=op.f("fk_value_statement_engagement_id")
        ),
        sa.PrimaryKeyConstraint("engagement_id", name=op.f("pk_value_statement")),
    )
    op.create_index("uq_value_statement_leaf_seq", "value_statement", ["leaf_seq"], unique=True)


def _make_bills() -> None:
    op.create_table(
        "value_bill_count",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        *_refers("value_bill_count", provider_id="organisation"),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_value_bill_count")),
    )
    op.create_table(
        "value_bill",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("terms_version", sa.SmallInteger(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("was_answered", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("agreed", sa.BigInteger(), nullable=False),
        sa.Column("adjusted", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("(corrects_id IS NULL) = (because = '')", name=op.f("ck_value_bill_because")),
        sa.CheckConstraint(
            "net = agreed + adjusted AND total = net + tax AND net >= 0 AND tax >= 0", name=op.f("ck_value_bill_sum")
        ),
        *_refers(
            "value_bill",
            corrects_id="value_bill",
            engagement_id="value_engagement",
            made_by="person",
            provider_id="organisation",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_bill")),
        sa.UniqueConstraint("corrects_id", name="uq_value_bill_corrects_id"),
        sa.UniqueConstraint("provider_id", "number", name=op.f("uq_value_bill_provider_id")),
    )
    op.create_index("ix_value_bill_engagement_id", "value_bill", ["engagement_id"], unique=False)
    op.create_index(
        "uq_value_bill_first",
        "value_bill",
        ["engagement_id"],
        unique=True,
        sqlite_where=sa.text("corrects_id IS NULL"),
        postgresql_where=sa.text("corrects_id IS NULL"),
    )
    op.create_index("uq_value_bill_leaf_seq", "value_bill", ["leaf_seq"], unique=True)
    op.create_table(
        "value_bill_pdf",
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        *_refers("value_bill_pdf", bill_id="value_bill"),
        sa.PrimaryKeyConstraint("bill_id", name=op.f("pk_value_bill_pdf")),
    )


def downgrade() -> None:
    """Forget all of it."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION value_stays()")
