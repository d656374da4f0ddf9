"""Dilemmas: drafts, sending one at a time, a trainer who judges, what is kept, and what goes wrong."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from assessments.dilemmas import PARTS, current_dilemmas
from lms.core import clock
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.core.unit import Database
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.record import checking
from lms.record import service as record
from lms.register.models import Leaf
from lms.values import dilemmas, judging, service
from lms.values.written_forms import EMPTY
from lms.values.written_models import DilemmaAnswer, DilemmaDraft
from tests.accounts import give_password
from tests.integration.test_at_once import at_once, count
from tests.make import PASSWORD, World, actor
from tests.make_dilemmas import CHILD, SPONSOR, WRITTEN, judge, marks, send

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
PATH = f"/values/dilemmas/{SPONSOR}"
OTHERS = [each.id for each in current_dilemmas().dilemmas if each.id != CHILD]


def form(**instead: str) -> dict[str, Any]:
    sent = {"version": "0", "text": "1", "key": str(uuid.uuid4()), "do": "send"}
    return {**sent, **WRITTEN, **instead}


def judging_form(*missing: str, **instead: str) -> dict[str, str]:
    said = {part: "no" if part in missing else "yes" for part in PARTS}
    return said | {f"said-{part}": f"Say more about {part}." for part in missing} | instead


def sent(store: Database, who: uuid.UUID, dilemma: str = SPONSOR, **instead: Any) -> uuid.UUID:
    with store.transaction() as db:
        return send(db, who, dilemma, **instead)


def judged(store: Database, world: World, answer: uuid.UUID, *missing: str) -> judging.Opened:
    with store.transaction() as db:
        return judge(db, world.trainer, answer, *missing)


def test_what_is_sent_is_judged_part_by_part_and_the_learner_reads_it(
    store: Database, world: World, app: Flask, sign_in: Browser, post: Post
) -> None:
    give_password(app, store, world.trainer)
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    assert post(amara, PATH, **form()).status_code == 303
    assert "Sent, and waits to be judged" in amara.get("/values/dilemmas").text
    title = "She pays for the circles, and asks you a fair question"
    assert f"Judge what Amara Osei wrote about the dilemma “{title}”" in ruth.get("/").text
    assert "One dilemma waits" in ruth.get("/values/judging").text
    with store.readers() as db:
        answer = db.scalars(select(DilemmaAnswer)).one().id
    page = ruth.get(f"/values/judging/{answer}").text
    dilemma = current_dilemmas().dilemmas[0]
    for text in (dilemma.scene[0], dilemma.looks_for.duty, dilemma.model.today, *WRITTEN.values()):
        assert text in page
    done = post(ruth, f"/values/judging/{answer}", **judging_form("words", password=PASSWORD))
    assert done.status_code == 303
    read = amara.get(PATH).text
    assert "4 of 5, and enough" in read
    assert "Say more about words." in read
    assert "Ruth Tamihana" in read
    assert dilemma.model.today not in read
    assert dilemma.looks_for.duty not in read
    with store.readers() as db:
        letter = db.scalars(select(Message).where(Message.template == "dilemma_judged")).one()
        assert (letter.person_id, "Enough is there" in letter.body) == (world.trainee, True)
        assert not [text for text in (*WRITTEN.values(), "Say more") if text in letter.body]
    assert "Judge what" not in ruth.get("/", follow_redirects=True).text


def test_not_yet_is_revised_and_sent_again_and_the_judged_one_stays(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    first = sent(store, world.trainee)
    assert not judged(store, world, first, "duty", "words").answer.is_right
    amara = sign_in(world.trainee)
    page = amara.get(PATH).text
    assert "3 of 5, not yet enough" in page
    assert "Say more about duty." in page
    same = post(amara, PATH, **form())
    assert (same.status_code, dilemmas.UNCHANGED in same.text) == (422, True)
    assert post(amara, PATH, **form(duty="The agreement, to its last line.")).status_code == 303
    with store.readers() as db:
        rows = db.scalars(select(DilemmaAnswer).order_by(DilemmaAnswer.number)).all()
        assert [(each.number, each.parts["duty"], each.judged_at is None) for each in rows] == [
            (1, WRITTEN["duty"], False),
            (2, "The agreement, to its last line.", True),
        ]
    ruth = sign_in(world.trainer)
    assert "What Amara sent before, and what was found" in ruth.get(f"/values/judging/{rows[1].id}").text


def test_four_right_ones_with_the_child_among_them_pass_from_that_day(store: Database, world: World) -> None:
    for each in OTHERS[:4]:
        judged(store, world, sent(store, world.trainee, each), "tension")
    with store.readers() as db:
        assert service.dilemmas_passed(db, world.trainee) is None
    first = sent(store, world.trainee, CHILD)
    assert not judged(store, world, first, "today").answer.is_right
    again = sent(store, world.trainee, CHILD, parts=WRITTEN | {"today": "I ring the named person."})
    assert judged(store, world, again, "words").answer.is_right
    with store.readers() as db:
        assert service.dilemmas_passed(db, world.trainee) == (clock.today("Europe/London"), 1)
        assert service.dilemmas_passed(db, world.other_trainee) is None


def test_the_judgement_is_sealed_in_the_register_and_stands_in_the_record(store: Database, world: World) -> None:
    answer = sent(store, world.trainee)
    judged(store, world, answer, "words")
    with store.readers() as db:
        leaf = db.scalars(select(Leaf).where(Leaf.kind == "dilemma judged")).one()
        assert (leaf.subject_id, leaf.actor_id, leaf.authenticated_by) == (answer, world.trainer, "password")
        assert list(checking.verify(db).problems) == []
        (held,) = record.entries_about(db, world.trainee)
        told = held.tell("Amara Osei")
        assert told.title == "Dilemma judged: “She pays for the circles, and asks you a fair question”"
        assert dict(told.facts)["Parts there"] == "4 of 5"
        assert dict(told.facts)["Judged under"] == "The dilemmas, version 1"
        assert ("Say more about words.", "Ruth Tamihana, said to whom") in told.said
        assert told.problems == ()
        assert record.entries_about(db, world.other_trainee) == []


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("marks", marks(), "was changed after it was made"),
        ("parts", WRITTEN | {"duty": "Another."}, "was changed after it was made"),
        ("is_right", False, "differ in what follows from its five parts"),
        ("pack_version", 9, "cannot be read"),
    ],
)
def test_who_changes_what_was_judged_is_found_out(
    store: Database, world: World, column: str, value: object, fault: str
) -> None:
    answer = sent(store, world.trainee)
    judged(store, world, answer, "words")
    with store.readers() as db:
        assert list(checking.verify(db).problems) == []
    with store.transaction() as db:
        db.execute(sa.update(DilemmaAnswer).where(DilemmaAnswer.id == answer).values({column: value}))
    with store.readers() as db:
        assert any(fault in each for each in checking.verify(db).problems)


def test_only_a_trainer_of_the_provider_judges_and_nobody_judges_themselves(store: Database, world: World) -> None:
    answer = sent(store, world.trainee)
    for who in (world.trainee, world.other_trainee, world.manager, world.administrator, world.stranger):
        with store.transaction() as db, pytest.raises(NotFound):
            judge(db, who, answer)
    with store.transaction() as db:
        db.add(_trainer_too(world))
    with store.transaction() as db, pytest.raises(NotFound):
        judge(db, world.trainee, answer)
    with store.transaction() as db:
        assert judge(db, world.other_trainer, answer).judge == "Bashir Noor"


def _trainer_too(world: World) -> Any:
    from lms.people.models import Membership

    return Membership(person_id=world.trainee, organisation_id=world.provider, role="trainer", started_on=clock.today())


def test_another_trainer_finds_it_in_the_list_and_not_at_home(store: Database, world: World, sign_in: Browser) -> None:
    sent(store, world.trainee)
    bashir = sign_in(world.other_trainer)
    assert "Amara Osei" not in bashir.get("/", follow_redirects=True).text
    page = bashir.get("/values/judging").text
    assert "Amara Osei" in page
    assert "You are their trainer" not in page
    assert "You are their trainer" in sign_in(world.trainer).get("/values/judging").text


def test_a_second_judgement_is_refused_and_the_same_one_twice_is_one(
    store: Database, world: World, app: Flask, sign_in: Browser, post: Post
) -> None:
    answer = sent(store, world.trainee)
    judged(store, world, answer, "words")
    judged(store, world, answer, "words")
    with store.transaction() as db, pytest.raises(Conflict, match="You have judged this already"):
        judge(db, world.trainer, answer)
    give_password(app, store, world.other_trainer)
    bashir = sign_in(world.other_trainer)
    late = post(bashir, f"/values/judging/{answer}", **judging_form(password=PASSWORD))
    assert (late.status_code, "Ruth Tamihana has judged this already" in late.text) == (409, True)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Message).where(Message.template == "dilemma_judged")) == 1


def test_where_something_is_missing_a_sentence_says_what(
    store: Database, world: World, app: Flask, sign_in: Browser, post: Post
) -> None:
    give_password(app, store, world.trainer)
    path, ruth = f"/values/judging/{sent(store, world.trainee)}", sign_in(world.trainer)
    fields = judging_form(password=PASSWORD) | {"duty": "no", "said-words": "A fine sentence 🪑"}
    del fields["today"]
    wrong = post(ruth, path, **fields)
    assert wrong.status_code == 422
    assert "Write in a sentence what is not there yet." in wrong.text
    assert "Say of “today” whether it is there." in wrong.text
    assert "A fine sentence 🪑" in wrong.text
    long = post(ruth, path, **judging_form(password=PASSWORD, **{"said-duty": "x" * 501}))
    assert "This is 501 characters long. Shorten it to 500 or fewer." in long.text
    unproved = post(ruth, path, **judging_form(password="not it"))
    assert (unproved.status_code, "That did not fit." in unproved.text) == (422, True)
    with store.readers() as db:
        assert db.scalars(select(DilemmaAnswer)).one().judged_at is None


def test_what_is_empty_or_too_long_comes_back_with_a_sentence(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    empty = post(amara, PATH, **form(duty="", today=" \n "))
    assert empty.status_code == 422
    assert EMPTY["duty"] in empty.text
    assert EMPTY["today"] in empty.text
    assert WRITTEN["words"] in empty.text
    for kept in (form(duty="x" * 4_001), form(duty="x" * 4_001, do="", save="yes")):
        long = post(amara, PATH, **kept)
        assert (long.status_code, "x" * 4_001 in long.text) == (422, True)
        assert "This is 4,001 characters long. Shorten it to 4,000 or fewer." in long.text
    assert count(store, DilemmaAnswer) == 0


def test_signs_of_every_script_are_kept_as_they_were_written(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    words = {"duty": "قاعدة: ما يقال هنا يبقى هنا 🪑", "today": "🫠" * 300, "words": "\u202eegnahc\u202c \x00 nothing"}
    assert post(sign_in(world.trainee), PATH, **form(**words)).status_code == 303
    with store.readers() as db:
        answer = db.scalars(select(DilemmaAnswer)).one()
        assert answer.parts["duty"] == words["duty"]
        assert answer.parts["today"] == words["today"]
        assert answer.parts["words"] == words["words"].replace("\x00", "")
        sealed = answer.id
    judged(store, world, sealed, "words")
    with store.readers() as db:
        assert list(checking.verify(db).problems) == []


def test_a_draft_is_kept_as_it_is_typed_and_is_nobody_else_s(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    half = {"tension": "Trust, and helping.", "duty": ""}
    kept = post(amara, f"{PATH}/draft", version="0", **half)
    assert kept.json == {"version": 1}
    assert post(amara, f"{PATH}/draft", version="0", **half).json == {"version": 1}
    assert "Trust, and helping." in amara.get(PATH).text
    assert "You have begun it" in amara.get("/values/dilemmas").text
    farid = sign_in(world.other_trainee)
    assert "Trust, and helping." not in farid.get(PATH).text
    assert post(farid, f"{PATH}/draft", version="0", tension="Mine.").json == {"version": 1}
    assert "Trust, and helping." in amara.get(PATH).text
    assert "Trust, and helping." not in sign_in(world.trainer).get("/values/judging").text
    long = post(amara, f"{PATH}/draft", version="1", tension="x" * 4_001)
    assert (long.status_code, "Kept on this device only." in long.text) == (422, True)
    assert post(amara, PATH, **form(version="1")).status_code == 303
    with store.readers() as db:
        assert [each.person_id for each in db.scalars(select(DilemmaDraft))] == [world.other_trainee]


def test_an_old_page_overwrites_nothing_and_both_texts_can_be_read(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    post(amara, f"{PATH}/draft", version="0", tension="Written on the phone.")
    assert post(amara, f"{PATH}/draft", version="0", tension="On the laptop.").status_code == 409
    for more in ({"do": "send"}, {"do": "", "save": "yes"}):
        old = post(amara, PATH, **form(tension="On the laptop.", **more))
        assert old.status_code == 409
        assert "Written on the phone." in old.text
        assert "On the laptop." in old.text
    assert post(amara, PATH, **form(tension="On the laptop.", version="1")).status_code == 303


def test_a_page_older_than_the_text_sends_nothing(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    old = post(sign_in(world.trainee), PATH, **form(text="0"))
    assert (old.status_code, dilemmas.NEW_TEXT in old.text, WRITTEN["duty"] in old.text) == (409, True, True)
    assert count(store, DilemmaAnswer) == 0


def test_what_waits_or_is_right_is_closed_and_says_so(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    answer, amara = sent(store, world.trainee), sign_in(world.trainee)
    for sentence in (dilemmas.WAITS, dilemmas.RIGHT):
        late = post(amara, PATH, **form(duty="A late thought."))
        assert (late.status_code, sentence in late.text, "A late thought." in late.text) == (409, True, True)
        drafted = post(amara, f"{PATH}/draft", version="1", duty="A late thought.")
        assert (drafted.status_code, drafted.json) == (409, {"message": sentence})
        if sentence == dilemmas.WAITS:
            judged(store, world, answer)
    assert count(store, DilemmaDraft) == 0


def test_the_same_form_twice_and_many_at_once_are_one_sending(store: Database, world: World) -> None:
    key = uuid.uuid4()
    assert sent(store, world.trainee, key=key) == sent(store, world.trainee, key=key)

    def another(db: Any) -> None:
        send(db, world.other_trainee)

    found = at_once(store, another, many=6)
    assert sum(each is None for each in found) == 1
    assert {str(each) for each in found if each is not None} == {dilemmas.WAITS}
    assert count(store, DilemmaAnswer) == 2
    assert count(store, DilemmaDraft) == 0


def test_a_form_sent_many_times_at_once_is_one_sending_and_no_mistake(store: Database, world: World) -> None:
    key = uuid.uuid4()

    def once(db: Any) -> None:
        send(db, world.trainee, key=key)

    assert at_once(store, once, many=6) == [None] * 6
    assert (count(store, DilemmaAnswer), count(store, DilemmaDraft)) == (1, 0)


def test_a_save_that_comes_with_the_sending_leaves_no_draft_behind(store: Database, world: World) -> None:
    turns = iter([True, False] * 3)
    chosen = [next(turns) for _ in range(6)]

    def one(db: Any) -> None:
        if chosen.pop():
            send(db, world.trainee, seen=0)
        else:
            dilemmas.keep(db, actor(db, world.trainee), SPONSOR, 0, WRITTEN)

    found = at_once(store, one, many=6)
    assert all(each is None or isinstance(each, Conflict) for each in found), found
    assert (count(store, DilemmaAnswer), count(store, DilemmaDraft)) == (1, 0)


def test_two_trainers_at_once_are_one_judgement(store: Database, world: World) -> None:
    answer = sent(store, world.trainee)
    trainers = iter([world.trainer, world.other_trainer] * 3)
    chosen = [next(trainers) for _ in range(4)]

    def one(db: Any) -> None:
        who = chosen.pop()
        judge(db, who, answer, *(("words",) if who == world.trainer else ()))

    found = at_once(store, one, many=4)
    assert all(each is None or isinstance(each, Conflict) for each in found), found
    assert count(store, Leaf) == 1
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Message).where(Message.template == "dilemma_judged")) == 1


def test_without_a_training_a_draft_is_kept_and_nobody_judges(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    with store.transaction() as db:
        db.execute(sa.update(Enrolment).where(Enrolment.person_id == world.trainee).values(ended_on=clock.today()))
        with pytest.raises(Forbidden):
            send(db, world.trainee)
    page = post(sign_in(world.trainee), PATH, **form())
    assert (page.status_code, dilemmas.NOBODY in page.text, WRITTEN["duty"] in page.text) == (403, True, True)
    assert sign_in(world.trainee).get("/values/dilemmas/no-such-scene").status_code == 404


def test_the_database_lets_nobody_judge_themselves_and_only_one_wait(store: Database, world: World) -> None:
    answer = sent(store, world.trainee)
    values = {"judged_by": world.trainee, "judged_at": clock.now(), "is_right": True, "leaf_seq": 1}
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as db:
        db.execute(sa.update(DilemmaAnswer).where(DilemmaAnswer.id == answer).values(values))
    with store.readers() as db:
        row = db.get_one(DilemmaAnswer, answer)
        copy = {each.name: getattr(row, each.name) for each in DilemmaAnswer.__table__.columns}
    another = copy | {"id": uuid.uuid4(), "key": uuid.uuid4(), "number": 2}
    with pytest.raises(sa.exc.IntegrityError), store.transaction() as db:
        db.execute(sa.insert(DilemmaAnswer).values(another))
