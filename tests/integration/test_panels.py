"""Panels: who may sit, what is frozen, votes that nobody sees before all are in, and what comes of them."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from assessments import standards
from assessments.readiness import Readiness
from courses.source import Store
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.unit import Database
from lms.handover import service as handover
from lms.handover.models import Decision
from lms.messages.models import Message
from lms.panels import ballots, closing, rules, service
from lms.panels.models import Panel, PanelSeat, PanelVote
from lms.people.models import Membership, Person
from lms.practice.models import PracticeSession
from lms.register.models import Leaf
from tests.evidence import make_led, make_member
from tests.make import STARTED, World, actor, make_group
from tests.make_panels import PROOF, WHY, WORDS, Staff, call, decide, get, open_votes, shelf, vote, votes_of, wrong

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def by_panel(app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the shelf stands a standard that a panel decides."""
    monkeypatch.setattr(standards, "_standards", Store(shelf(tmp_path / "standards"), standards.load_standards))


@pytest.fixture
def staff(by_panel: None, store: Database, world: World) -> Staff:
    with store.transaction() as db:
        return Staff.make(db, world)


def three(world: World, staff: Staff) -> list[uuid.UUID]:
    """Ruth, who signed, and two who did not."""
    return [world.trainer, staff.wen, staff.kofi]


def offered(store: Database, world: World) -> tuple[set[str], dict[str, str]]:
    with store.transaction() as db:
        who = actor(db, world.administrator)
        _, rule, known = service.choices(db, who, world.trainee)
        because = {each.name: rules.kept_off(each, rule) for each in known.values()}
        return {name for name, why in because.items() if not why}, {name: why for name, why in because.items() if why}


# One person, or a panel


def test_ready_is_no_longer_one_persons_word_but_not_yet_and_stay_are(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    page = sign_in(world.trainer).get(f"/readiness/{world.trainee}").text
    assert 'value="ready"' not in page
    assert 'value="not_yet"' in page
    assert f"/readiness/{world.trainee}/panel" in page
    assert "A panel of three decides" in page
    with pytest.raises(Invalid, match="a panel of three"), store.transaction() as db:
        handover.decide(db, actor(db, world.trainer), world.trainee, "ready", "Yes.", PROOF, uuid.uuid4())
    with store.transaction() as db:
        made = handover.decide(db, actor(db, world.trainer), world.trainee, "stay", "Soon.", PROOF, uuid.uuid4())
        assert made.panel_id is None


def test_where_one_person_decides_no_panel_is_called(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainer)
    assert "Call a panel" not in browser.get(f"/readiness/{world.trainee}").text
    assert browser.get(f"/readiness/{world.trainee}/panel").status_code == 409


# Who may sit


def test_the_caller_sees_who_may_sit_and_who_may_not_and_why(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        db.execute(update(Person).where(Person.id == staff.marit).values(active=False))
        db.execute(update(Person).where(Person.id == staff.ines).values(password=None))
        make_member(db, make_group(db, world, name="Another"), "Teuila", staff.teuila)
        for who, role in ((staff.kofi, Role.MANAGER), (world.trainee, Role.TRAINER)):
            where = world.provider if role == Role.TRAINER else world.council
            db.add(Membership(person_id=who, organisation_id=where, role=role, started_on=STARTED))
    may, may_not = offered(store, world)
    assert may == {"Ilse Brandt", "Wen Liu", "Bashir Noor", "Ruth Tamihana"}
    assert may_not == {
        "Marit Solheim": "has an account that is switched off",
        "Ines Vidal": "has no account yet",
        "Teuila Kamara": "sits in the same circle",
        "Kofi Boateng": "manages where this person works",
        "Amara Osei": "is the person this is about",
    }
    page = sign_in(world.administrator).get(f"/readiness/{world.trainee}/panel").text
    assert page.index("Wen Liu") < page.index("Kept off this panel, five") < page.index("Teuila Kamara")
    assert "Manages where this person works" in page
    with pytest.raises(Invalid, match=r"Teuila Kamara sits in the same circle\."):
        call(store, world, [staff.wen, staff.teuila, world.administrator])


def test_whoever_signed_and_left_is_listed_with_the_reason(store: Database, world: World, staff: Staff) -> None:
    with store.transaction() as db:
        left = Membership.person_id == world.other_trainer
        db.execute(update(Membership).where(left).values(ended_on=STARTED))
    assert offered(store, world)[1]["Bashir Noor"] == "neither trains nor administers for the provider"


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("trainer", "other_trainer", "wen"), "At most one of those who did may sit."),
        (("wen", "kofi"), "Choose three people. You chose two."),
        (("wen", "kofi", "trainee"), "Choose among those who may sit."),
    ],
)
def test_a_panel_that_breaks_the_rule_is_refused_in_a_sentence(
    store: Database, world: World, staff: Staff, names: tuple[str, ...], sentence: str
) -> None:
    members = [getattr(staff, name, None) or getattr(world, name) for name in names]
    with pytest.raises(Invalid) as refused:
        call(store, world, members)
    assert sentence in refused.value.fields["members"]


