"""What covered means to a large organisation is worked in by a job: the old figures until then, and nothing is lost."""

from __future__ import annotations

import io
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from unittest.mock import Mock

import pytest
import time_machine
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.certificates import on_paper
from lms.certificates.history import WITHDRAWN
from lms.core import following as followers
from lms.core.unit import Database
from lms.coverage import following, meanings, working_in
from lms.coverage.meaning import Meaning
from lms.coverage.meanings import Said
from lms.coverage.models import CoverCorrection, CoverMeaningWaiting, CoverSpan
from lms.people import places
from lms.people.models import Person
from lms.people.place_models import Post, StaffMember
from tests.make import World, actor, make_group, make_signed
from tests.make_certificates import certify
from tests.make_cover import Killed, kept, live
from tests.make_cover import work_in as work
from tests.make_life import take

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
TODAY = NOW.date()
NOTICE = "What covered means from 1 August 2026 is still being worked in."
FORM = {
    "facilitators": "1", "people": "25", "fewest": "1", "rounds": "1", "days": "90",
    "from": "1 August 2026", "reason": "Winter is long ago.", "seen": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every organisation is a large one, and a worker takes one person after the other."""
    monkeypatch.setattr(working_in, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(following, "BATCH", 1)


@pytest.fixture
def later(store: Database, world: World) -> Iterator[time_machine.Traveller]:
    """Amara and Farid were certified on 2 March and led nothing since. Now it is 1 August."""
    with time_machine.travel(START, tick=False) as traveller:
        with store.transaction() as db:
            for person, unit in ((world.trainee, world.parks), (world.other_trainee, world.libraries)):
                places.arrive(db, db.get_one(Person, person), world.council, unit)
                certify(db, world, person)
        traveller.move_to(NOW)
        yield traveller


def say(store: Database, world: World, days: int, begins: date = TODAY, **more: int) -> uuid.UUID:
    """Covered means something else from a day on."""
    with store.transaction() as db:
        last = meanings.newest(db, world.council).id
        said = Said(Meaning(days=days, **more), begins, reason="We agreed so.")
        return meanings.set_meaning(db, actor(db, world.manager), world.council, uuid.uuid4(), said, last).id


def kinds(store: Database, world: World, on: date = TODAY) -> dict[uuid.UUID, str]:
    """What everybody is told to be on a day; and of every day the summary says what the records say."""
    with store.readers() as db:
        for ago in range(-160, 400, 20):
            then = TODAY + timedelta(days=ago)
            assert kept(db, world.council, then) == live(db, world.council, then), then
        return {person: kind for _, person, kind, _ in kept(db, world.council, on)}


def left(store: Database, *which: Any) -> int:
    with store.readers() as db:
        return db.scalar(select(func.count()).select_from(*which)) or 0


def leads(db: Session, world: World, who: uuid.UUID | None = None, ago: int = 3) -> None:
    """Somebody led a round so many days ago, and it was signed."""
    circle = make_group(db, world, name=uuid.uuid4().hex[:9], facilitator_id=who or world.trainee)
    make_signed(db, world, circle, days_ago=ago, role="outside")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """What draws pages as PDF, and remembers them."""
    monkeypatch.setattr(on_paper, "draw", Mock(return_value=b"%PDF"))
    return cast("Mock", on_paper.draw)


def test_until_the_job_has_run_every_page_and_file_tells_the_old_figures_and_says_so(
    later: time_machine.Traveller, store: Database, world: World, post: Callable[..., Any],
    sign_in: Callable[..., FlaskClient], drawn: Mock,
) -> None:  # fmt: skip
    hana = sign_in(world.manager)
    for _ in range(2):
        assert post(hana, "/coverage/meaning", **FORM, key=str(uuid.UUID(int=5))).status_code == 303
    assert "From 1 August 2026, still being worked in" in hana.get("/coverage/meaning").text
    pages = ["/coverage", f"/coverage/units/{world.parks}", f"/coverage/people/{world.trainee}", "/coverage/export",
             "/coverage/if-leaves", "/coverage/meaning"]  # fmt: skip

    def told() -> tuple[list[str], list[str]]:
        hana.get("/coverage/report.pdf")
        book = load_workbook(io.BytesIO(hana.get("/coverage/export.xlsx").data))
        about = "\n".join(str(cell.value) for row in book["About these figures"] for cell in row)
        return [*(hana.get(each).text for each in pages), about, drawn.call_args.args[0]], [
            str(book["Coverage"].cell(row=4, column=9).value), hana.get("/coverage").text, drawn.call_args.args[0]
        ]  # fmt: skip

    said, figures = told()
    for place, text in zip([*pages, "workbook", "paper"], said, strict=True):
        assert NOTICE in text, place
        assert "last 90 days" not in text or place == "/coverage/meaning", place
    assert figures[0] == "2 of 2 covered"
    assert "2 of 2 units have an active" in figures[1]
    assert "2 of 2 units have an active" in figures[2]
    assert set(kinds(store, world).values()) == {"active"}
    work(store)
    said, figures = told()
    for place, text in zip([*pages, "workbook", "paper"], said, strict=True):
        assert "being worked in" not in text, place
        assert "last 90 days" in text or place == "/coverage/if-leaves", place
    assert figures[0] == "0 of 2 covered"
    assert "0 of 2 units have an active" in figures[1]
    assert "0 of 2 units have an active" in figures[2]
    assert set(kinds(store, world).values()) == {"resting"}


def test_what_is_changed_before_and_while_the_job_runs_is_not_lost(
    later: time_machine.Traveller, store: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = say(store, world, 90)
    with store.transaction() as db:  # between the request and the job
        leads(db, world)
    assert kinds(store, world)[world.other_trainee] == "active", "by the meaning before"
    changes = iter((_post_at_libraries, _withdrawn, _leads_second))
    renew = following.renew

    def then_somebody_writes(db: Session, people: list[uuid.UUID]) -> None:
        renew(db, people)
        db.commit()
        change = next(changes, None)
        if change is not None:
            change(store, world)

    monkeypatch.setattr(working_in, "renew", then_somebody_writes)
    working_in.work_in(store, own)
    assert next(changes, None) is None, "each of them came between two steps of the job"
    found = kinds(store, world)
    assert found[world.trainee] == "active", "she led three days ago"
    assert found.get(world.other_trainee) != "active"
    with store.readers() as db:
        assert (world.libraries, world.trainee) in {row[:2] for row in kept(db, world.council, TODAY)}
    assert left(store, CoverMeaningWaiting) == 0


def _post_at_libraries(store: Database, world: World) -> None:
    with store.transaction() as db:
        listed = db.scalars(select(StaffMember.id).where(StaffMember.person_id == world.trainee)).one()
        db.add(Post(staff_id=listed, unit_id=world.libraries, started_on=TODAY))


def _withdrawn(store: Database, world: World) -> None:
    with store.readers() as db:
        here = (CoverSpan.person_id == world.other_trainee, CoverSpan.kind == "active")
        own = db.scalars(select(CoverSpan.certificate_id).where(*here).distinct()).one()
    assert own is not None
    take(store, world, own, WITHDRAWN)


def _leads_second(store: Database, world: World) -> None:
    with store.transaction() as db:
        leads(db, world, ago=1)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_job_that_is_killed_shows_nothing_and_runs_again(
    later: time_machine.Traveller, store: Database, world: World, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    own = say(store, world, 90)
    done, renew = list[int](), following.renew

    def dies(db: Session, people: list[uuid.UUID]) -> None:
        if len(done) == after:
            raise Killed
        done.append(1)
        renew(db, people)

    with monkeypatch.context() as broken:
        broken.setattr(working_in, "renew", dies)
        with pytest.raises(Killed):
            working_in.work_in(store, own)
    assert set(kinds(store, world).values()) == {"active"}
    for _ in range(2):
        working_in.work_in(store, own)
        assert set(kinds(store, world).values()) == {"resting"}
    assert left(store, CoverMeaningWaiting) == 0
    with store.readers() as db:
        assert not db.scalars(select(CoverSpan.id).where(CoverSpan.ahead)).all()


def test_of_two_meanings_that_wait_the_last_one_s_job_works_in_both(
    later: time_machine.Traveller, store: Database, world: World
) -> None:
    first = say(store, world, 90)
    with store.transaction() as db:
        leads(db, world)
    later.shift(60)
    second = say(store, world, 90, TODAY + timedelta(days=30), rounds=2)
    working_in.work_in(store, first)
    assert set(kinds(store, world).values()) == {"active"}, "its day has come, and the other job does both"
    assert left(store, CoverMeaningWaiting) == 2
    working_in.work_in(store, second)
    assert kinds(store, world) == {world.trainee: "active", world.other_trainee: "resting"}
    assert set(kinds(store, world, TODAY + timedelta(days=31)).values()) == {"resting"}
    later.shift(60)
    third = say(store, world, 150)
    assert kinds(store, world)[world.other_trainee] == "resting"
    working_in.work_in(store, third)
    assert set(kinds(store, world).values()) == {"active", "resting"}
    assert left(store, CoverMeaningWaiting) == 0


def test_what_changes_only_chairs_is_seen_at_once_unless_another_meaning_waits(
    later: time_machine.Traveller, store: Database, world: World
) -> None:
    say(store, world, 180, fewest=2)
    assert left(store, CoverMeaningWaiting) == 0
    later.shift(60)
    say(store, world, 90, fewest=2)
    later.shift(60)
    say(store, world, 90, fewest=3)
    assert left(store, CoverMeaningWaiting) == 2, "what was said later comes later"
    work(store)
    with store.readers() as db:
        assert meanings.meaning_on(db, world.council, TODAY).meaning == Meaning(days=90, fewest=3)


def test_days_that_went_by_before_the_job_ran_say_that_they_were_put_right(
    later: time_machine.Traveller, store: Database, world: World
) -> None:
    say(store, world, 90)
    later.move_to(NOW + timedelta(days=2))
    work(store)
    with store.readers() as db:
        rows = db.execute(select(CoverCorrection.corrected_on, CoverCorrection.first_on, CoverCorrection.last_on))
        day = timedelta(days=1)
        assert (TODAY + 2 * day, TODAY, TODAY + day) in [tuple(row) for row in rows]
    assert set(kinds(store, world).values()) == {"resting"}


def test_it_is_shown_after_whoever_is_writing_and_before_whoever_comes_next(
    later: time_machine.Traveller, store: Database, world: World
) -> None:
    """Somebody’s change is made and not yet committed when the worker is ready: the worker waits for them."""
    own = say(store, world, 90)
    written, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with store.transaction() as db:
            leads(db, world)
            followers.settle(db)
            written.set()
            go_on.wait(5)

    writer = threading.Thread(target=write)
    worker = threading.Thread(target=lambda: working_in.work_in(store, own))
    writer.start()
    assert written.wait(5)
    worker.start()
    worker.join(0.3)
    assert worker.is_alive()
    assert left(store, CoverMeaningWaiting) == 1
    go_on.set()
    writer.join()
    worker.join()
    assert kinds(store, world) == {world.trainee: "active", world.other_trainee: "resting"}
    assert left(store, CoverMeaningWaiting) == 0


def test_a_new_certificate_is_worked_in_by_whoever_issues_it(
    later: time_machine.Traveller, store: Database, world: World
) -> None:
    own = say(store, world, 90)
    work(store, dies=True)
    with store.transaction() as db:
        certify(db, world, world.other_trainee)
    with store.transaction() as db:
        working_in._show(db, own)
    assert kinds(store, world) == {world.trainee: "resting", world.other_trainee: "active"}
