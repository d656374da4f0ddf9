"""Signing with all that was observed: what the trainee reads, what stays with the trainer, what counts for nothing."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.unit import Database
from lms.groups.models import PeerGroup
from lms.messages.models import Message
from lms.people.models import Organisation, Person
from lms.practice import rules, service
from lms.practice.models import PracticeSession, Signature, TrainerNote
from lms.practice.observation import Observation
from lms.practice.rows import Beside
from lms.record import archive, checking
from lms.register.models import Leaf
from lms.register.service import digest
from tests.make import World, actor, make_group, make_log, make_session, make_signed, person

Browser = Callable[[uuid.UUID], FlaskClient]
Post = Callable[..., TestResponse]
SECRET = "kingfisher-by-the-weir"
REVIEW = {
    "version": "1", "rate-asking": "2", "rate-contract": "3", "rate-frame": "5", "helped": "2", "level": "2",
    "seen": "yes", "behaviour-1": "Put the pen down.", "behaviour-3": "Named the time.", "keep": "The first pause.",
    "try_next": "Hand on the clock.", "notes": SECRET, "do": "sign",
}  # fmt: skip


def signature(store: Database) -> Signature:
    with store.readers() as db:
        return db.scalars(select(Signature)).one()


def test_the_trainee_reads_all_of_it_and_the_register_proves_it(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth, amara = sign_in(world.trainer), sign_in(world.trainee)
    page = ruth.get(f"/sign-off/{sent}").text
    assert "Nobody could say what the facilitator thinks" in page, "the anchors are in the page"
    assert post(ruth, f"/sign-off/{sent}", **REVIEW).status_code == 303
    made = signature(store)
    assert made.ratings == {"asking": 2, "contract": 3}, "only rows of today’s rubric are rated"
    assert (made.rubric_version, made.observation and made.observation["helped"]) == (2, 2)
    page = amara.get(f"/practice/{sent}").text
    for words in ("Put the pen down.", "Named the time.", "The first pause.", "Hand on the clock.",
                  "I stepped in several times", "Indirect", "Stance, listening,"):  # fmt: skip
        assert words in page
    assert "Hand on the clock." in amara.get("/").text
    with store.readers() as db:
        leaf = db.scalars(select(Leaf)).one()
        assert leaf.digest == digest(rules.payload_for_register(made, "practice"))
        assert checking.verify(db).ok


def test_notes_are_the_trainers_own_and_nobody_elses(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    back = {"do": "return", "version": "1", "reason": "Say more.", "notes": SECRET}
    assert post(ruth, f"/sign-off/{sent}", **back).status_code == 303
    assert SECRET in ruth.get(f"/practice/{sent}").text
    with store.transaction() as db:
        group = db.get_one(PracticeSession, sent).group_id
        service.change_practice(db, actor(db, world.trainee), sent, 1, 0, make_log(group, keep="More."))
    assert SECRET in ruth.get(f"/sign-off/{sent}").text, "what was noted is there when it comes again"
    assert post(ruth, f"/sign-off/{sent}", **(REVIEW | {"version": "2"})).status_code == 303
    with store.transaction() as db:
        circle = service.get_session(db, actor(db, world.trainer), sent).group_id
        db.get_one(PeerGroup, circle).trainer_id = world.other_trainer
    seen = [sign_in(each).get(f"/practice/{sent}").text for each in
            (world.trainee, world.other_trainer, world.administrator)]  # fmt: skip
    amara = sign_in(world.trainee)
    seen += [amara.get(path).text for path in ("/", "/practice", "/readiness", "/record")]
    with store.readers() as db:
        seen += [f"{each.subject}{each.body}" for each in db.scalars(select(Message))]
        seen += [str(payload) for payload in _archive(db, world.trainee)]
        seen.append(str(rules.payload_for_register(signature(store), "practice")))
    assert "Put the pen down." in seen[0]
    assert not [page[:80] for page in seen if SECRET in page]


def _archive(db: Any, person_id: uuid.UUID) -> list[bytes]:
    out = io.BytesIO()
    archive.write(db, db.get_one(Person, person_id), out)
    with zipfile.ZipFile(out) as record:
        return [record.read(name) for name in record.namelist()]


def test_erased_notes_leave_every_proof_whole(store: Database, world: World, sent: uuid.UUID) -> None:
    with store.transaction() as db:
        ruth = actor(db, world.trainer)
        service.sign_off(db, ruth, sent, 1, {"asking": 2}, 2, "", "password", beside=Beside(notes=SECRET))
    with store.transaction() as db:
        assert db.scalars(select(TrainerNote.text)).all() == [SECRET]
        db.execute(delete(TrainerNote))
    with store.readers() as db:
        assert checking.verify(db).ok


def test_a_concern_is_read_by_the_trainee_the_trainer_and_the_administrator(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    concern = {"safety": "yes", "safety_line": "Somebody left in tears."}
    assert "can read it" in ruth.get(f"/sign-off/{sent}").text
    assert post(ruth, f"/sign-off/{sent}", **(REVIEW | concern)).status_code == 303
    for who in (world.trainee, world.trainer, world.administrator):
        assert concern["safety_line"] in sign_in(who).get(f"/practice/{sent}").text
    page = sign_in(world.administrator).get(f"/readiness/{world.trainee}").text
    assert "A concern about safety was raised" in page
    assert concern["safety_line"] not in page
    assert sign_in(world.manager).get(f"/practice/{sent}").status_code == 404
    other = sign_in(world.other_trainer).get(f"/readiness/{world.trainee}").text
    assert "A concern about safety" not in other


@pytest.mark.parametrize(("tie", "counts"), [("circle", True), ("employer", True), ("manager", False)])
def test_a_line_managers_signature_is_shown_and_counts_towards_nothing(
    world: World, sent: uuid.UUID, sign_in: Browser, post: Post, tie: str, counts: bool
) -> None:
    ruth, amara = sign_in(world.trainer), sign_in(world.trainee)
    assert post(ruth, f"/sign-off/{sent}", **(REVIEW | {f"tie-{tie}": "yes"})).status_code == 303
    page = amara.get(f"/practice/{sent}").text
    said = {
        "circle": "belongs to the same circle",
        "employer": "has the same employer",
        "manager": "is the line manager",
    }
    assert f"Ruth {said[tie]}." in page
    assert ("counts towards no certificate" in page) != counts
    why = "Ruth is the line manager, so the view is not independent."
    assert (why in amara.get("/readiness").text) != counts


def test_rows_and_values_that_are_not_on_offer_are_refused(store: Database, world: World) -> None:
    with store.transaction() as db:
        watched = make_session(db, world, make_group(db, world), role="watched")
        ruth = actor(db, world.trainer)
        for rated, beside in (
            ({"time": 3}, Beside()),
            ({"frame": 3}, Beside()),
            ({"asking": 3}, Beside(Observation(helped=6))),
            ({"asking": 3}, Beside(Observation(ties=("cousin",)))),
        ):
            with pytest.raises(Invalid):
                service.sign_off(db, ruth, watched, 1, rated, 2, "", "password", beside=beside)
        service.sign_off(db, ruth, watched, 1, {"asking": 3}, 1, "", "password")


def test_the_queue_tells_the_trainers_own_median_and_everybodys_once_there_are_enough(
    store: Database, world: World, sign_in: Browser, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    with store.transaction() as db:
        circle = make_group(db, world)
        ids = [make_signed(db, world, circle, 40 - 3 * number) for number in range(4)]
        for seconds, each in zip((50, 100, 160, 900), ids, strict=True):
            db.execute(update(Signature).where(Signature.session_id == each).values(seconds=seconds))
    assert "Half of your last 4 sign-offs took 1 min 40 s or less. Only you" in ruth.get("/sign-off").text
    assert "Half of" not in sign_in(world.other_trainer).get("/sign-off").text
    with store.transaction() as db:
        provider = db.get_one(Organisation, world.provider)
        for each, name in zip(ids, ("Wanda Ide", "Olu Ade", "Jun Abe"), strict=False):
            signer = person(db, name, provider, Role.TRAINER)
            db.execute(update(Signature).where(Signature.session_id == each).values(signer_id=signer))
        more = [make_signed(db, world, circle, 20 - 3 * number) for number in range(2)]
        db.execute(update(Signature).where(Signature.session_id.in_(more)).values(seconds=30))
    page = ruth.get("/sign-off").text
    assert "Half of your last 3 sign-offs took 30 s or less; across your provider, 50 s." in page


def test_opening_the_form_keeps_nothing_and_signing_keeps_the_time(
    store: Database, world: World, sent: uuid.UUID, sign_in: Browser, post: Post
) -> None:
    ruth = sign_in(world.trainer)
    page = ruth.get(f"/sign-off/{sent}").text
    opened = re.search(r'name="opened" value="([^"]+)"', page)
    assert opened
    refused = post(ruth, f"/sign-off/{sent}", version="1", opened=opened[1], do="sign", notes=SECRET)
    assert opened[1] in refused.text, "the time goes on while the form comes back"
    assert SECRET in refused.text
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(TrainerNote)) == 0
    assert post(ruth, f"/sign-off/{sent}", **REVIEW, opened=opened[1]).status_code == 303
    kept = signature(store).seconds
    assert kept is not None
    assert 0 <= kept < 600


def test_an_old_view_is_shown_kept_and_carried_on(store: Database, world: World, sign_in: Browser, post: Post) -> None:
    """Somebody rated themself by rows that are asked no more."""
    with store.transaction() as db:
        circle = make_group(db, world)
        old = make_session(db, world, circle, own_ratings={"frame": 4, "asking": 2})
    amara, ruth = sign_in(world.trainee), sign_in(world.trainer)
    title = "Keeping the frame and the time"
    assert title in amara.get(f"/practice/{old}").text
    assert title in amara.get(f"/practice/{old}/edit").text, "what was answered stays in the form"
    assert title not in amara.get("/practice/new").text
    assert post(ruth, f"/sign-off/{old}", **REVIEW).status_code == 303
    page = amara.get(f"/practice/{old}").text
    assert f"<dt>{title}</dt><dd>Not seen, own view Independent</dd>" in page
    with store.readers() as db:
        assert db.get_one(PracticeSession, old).own_ratings == {"frame": 4, "asking": 2}


def test_a_signature_under_the_first_rubric_reads_as_it_was(store: Database, world: World, sign_in: Browser) -> None:
    with store.transaction() as db:
        signed = make_signed(db, world, make_group(db, world))
        old = rules.rubric(1)
        values = {"rubric_version": 1, "rubric_hash": old.content_hash, "ratings": {"frame": 2, "turns": 3}}
        db.execute(update(Signature).values(values | {"observation": None}))
    page = sign_in(world.trainee).get(f"/practice/{signed}").text
    for words in ("Keeping the frame and the time", "Sharing the turns", "Finding the real problem"):
        assert words.lower() in page.lower()
    assert "Fading" not in page
    assert "had to do" not in page
    with store.transaction() as db:
        later = make_session(
            db, world, db.get_one(PracticeSession, signed).group_id, held_on=clock.today(), own_ratings={"turns": 5}
        )
        db.get_one(PracticeSession, later).submitted_at = clock.now() - timedelta(days=1)
    assert "on balance" in sign_in(world.trainer).get("/sign-off").text


def test_face_to_face_everything_is_asked_but_the_notes(world: World, sent: uuid.UUID, sign_in: Browser) -> None:
    page = sign_in(world.trainee).get(f"/practice/{sent}/sign-here").text
    for name in ("rate-fading", "helped", "behaviour-3", "keep", "try_next", "safety_line", "tie-manager", "opened"):
        assert f'name="{name}"' in page
    assert 'name="notes"' not in page