def test_a_panel_is_called_once_and_one_at_a_time(store: Database, world: World, staff: Staff) -> None:
    key = uuid.uuid4()
    made = call(store, world, three(world, staff), key=key)
    assert call(store, world, three(world, staff), key=key) == made
    with pytest.raises(Conflict, match="at work"):
        call(store, world, [staff.wen, staff.kofi, staff.ines])
    with store.readers() as db:
        called = db.scalars(select(Message.person_id).where(Message.template == "panel_called")).all()
    assert sorted(filter(None, called)) == sorted(three(world, staff))


def test_nobody_calls_a_panel_about_themselves(store: Database, world: World, staff: Staff) -> None:
    with store.transaction() as db:
        db.add(
            Membership(person_id=world.trainee, organisation_id=world.provider, role=Role.TRAINER, started_on=STARTED)
        )
    with pytest.raises(Forbidden):
        call(store, world, three(world, staff), by=world.trainee)


# Votes


def everything_shown(
    store: Database, panel_id: uuid.UUID, world: World, sign_in: SignIn, readers: list[uuid.UUID]
) -> str:
    """Every page that might tell, what letters and the register say, and the jobs that bring letters."""
    told = [sign_in(who).get(path).text for who in readers for path in (
        f"/panels/{panel_id}", "/panels", f"/readiness/{world.trainee}", "/readiness", "/readiness/people", "/record",
        "/outbox", "/",
    )]  # fmt: skip
    with store.readers() as db:
        told += [each.subject + each.body for each in db.scalars(select(Message))]
        told += [json.dumps([each.kind, each.meaning, each.reason]) for each in db.scalars(select(Leaf))]
    return "".join(told)


