"""A question sent many times at once, on both databases: asked once, and answered once."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from assessments import bank
from lms.core.errors import Stale
from lms.core.unit import Database
from lms.exercises import dialogues
from lms.exercises.dialogue_models import DialogueTurn
from lms.exercises.dialogues import Asked
from tests.integration.test_at_once import at_once, count
from tests.make import World, actor

NOTEBOOK = bank.current().get_dialogue("the-notebook")


def test_one_question_sent_many_times_at_once_is_one_turn(world: World, store: Database) -> None:
    with store.transaction() as db:
        run_id = dialogues.begin(db, actor(db, world.trainee), NOTEBOOK, "k")
    asked = Asked("What happens then?", "open", "clarify", 0, "one-key")
    answers = at_once(store, lambda db: dialogues.ask(db, actor(db, world.trainee), run_id, asked), many=6)
    assert answers == [None] * 6
    assert count(store, DialogueTurn) == 1


def test_of_two_different_questions_at_once_one_is_asked(world: World, store: Database) -> None:
    with store.transaction() as db:
        run_id = dialogues.begin(db, actor(db, world.trainee), NOTEBOOK, "k")

    def ask(db: Session) -> None:
        dialogues.ask(db, actor(db, world.trainee), run_id, Asked("Is it?", "closed", None, 0, uuid.uuid4().hex))

    answers = at_once(store, ask, many=6)
    assert sum(isinstance(each, Stale) for each in answers) == 5
    assert count(store, DialogueTurn) == 1
