"""How a circle sits together: writing it, everybody's yes, a stale page, who reads it; and the sort brought to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from assessments.values_cards import current_cards
from lms.core import clock
from lms.core.actor import Actor
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from lms.core.unit import Database
from lms.groups import handing
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.messages.models import Message
from lms.values import rules, service, sorting
from lms.values.models import ValuesAgreement
from lms.values.rules import Line
from tests.make import World, actor, make_group

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
LINES = [Line("We ask before we tell.", "Anyone says “that’s one for later”."), Line("What is said here stays here.")]


def write(store: Database, who: uuid.UUID, group: uuid.UUID, seen: int = 0, lines: list[Line] = LINES) -> uuid.UUID:
    with store.transaction() as db:
        day = clock.today() + timedelta(days=60)
        return service.write(db, actor(db, who), group, uuid.uuid4(), seen, lines, day).id


def kestrel(store: Database, world: World, group: uuid.UUID) -> str:
    with store.readers() as db:
        state = service.look(db, actor(db, world.trainee), group)
        return next(each.key for each in state.chairs if each.person_id is None)


def agree(store: Database, world: World, group: uuid.UUID, seen: int = 1) -> service.State:
    seat = kestrel(store, world, group)
    with store.transaction() as db:
        service.answer(db, actor(db, world.other_trainee), group, seen, agrees=True)
        return service.note(db, actor(db, world.trainee), group, seat, seen)


def test_it_holds_once_everybody_has_said_yes_those_without_an_account_aloud(
    store: Database, world: World, group: uuid.UUID
) -> None:
    write(store, world.trainee, group)
    with store.readers() as db:
        state = service.look(db, actor(db, world.trainee), group)
        assert [each.name for each in state.waiting] == ["Heron", "Kestrel"]
        assert state.holds is None
    state = agree(store, world, group)
    assert state.holds is not None
    assert state.proposed is None
    assert state.many_yes == 3


def test_a_change_leaves_the_old_version_in_force_until_everybody_agrees(
    store: Database, world: World, group: uuid.UUID
) -> None:
    write(store, world.trainee, group)
    agree(store, world, group)
    write(store, world.other_trainee, group, 1, [*LINES, Line("Phones face down.")])
    with store.readers() as db:
        state = service.look(db, actor(db, world.trainee), group)
        assert (state.holds.version, state.proposed.version) == (1, 2)  # type: ignore[union-attr]
    seat = kestrel(store, world, group)
    with store.transaction() as db:
        service.answer(db, actor(db, world.trainee), group, 2, agrees=False, reason="I need mine for my son.")
        assert service.note(db, actor(db, world.trainee), group, seat, 2).holds.version == 1  # type: ignore[union-attr]
    with store.transaction() as db:
        state = service.answer(db, actor(db, world.trainee), group, 2, agrees=True)
    assert state.holds.version == 2  # type: ignore[union-attr]


def test_somebody_who_comes_later_has_not_answered_and_nothing_ends(
    store: Database, world: World, group: uuid.UUID
) -> None:
    write(store, world.trainee, group)
    agree(store, world, group)
    with store.transaction() as db:
        groups.add_member(db, actor(db, world.trainer), group, "Plover")
    with store.readers() as db:
        state = service.look(db, actor(db, world.trainee), group)
    assert state.holds is not None
    assert [each.name for each in state.waiting] == ["Plover"]


def test_the_same_form_twice_is_one_version_and_one_letter_to_each(
    store: Database, world: World, group: uuid.UUID
) -> None:
    key, day = uuid.uuid4(), clock.today() + timedelta(days=60)
    for _ in range(2):
        with store.transaction() as db:
            service.write(db, actor(db, world.trainee), group, key, 0, LINES, day)
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(ValuesAgreement)) == 1
        written = db.scalars(select(Message).where(Message.template == "values_written")).all()
    assert [each.person_id for each in written] == [world.other_trainee]


def test_who_wrote_on_an_older_version_reads_what_changed_and_keeps_their_words(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    write(store, world.trainee, group)
    farid, path = sign_in(world.other_trainee), f"/groups/{group}/values"
    day = f"{clock.today() + timedelta(days=30):%-d %B %Y}"
    form = {"version": "0", "key": str(uuid.uuid4()), "promise-1": "Silence is working time.", "review_on": day}
    stale = post(farid, f"{path}/write", **form)
    assert stale.status_code == 409
    assert "New: “We ask before we tell.”" in stale.text
    assert "Silence is working time." in stale.text
    assert post(farid, f"{path}/write", **(form | {"version": "1"})).status_code == 303
    late = post(sign_in(world.trainee), path, version="1", agrees="no", reason="Too few lines for me.")
    assert late.status_code == 409
    assert "Gone: “We ask before we tell.”" in late.text
    assert "Too few lines for me." in late.text


def test_what_is_typed_wrongly_comes_back_with_a_sentence(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, path = sign_in(world.trainee), f"/groups/{group}/values"
    long = post(amara, f"{path}/write", **{"promise-1": "x" * 161, "slip-2": "we laugh", "review_on": "1 May 2020"})
    assert long.status_code == 422
    assert "This is 161 characters long. Shorten it to 160 or fewer." in long.text
    assert rules.NO_PROMISE in long.text
    assert "we laugh" in long.text
    assert "x" * 161 in long.text
    past = post(amara, f"{path}/write", **{"promise-1": "We ask", "review_on": "1 May 2020", "key": str(uuid.uuid4())})
    assert rules.REVIEW in past.text
    write(store, world.trainee, group)
    no = post(amara, path, version="1", agrees="no", reason="")
    assert (no.status_code, rules.NO_REASON in no.text) == (422, True)
    with pytest.raises(Invalid, match="This is what it says already"):
        write(store, world.trainee, group, 1)


def test_only_those_who_sit_there_write_and_answer_and_a_manager_reads_nothing(
    store: Database, world: World, group: uuid.UUID
) -> None:
    write(store, world.trainee, group)

    def as_(db: object, person: uuid.UUID) -> Actor:
        return actor(db, person)  # type: ignore[arg-type]

    with store.transaction() as db:
        assert service.look(db, as_(db, world.trainer), group).mine is None
        for raises, who in ((Forbidden, world.trainer), (NotFound, world.manager), (NotFound, world.stranger)):
            with pytest.raises(raises):
                service.answer(db, as_(db, who), group, 1, agrees=True)
            with pytest.raises(raises):
                sorting.bring(db, as_(db, who), group)
    with store.transaction() as db:
        handing.hand_over(db, db.get_one(PeerGroup, group), world.other_trainee, clock.now())
    with store.readers() as db, pytest.raises(NotFound):
        service.look(db, as_(db, world.trainer), group)


def test_the_reason_of_a_no_is_read_by_the_circle_alone(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser
) -> None:
    write(store, world.trainee, group)
    with store.transaction() as db:
        service.answer(db, actor(db, world.other_trainee), group, 1, agrees=False, reason="My boss sits here.")
    assert "My boss sits here." in sign_in(world.trainee).get(f"/groups/{group}/values").text
    assert "My boss sits here." not in sign_in(world.trainer).get(f"/groups/{group}/values").text


def test_a_yes_is_noted_only_for_a_chair_without_an_account(store: Database, world: World, group: uuid.UUID) -> None:
    write(store, world.trainee, group)
    with store.transaction() as db:
        who = actor(db, world.trainee)
        with pytest.raises(Conflict, match="answers with it"):
            service.note(db, who, group, str(world.other_trainee), 1)
        with pytest.raises(NotFound):
            service.note(db, who, group, str(uuid.uuid4()), 1)


def test_two_people_alone_make_no_agreement(store: Database, world: World) -> None:
    with store.transaction() as db:
        small = make_group(db, world)
        groups.add_member(db, actor(db, world.trainer), small, "Kestrel")
    with pytest.raises(Conflict, match="at least 3 people"):
        write(store, world.trainee, small)


def place(**instead: str) -> dict[str, str]:
    return {each.id: "good" for each in current_cards().cards} | instead


def test_a_sort_with_too_many_must_haves_is_kept_and_cannot_be_brought(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, ids = sign_in(world.trainee), [each.id for each in current_cards().cards]
    kept = post(amara, "/values/sort", version="0", **place(**dict.fromkeys(ids[:6], "must")))
    assert kept.status_code == 303
    page = amara.get("/values/sort").text
    assert "There are 6 must-haves. Move one of them elsewhere" in page
    assert "6 of 5" in page
    refused = post(amara, f"/groups/{group}/values/sorts")
    assert refused.status_code == 422
    assert "Move one of them elsewhere" in refused.text
    assert post(amara, "/values/sort", version="1", **place(**dict.fromkeys(ids[:5], "must"))).status_code == 303
    assert post(amara, f"/groups/{group}/values/sorts").status_code == 303


def test_nobody_sees_the_others_before_they_have_brought_theirs(
    store: Database, world: World, group: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    amara, farid, path = sign_in(world.trainee), sign_in(world.other_trainee), f"/groups/{group}/values/sorts"
    post(amara, "/values/sort", version="0", **place(phones="must"))
    assert post(farid, path).status_code == 409
    post(amara, path)
    assert "Phones face down" not in farid.get(path).text
    post(farid, "/values/sort", version="0", **place(silence="must"))
    post(farid, path)
    assert "Phones face down" in farid.get(path).text
    assert post(amara, path, back="yes").status_code == 303
    assert "Phones face down" not in farid.get(path).text
    assert sign_in(world.trainer).get(path).status_code == 403


def test_a_card_of_ones_own_is_kept_moved_and_taken_away(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    post(amara, "/values/sort", version="0", **place(**{"text-own-1": "We bring soup", "own-1": "must"}))
    assert "We bring soup" in amara.get("/values/sort").text
    twice = post(amara, "/values/sort", version="1", **place(**{"text-own-1": "Phones face down", "own-1": "must"}))
    assert (twice.status_code, "There is a card that says this already." in twice.text) == (422, True)
    post(amara, "/values/sort", version="1", **place(**{"text-own-1": "", "own-1": "must"}))
    assert "We bring soup" not in amara.get("/values/sort").text


def test_sorting_on_two_devices_says_so_and_the_same_form_twice_is_once(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    amara = sign_in(world.trainee)
    form = place(phones="must")
    assert post(amara, "/values/sort", version="0", **form).status_code == 303
    assert post(amara, "/values/sort", version="0", **form).status_code == 303
    other = post(amara, "/values/sort", version="0", **place(silence="must"))
    assert (other.status_code, sorting.STALE in other.text) == (409, True)
    missing = {key: pile for key, pile in form.items() if key != "phones"}
    unplaced = post(amara, "/values/sort", version="1", **missing)
    assert (unplaced.status_code, "Put “Phones face down” on one of the three piles." in unplaced.text) == (422, True)


def test_a_sort_with_a_stale_version_raises(store: Database, world: World) -> None:
    with store.transaction() as db, pytest.raises(Stale):
        sorting.keep(db, actor(db, world.trainee), 4, place(), {})  # type: ignore[arg-type]