def test_first_votes_are_hidden_from_everybody_until_all_are_in_and_then_open_together(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    with store.readers() as db:
        leaves, letters = len(db.scalars(select(Leaf)).all()), len(db.scalars(select(Message)).all())
    vote(store, panel_id, members[1], "stay", "Heron words.")
    vote(store, panel_id, members[0], "not_yet", "Otter words.")
    others = [staff.kofi, world.administrator, world.other_trainer, world.trainee, world.manager]
    seen = everything_shown(store, panel_id, world, sign_in, others)
    assert "Heron words" not in seen
    assert "Otter words" not in seen
    assert "Two of three have voted" in seen
    with store.readers() as db:
        assert (len(db.scalars(select(Leaf)).all()), len(db.scalars(select(Message)).all())) == (leaves, letters)
    own = sign_in(members[0]).get(f"/panels/{panel_id}").text
    assert "Otter words" in own
    assert "Heron words" not in own
    vote(store, panel_id, members[2], "not_yet")
    for who in (*members, world.administrator):
        page = sign_in(who).get(f"/panels/{panel_id}").text
        assert page.index("Otter words") < page.index("Heron words")  # in the order of seats, not of voting
    assert sign_in(world.trainee).get(f"/panels/{panel_id}").status_code == 404
    kept = votes_of(store, panel_id)
    assert [each.leaf_seq for each in kept] == sorted(each.leaf_seq or 0 for each in kept)
    with store.transaction() as db:
        assert db.scalars(select(Leaf.actor_id).where(Leaf.kind == "panel vote").order_by(Leaf.seq)).all() == members
    assert not wrong(store)


def test_a_page_looks_the_same_whoever_has_voted(store: Database, world: World, staff: Staff, sign_in: SignIn) -> None:
    """That somebody else voted is a number; which of the others it was cannot be told from the page."""
    members = three(world, staff)
    pages = []
    for first in members[:2]:
        panel_id = call(store, world, members)
        vote(store, panel_id, first, "ready" if first == members[0] else "not_yet", f"Words of {first}.")
        pages.append(sign_in(staff.kofi).get(f"/panels/{panel_id}").text.replace(str(panel_id), ""))
        with store.transaction() as db:
            db.execute(update(Panel).values(closed_at=Panel.called_at))
    bare = [re.sub(r'value="[^"]*"|\d{1,2}:\d\d', "", page) for page in pages]
    assert bare[0] == bare[1]


def test_a_vote_is_cast_once_and_stands(store: Database, world: World, staff: Staff) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    vote(store, panel_id, members[0])
    vote(store, panel_id, members[0])
    assert len(votes_of(store, panel_id)) == 1
    with pytest.raises(Conflict, match="voted already"):
        vote(store, panel_id, members[0], "not_yet")
    for change in (update(PanelVote).values(kind="stay"), delete(PanelVote)):
        with pytest.raises(DBAPIError, match="never"), store.transaction() as db:
            db.execute(change)


def test_somebody_who_is_not_on_the_panel_finds_no_vote_to_cast(
    store: Database, world: World, staff: Staff, sign_in: SignIn, post: Post
) -> None:
    panel_id = call(store, world, three(world, staff))
    with pytest.raises(NotFound):
        vote(store, panel_id, staff.ines)
    form = {"kind": "ready", "reason": WHY, "page": "1", "round": "1"}
    for who in (staff.ines, world.administrator, world.manager, world.trainee):
        assert post(sign_in(who), f"/panels/{panel_id}/vote", **form).status_code == 404


def test_a_vote_by_form_comes_back_with_its_mistakes_and_then_is_sealed(
    store: Database, world: World, staff: Staff, sign_in: SignIn, post: Post
) -> None:
    panel_id = call(store, world, three(world, staff))
    browser = sign_in(staff.wen)
    wrong = post(browser, f"/panels/{panel_id}/vote", kind="perhaps", reason="", page="1", round="1")
    assert wrong.status_code == 422
    assert "Choose what you say." in wrong.text
    sent = post(browser, f"/panels/{panel_id}/vote", kind="ready", reason=WHY, page="1", round="1")
    assert (sent.status_code, sent.location) == (303, f"/panels/{panel_id}")
    page = browser.get(f"/panels/{panel_id}").text
    assert "Your vote is sealed" in page
    assert WHY in page


def test_ready_is_no_vote_while_a_gate_is_open(store: Database, world: World, staff: Staff) -> None:
    with store.transaction() as db:
        group_id = db.scalars(select(PracticeSession.group_id)).first()
        assert group_id is not None
        make_member(db, group_id, "Bash", world.other_trainer)
    panel_id = call(store, world, three(world, staff))
    with pytest.raises(Invalid) as refused:
        vote(store, panel_id, staff.wen)
    assert "“Seen by two people”" in refused.value.fields["kind"]
    vote(store, panel_id, staff.wen, "not_yet")


# A page that is not true any more


def test_on_a_page_that_has_changed_nobody_votes_until_it_is_up_to_date_and_words_are_kept(
    store: Database, world: World, staff: Staff, sign_in: SignIn, post: Post
) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    vote(store, panel_id, members[0], "not_yet", "Otter words.")
    with store.transaction() as db:
        group_id = db.scalars(select(PracticeSession.group_id)).first()
        assert group_id is not None
        make_led(db, group_id, handover.today() - timedelta(days=2), signer=staff.ines)
    form = {"kind": "not_yet", "reason": "Heron words.", "page": "1", "round": "1"}
    refused = post(sign_in(staff.wen), f"/panels/{panel_id}/vote", **form)
    assert refused.status_code == 409
    assert "“Six sessions led and signed”" in refused.text
    assert "Heron words." in refused.text
    with pytest.raises(Forbidden), store.transaction() as db:
        service.renew(db, actor(db, staff.wen), panel_id)
    with store.transaction() as db:
        service.renew(db, actor(db, world.administrator), panel_id)
    assert get(store, panel_id).page == 2
    with pytest.raises(Conflict, match="brought up to date"):
        vote(store, panel_id, staff.wen)
    page = sign_in(members[0]).get(f"/panels/{panel_id}").text
    assert "None of three has voted" in page
    assert "Otter words." in page
    assert "Otter words." not in sign_in(staff.wen).get(f"/panels/{panel_id}").text
    for member in members:
        vote(store, panel_id, member, page=2)
    assert get(store, panel_id).opened_at is not None
    assert [each.page for each in votes_of(store, panel_id) if each.leaf_seq] == [2, 2, 2]


# A member who cannot sit there any more


def test_a_member_who_left_frees_the_seat_with_a_sentence_and_another_is_named(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    vote(store, panel_id, members[2])
    with store.transaction() as db:
        db.execute(update(Person).where(Person.id == members[2]).values(active=False))
    vote(store, panel_id, members[0])
    vote(store, panel_id, members[1])
    assert get(store, panel_id).opened_at is None
    page = sign_in(world.administrator).get(f"/panels/{panel_id}").text
    assert "Kofi Boateng has an account that is switched off" in page
    assert "Two of three have voted" in page
    with store.transaction() as db:
        service.name_another(db, actor(db, world.administrator), panel_id, staff.ines)
    vote(store, panel_id, staff.ines)
    assert get(store, panel_id).opened_at is not None
    with store.readers() as db:
        left = db.scalars(select(PanelSeat.left_because).where(PanelSeat.person_id == members[2])).one()
    assert left == "has an account that is switched off"


def test_a_member_who_becomes_the_line_manager_is_refused(
    store: Database, world: World, staff: Staff, sign_in: SignIn, post: Post
) -> None:
    panel_id = call(store, world, three(world, staff))
    with store.transaction() as db:
        db.add(Membership(person_id=staff.wen, organisation_id=world.council, role=Role.MANAGER, started_on=STARTED))
    form = {"kind": "ready", "reason": WHY, "page": "1", "round": "1"}
    answer = post(sign_in(staff.wen), f"/panels/{panel_id}/vote", **form)
    assert answer.status_code == 403
    assert "Wen Liu manages where this person works" in answer.text


def test_a_member_steps_down_with_a_reason_and_may_not_be_named_again(
    store: Database, world: World, staff: Staff, sign_in: SignIn, post: Post
) -> None:
    panel_id = call(store, world, three(world, staff))
    browser = sign_in(staff.wen)
    assert post(browser, f"/panels/{panel_id}/step-down", stepping="").status_code == 422
    assert post(browser, f"/panels/{panel_id}/step-down", stepping="We were at school together.").status_code == 303
    page = sign_in(world.administrator).get(f"/panels/{panel_id}/seat").text
    assert "Was named for this panel before" in page
    assert "signed two of the sessions, and only one who did may sit" in page.replace("Signed", "signed")
    with pytest.raises(Invalid, match="was named for this panel before"), store.transaction() as db:
        service.name_another(db, actor(db, world.administrator), panel_id, staff.wen)
    answer = post(sign_in(world.administrator), f"/panels/{panel_id}/seat", member=str(staff.ines))
    assert answer.status_code == 303
    vote(store, panel_id, staff.ines)


# What the panel decides


def test_what_all_say_becomes_one_decision_with_the_page_they_saw(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    members = three(world, staff)
    panel_id = open_votes(store, world, members, ["ready"] * 3)
    made = decide(store, panel_id, members[0])
    with store.transaction() as db:
        decision = db.get_one(Decision, made)
        letter = db.scalars(select(Message).where(Message.template == "panel_decided")).one()
    assert not wrong(store)
    assert (decision.kind, decision.panel_id, decision.decided_by) == ("ready", panel_id, world.trainer)
    assert Readiness.from_dict(decision.readiness) == Readiness.from_dict(get(store, panel_id).readiness)
    assert letter.person_id == world.trainee
    for words in ("ready", WORDS.reason, "Ruth Tamihana, Wen Liu and Kofi Boateng"):
        assert words in letter.body
    page = sign_in(world.trainee).get("/readiness").text
    assert "The panel said ready on" in page
    assert f"/panels/{panel_id}" in page
    assert WHY in sign_in(world.trainee).get(f"/panels/{panel_id}").text
    assert sign_in(world.administrator).get(f"/certificates/issue?decision={made}").status_code in (200, 404)


def test_two_against_one_needs_an_answer_to_the_one(store: Database, world: World, staff: Staff) -> None:
    members = three(world, staff)
    panel_id = open_votes(store, world, members, ["ready", "ready", "not_yet"])
    with pytest.raises(Invalid) as refused:
        decide(store, panel_id, members[0])
    assert set(refused.value.fields) == {"answer"}
    with pytest.raises(Forbidden, match="Ruth Tamihana writes down"):
        decide(store, panel_id, members[1])
    words = closing.Words("ready", 1, "Two of us saw it.", "They were strangers in November.", "")
    made = decide(store, panel_id, members[0], words)
    with store.readers() as db:
        assert "strangers in November" in db.get_one(Decision, made).reason


def test_more_time_with_everything_there_needs_its_own_reason(store: Database, world: World, staff: Staff) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["stay"] * 3)
    words = closing.Words("stay", 1, "One more circle.", "", "")
    with pytest.raises(Invalid) as refused:
        decide(store, panel_id, world.trainer, words)
    assert set(refused.value.fields) == {"exceptional"}


def test_three_who_differ_vote_once_more_openly_or_it_is_not_yet(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    members = three(world, staff)
    panel_id = open_votes(store, world, members, ["ready", "stay", "not_yet"])
    vote(store, panel_id, members[0], "ready", "Still.", round=2)
    assert "Still." in sign_in(members[1]).get(f"/panels/{panel_id}").text
    vote(store, panel_id, members[1], "ready", "Convinced.", round=2)
    vote(store, panel_id, members[2], "not_yet", "Not me.", round=2)
    words = closing.Words("ready", 1, "Two of us.", "We ask for a new circle.", "")
    decide(store, panel_id, members[0], words)
    assert get(store, panel_id).closed_at is not None


def test_without_a_majority_the_decision_is_not_yet(store: Database, world: World, staff: Staff) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["ready", "stay", "not_yet"])
    with pytest.raises(Conflict, match="changed"):
        decide(store, panel_id, world.trainer)
    words = closing.Words("not_yet", 1, "We do not agree.", "", "Because three of us see three things.")
    made = decide(store, panel_id, world.trainer, words)
    with store.readers() as db:
        assert db.get_one(Decision, made).kind == "not_yet"


def test_a_majority_is_not_voted_on_again(store: Database, world: World, staff: Staff) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["ready"] * 3)
    with pytest.raises(Conflict, match="majority"):
        vote(store, panel_id, world.trainer, "stay", round=2)


def test_deciding_before_all_have_voted_or_twice_is_refused(store: Database, world: World, staff: Staff) -> None:
    members = three(world, staff)
    panel_id = call(store, world, members)
    with pytest.raises(Conflict, match="not open yet"):
        decide(store, panel_id, members[0])
    for member in members:
        vote(store, panel_id, member)
    decide(store, panel_id, members[0])
    with pytest.raises(Conflict, match="has decided"):
        decide(store, panel_id, members[0])


def test_deciding_on_a_page_that_went_stale_says_what_changed(store: Database, world: World, staff: Staff) -> None:
    panel_id = open_votes(store, world, three(world, staff), ["ready"] * 3)
    with store.transaction() as db:
        db.execute(update(PracticeSession).values(open=0))
    with pytest.raises(ballots.Stale, match="Most questions open"):
        decide(store, panel_id, world.trainer)


# Work that waits


def test_a_panel_waits_at_home_until_one_has_voted(
    store: Database, world: World, staff: Staff, sign_in: SignIn
) -> None:
    panel_id = call(store, world, three(world, staff))
    browser = sign_in(staff.wen)
    assert browser.get("/").location == "/panels"
    assert "One panel waits for your vote" in browser.get("/panels").text
    vote(store, panel_id, staff.wen)
    assert browser.get("/").location == "/sign-off"
    assert "No panel waits for your vote" in browser.get("/panels").text
