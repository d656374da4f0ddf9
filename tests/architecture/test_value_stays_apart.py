"""What a client paid is known to nothing that assesses, decides or pays: no other room names it or its tables."""

from __future__ import annotations

import re
from pathlib import Path

import lms.models
from lms.core.db import Base

ROOT = Path(__file__).parents[2]
# The wiring, the tables for the migrations, the register's proof, the worker, and the demo's story.
MAY_NAME_IT = {"app.py", "models.py", "work.py", "record/checking.py", "demo/worth.py"}
OURS = ("value_engagement", "value_terms", "value_draft", "value_survey", "value_statement", "value_bill")


def sources() -> list[Path]:
    rooms = (ROOT / "lms", ROOT / "assessments", ROOT / "courses")
    found = [each for room in rooms for each in room.rglob("*.py") if "migrations" not in each.parts]
    return [each for each in found if (ROOT / "lms/value") not in each.parents]


def test_no_other_room_imports_it_or_names_its_tables() -> None:
    tables = [name for name in Base.metadata.tables if name.startswith(OURS)]
    assert lms.models.value
    assert len(tables) == 8
    naming = re.compile(rf"\blms\.value\b|from lms import .*\bvalue\b|\b({'|'.join(tables)})\b")
    named = {
        path.relative_to(ROOT / "lms").as_posix()
        for path in sources()
        if path.is_relative_to(ROOT / "lms") and naming.search(path.read_text("utf-8"))
    }
    assert named <= MAY_NAME_IT
    assert not [path for path in sources() if "assessments" in path.parts and naming.search(path.read_text("utf-8"))]


def test_no_other_table_refers_to_an_engagement() -> None:
    referring = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name.startswith(OURS) and not table.name.startswith(OURS)
    }
    assert not referring


def test_amounts_are_whole_numbers_in_the_database_and_in_the_code() -> None:
    from sqlalchemy import Float, Numeric

    for name, table in Base.metadata.tables.items():
        if name.startswith(OURS):
            assert not [column for column in table.columns if isinstance(column.type, Float | Numeric)]
    for path in (ROOT / "lms/value").glob("*.py"):
        assert not re.search(r"\bfloat\(|\bDecimal\b", path.read_text("utf-8")), path
