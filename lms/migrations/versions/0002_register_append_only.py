"""The register only grows: the database itself refuses to change, remove or skip an entry.

On SQLite the insert trigger also stops INSERT OR REPLACE, which removes a row without asking the delete trigger.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER leaf_is_never_changed BEFORE UPDATE ON leaf
       BEGIN SELECT RAISE(ABORT, 'entries of the register are never changed'); END""",
    """CREATE TRIGGER leaf_is_never_removed BEFORE DELETE ON leaf
       BEGIN SELECT RAISE(ABORT, 'entries of the register are never removed'); END""",
    """CREATE TRIGGER leaf_follows_the_last BEFORE INSERT ON leaf
       WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM leaf)
       BEGIN SELECT RAISE(ABORT, 'entries of the register follow one another'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION leaf_stays() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'entries of the register are never changed or removed'
             USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE FUNCTION leaf_follows() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.seq IS DISTINCT FROM (SELECT COALESCE(MAX(seq), 0) + 1 FROM leaf) THEN
           RAISE EXCEPTION 'entries of the register follow one another' USING ERRCODE = 'restrict_violation';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER leaf_is_never_changed BEFORE UPDATE OR DELETE ON leaf
       FOR EACH ROW EXECUTE FUNCTION leaf_stays()""",
    """CREATE TRIGGER leaf_is_never_emptied BEFORE TRUNCATE ON leaf
       FOR EACH STATEMENT EXECUTE FUNCTION leaf_stays()""",
    """CREATE TRIGGER leaf_follows_the_last BEFORE INSERT ON leaf
       FOR EACH ROW EXECUTE FUNCTION leaf_follows()""",
)


def upgrade() -> None:
    """Set the triggers."""
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION leaf_stays() CASCADE")
        op.execute("DROP FUNCTION leaf_follows() CASCADE")
        return
    for name in ("leaf_is_never_changed", "leaf_is_never_removed", "leaf_follows_the_last"):
        op.execute(f"DROP TRIGGER {name}")
