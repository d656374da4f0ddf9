"""Line managers in a file: nobody comes to be above themselves, whatever the file and the list say together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy.orm import Session

from lms.core.unit import Database
from lms.organisations import service
from lms.organisations.models import Import, ImportRow
from tests import make_import as make
from tests.make import World


@pytest.fixture(autouse=True)
def _may() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False):
        yield


def row(name: str, above: str = "", *more: str, unit: str = "Libraries") -> tuple[str, ...]:
    return (f"{name}@example.org", name.capitalize(), unit, "", f"{above}@example.org" if above else "", "", *more)


def outcomes(db: Session, run: Import) -> dict[int, str]:
    return {number: each.outcome for number, each in make.said(db, run).items()}


def refused(db: Session, run: Import) -> list[ImportRow]:
    return [each for each in make.said(db, run).values() if each.outcome == "refused"]


def test_two_above_each_other_are_refused_with_row_cell_and_sentence(store: Database, world: World) -> None:
    with store.transaction() as db:
        run = make.people(db, world, row("dag", "mele"), row("mele", "dag"), row("sam", "dag"))
        assert outcomes(db, run) == {2: "refused", 3: "refused", 4: "refused"}
        first, second, third = sorted(refused(db, run), key=lambda each: each.number)
        assert service.heading(run, first) == "Line manager"
        assert "comes back to this person, by row 3. Nobody can be above themselves." in first.reason
        assert "by row 2." in second.reason
        assert "Nobody on your list has this address" in third.reason  # it rested on one of them


def test_a_longer_ring_is_found_and_whoever_is_beside_it_is_taken(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, row("ana"), row("bo"), row("cy"), row("dee")))
        run = make.people(db, world, row("ana", "bo"), row("bo", "cy"), row("cy", "ana"), row("dee", "ana"))
        assert outcomes(db, run) == {2: "refused", 3: "refused", 4: "refused", 5: "changed"}
        make.apply(db, world, run)
        assert refused(db, make.people(db, world, row("cy"), row("dee", "ana"))) == []


def test_a_ring_that_closes_through_the_list_is_refused(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, row("ana", "bo"), row("bo", "cy"), row("cy")))
        run = make.people(db, world, row("cy", "ana"))
        [only] = refused(db, run)
        assert only.field == "manager"
        run = make.people(db, world, row("cy", "ana"), row("bo"))  # bo is below nobody any more
        assert refused(db, run) == []


def test_what_a_refused_row_would_have_changed_stays_and_counts(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, row("ana", "bo"), row("bo")))
        run = make.people(db, world, row("ana", "ghost"), row("bo", "ana"))
        assert outcomes(db, run) == {2: "refused", 3: "refused"}


def test_many_rounds_of_refusals_come_to_an_end(store: Database, world: World) -> None:
    """Each refusal gives back a line that makes the next ring."""
    with store.transaction() as db:
        names = [f"p{number}" for number in range(12)]
        chain = [row(name, names[at - 1] if at else "") for at, name in enumerate(names)]
        make.apply(db, world, make.people(db, world, *chain))
        turned = [row(name, names[at + 1] if at + 1 < len(names) else "ghost") for at, name in enumerate(names)]
        run = make.people(db, world, *turned)
        assert set(outcomes(db, run).values()) == {"refused"}


def test_who_swaps_with_their_manager_is_taken(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, row("ana", "bo"), row("bo")))
        run = make.people(db, world, row("ana"), row("bo", "ana"))
        assert refused(db, run) == []
        make.apply(db, world, run)
        again = make.people(db, world, row("ana"), row("bo", "ana"))
        assert service.totals(again)["unchanged"] == 2


def test_whoever_has_left_is_above_and_below_nobody(store: Database, world: World) -> None:
    with store.transaction() as db:
        left = row("ana", "bo", "2026-01-01", "2026-04-30")
        run = make.people(db, world, left, row("bo", "ana"))
        assert refused(db, run) == []


def test_a_file_without_the_column_leaves_the_lines_alone(store: Database, world: World) -> None:
    with store.transaction() as db:
        make.apply(db, world, make.people(db, world, row("ana", "bo"), row("bo")))
        data = make.text([("E-mail", "Name", "Unit"), ("ana@example.org", "Ana", "Libraries")])
        assert service.totals(make.bring(db, world, data))["unchanged"] == 1
