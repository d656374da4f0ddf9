"""The command that says which items of the knowledge test have had their day: figures of many, and nobody’s name."""

from __future__ import annotations

import uuid

from click.testing import CliRunner
from sqlalchemy import select

from lms.cli import main
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.exercises import knowledge
from lms.exercises.knowledge_models import KnowledgeTest
from tests.conftest import SECRET
from tests.make import World, actor


def said(settings: Settings) -> list[str]:
    environment = {"LMS_SECRET_KEY": SECRET, "LMS_DATABASE_URL": settings.database_url.replace("+pysqlite", "")}
    environment["LMS_DATABASE_URL"] = environment["LMS_DATABASE_URL"].replace("+psycopg", "")
    return CliRunner().invoke(main, ["content", "figures"], env=environment).output.splitlines()


def test_figures_are_shown_from_fifty_answers_on(settings: Settings, store: Database, world: World) -> None:
    assert said(settings) == ["0 items answered by fewer than 50 are not shown."]
    with store.transaction() as db:
        who = actor(db, world.trainee)
        test = knowledge.hand_in(db, who, knowledge.begin(db, who, "one").id)
        assert not test.passed
    assert said(settings) == ["40 items answered by fewer than 50 are not shown."]
    with store.transaction() as db:
        one = db.scalars(select(KnowledgeTest)).one()
        columns = {each.name: getattr(one, each.name) for each in KnowledgeTest.__table__.columns}
        db.add_all(KnowledgeTest(**columns | {"id": uuid.uuid4(), "key": str(n)}) for n in range(49))
    lines = said(settings)
    assert len(lines) == 41
    assert all(": n 50, p 0.00, discrimination none. Everybody’s points are the same" in each for each in lines[:-1])
    assert lines[-1].startswith("0 items")
