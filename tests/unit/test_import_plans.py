"""What a file would do: to the tree of units, and to the posts of a person. The same file again does nothing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.organisations import post_plan, unit_plan
from lms.organisations.cells import PersonRow, UnitRow
from lms.organisations.post_plan import KnownPerson, KnownPost, PersonPlan
from lms.organisations.rules import Verdict
from lms.organisations.unit_plan import Directory, KnownUnit, Place, UnitPlan

TODAY = date(2026, 5, 4)
JANUARY, LATER = date(2026, 1, 1), date(2026, 9, 1)
NODES = ("a", "b", "c")
TITLES = ("", "Crew lead", "Driver")


def directory(*names: str) -> Directory:
    made = Directory()
    for name in names:
        made.add(Place(name, name, name.upper()))
    return made


def row(number: int, unit: str = "a", title: str | None = None, **more: object) -> PersonRow:
    plain: dict[str, object] = {"manager": None, "band": None, "began": None, "ended": None, "name": "Sam"}
    return PersonRow(number, "sam@example.org", unit=unit, title=title, **(plain | more))  # type: ignore[arg-type]


def post(unit: str = "a", title: str = "", began: date = JANUARY, ended: date | None = None) -> KnownPost:
    return KnownPost(uuid.uuid4(), unit, unit.upper(), title, "", "", began, ended)


def plan(rows: Sequence[PersonRow], posts: Sequence[KnownPost] = (), day: date = TODAY) -> PersonPlan:
    known = KnownPerson("Sam", tuple(posts)) if posts else None
    return post_plan.plan(rows, known, directory(*NODES), day)


def outcomes(made: PersonPlan | UnitPlan) -> dict[int, str]:
    return {each.number: each.outcome for each in made.verdicts}


def of(made: PersonPlan | UnitPlan, number: int) -> Verdict:
    return next(each for each in made.verdicts if each.number == number)


def test_each_row_is_about_the_post_it_is_likest_to() -> None:
    lead, driver = post("a", "Crew lead"), post("b", "Driver")
    made = plan([row(2, "b", "Driver"), row(3, "c", "Crew lead"), row(4, "a", "Trainer")], [lead, driver])
    assert of(made, 2).outcome == "unchanged"
    assert [of(made, 4).target, of(made, 4).changes] == [lead.id, (("Post", "Crew lead", "Trainer"),)]
    assert of(made, 3).outcome == "created"


def test_a_second_post_at_once_is_a_second_row() -> None:
    assert outcomes(plan([row(2, "a"), row(3, "b")], [post("a")])) == {2: "unchanged", 3: "created"}


def test_rows_that_say_the_same_or_another_name_are_refused() -> None:
    made = plan([row(2), row(3), row(4, "b", name="Samuel"), row(5, began=JANUARY, ended=LATER)])
    assert outcomes(made) == {2: "created", 3: "refused", 4: "refused", 5: "refused"}
    assert "Row 2" in of(made, 3).reason
    assert "Row 2 calls this address Sam" in of(made, 4).reason


def test_a_change_begins_today_unless_the_row_names_a_later_day_than_the_post_began() -> None:
    old = post("a")
    assert plan([row(2, "b")], [old]).writes[0].when == TODAY
    assert plan([row(2, "b", began=LATER)], [old]).writes[0].when == LATER
    assert plan([row(2, "b", began=date(2020, 1, 1))], [old]).writes[0].when == TODAY
    assert plan([row(2, "b")], [replace(old, began=TODAY)]).writes[0].when is None


def test_an_empty_cell_clears_and_a_missing_column_leaves() -> None:
    old = replace(post("a", "Driver"), manager="dag@example.org", band="3")
    assert outcomes(plan([row(2)], [old])) == {2: "unchanged"}
    assert [each[0] for each in of(plan([row(2, title="", manager="", band="")], [old]), 2).changes] == [
        "Post", "Line manager", "Status band",
    ]  # fmt: skip


def test_who_leaves_is_told_by_a_last_day() -> None:
    made = plan([row(2, ended=date(2026, 5, 1))], [post("a")])
    assert of(made, 2).changes == (("Until", "", "30 April 2026"),)
    assert of(plan([row(2, "b", ended=date(2026, 5, 1))], [post("a")]), 2).reason == post_plan.NOT_THERE
    assert of(plan([row(2, ended=JANUARY)], [post("a")]), 2).field == "until"


days = st.sampled_from([None, date(2025, 6, 1), JANUARY, date(2026, 4, 1), TODAY, LATER])
Said = list[tuple[str, str | None, date | None, date | None]]
said_of_one = st.sampled_from([TITLES, (None,)]).flatmap(  # a file has a column for the post, or has none
    lambda titles: st.lists(
        st.tuples(st.sampled_from(NODES), st.sampled_from(titles), days, days), min_size=1, max_size=4
    )
)
posts_of_one = st.lists(
    st.builds(post, st.sampled_from(NODES), st.sampled_from(TITLES), st.sampled_from([JANUARY, date(2025, 6, 1)])),
    max_size=3,
)


def applied(posts: Sequence[KnownPost], made: PersonPlan) -> list[KnownPost]:
    """What the writes leave behind."""
    standing = {each.id: each for each in posts}
    for write in made.writes:
        fresh = KnownPost(
            uuid.uuid4(), write.unit, write.unit.upper(), write.title, write.manager or "", write.band,
            write.when or write.began, write.ended,
        )  # fmt: skip
        if write.old is not None and write.when is not None:
            standing[write.old.id] = replace(write.old, ended=write.when)
        elif write.old is not None:
            fresh = replace(fresh, id=write.old.id)
        standing[fresh.id] = fresh
    return sorted(standing.values(), key=lambda each: each.began)


@given(said_of_one, posts_of_one)
def test_every_row_has_one_verdict_and_no_post_ends_before_it_begins(said: Said, posts: list[KnownPost]) -> None:
    rows = [row(at, unit, title, began=began, ended=ended) for at, (unit, title, began, ended) in enumerate(said)]
    made = plan(rows, posts)
    assert sorted(each.number for each in made.verdicts) == list(range(len(rows)))
    assert all(each.ended is None or each.ended > each.began for each in applied(posts, made))
    written = {write.number for write in made.writes}
    assert written == {each.number for each in made.verdicts if each.outcome in ("created", "changed")}


@given(said_of_one, posts_of_one, st.integers(0, 40))
def test_the_same_rows_again_change_nothing_on_any_later_day(said: Said, posts: list[KnownPost], wait: int) -> None:
    rows = [row(at, unit, title, began=began, ended=ended) for at, (unit, title, began, ended) in enumerate(said)]
    first = plan(rows, posts)
    taken = [each for each in rows if of(first, each.number).outcome != "refused"]
    once = plan(taken, posts)
    again = plan(taken, applied(posts, once), TODAY + timedelta(days=wait))
    done = {each.number for each in taken if of(once, each.number).outcome != "refused"}
    assert {number: found for number, found in outcomes(again).items() if found != "unchanged" and number in done} == {}


def unit(number: int, code: str, parent: str | None = None, **more: object) -> UnitRow:
    plain: dict[str, object] = {"headcount": None, "began": None, "ended": None, "name": code.capitalize()}
    return UnitRow(number, code, parent=parent, **(plain | more))  # type: ignore[arg-type]


def known(code: str, name: str = "", parent: uuid.UUID | None = None, **more: object) -> KnownUnit:
    return KnownUnit(uuid.uuid4(), code, name or code.capitalize(), parent, 0, **more)  # type: ignore[arg-type]


def units(rows: Sequence[UnitRow], *there: KnownUnit) -> UnitPlan:
    return unit_plan.plan(rows, there, TODAY)


def test_units_stand_in_any_order_and_know_each_other_by_code_or_name() -> None:
    made = units([unit(2, "roads", "Ops"), unit(3, "waste", "OPS"), unit(4, "ops", "")])
    assert outcomes(made) == {2: "created", 3: "created", 4: "created"}
    assert {each.parent for each in made.writes} == {"row ops", None}


def test_units_that_would_be_part_of_each_other_are_refused_and_those_that_rest_on_them() -> None:
    made = units([unit(2, "a", "b"), unit(3, "b", "c"), unit(4, "c", "a"), unit(5, "d", "a"), unit(6, "e", "")])
    assert outcomes(made) == {2: "refused", 3: "refused", 4: "refused", 5: "refused", 6: "created"}
    assert of(made, 2).reason == "These units would be part of each other: A – B – C – A."
    assert of(made, 5).reason.startswith("There is no unit “a”.")


def test_a_circle_closed_with_units_that_are_there_is_refused() -> None:
    top = known("top")
    below = known("below", parent=top.id)
    made = units([unit(2, "top", "below")], top, below)
    assert of(made, 2).field == "parent"
    assert of(units([unit(2, "top", "top")], top), 2).reason == unit_plan.OWN_PARENT


def test_two_rows_about_one_unit_and_a_name_that_several_have_are_told() -> None:
    made = units([unit(2, "x", name="Roads"), unit(3, "X", name="Streets")])
    assert of(made, 3).reason == "Row 2 is about the same unit."
    twins = [known("n1", "Desk"), known("n2", "Desk")]
    assert "Several units are called “Desk”" in of(units([unit(2, "sub", "Desk")], *twins), 2).reason
    assert of(units([unit(2, "sub", "Dask")], known("n1", "Desk")), 2).reason.endswith("Did you mean Desk?")


def test_a_code_goes_to_the_unit_of_that_name_that_had_none_of_its_own() -> None:
    there = known("Roads", "Roads")
    assert of(units([unit(2, "RD", name="Roads")], there), 2).changes == (("Code", "Roads", "RD"),)
    assert outcomes(units([unit(2, "RD", name="Roads")], known("R-1", "Roads"))) == {2: "created"}
    assert outcomes(units([unit(2, "", name="Roads")], known("R-1", "Roads"))) == {2: "unchanged"}


def test_a_unit_that_closed_stays_closed_and_history_is_not_written_over() -> None:
    closed = known("old", closed_on=JANUARY)
    assert "closed on 1 January 2026" in of(units([unit(2, "old")], closed), 2).reason
    there = known("new", since=JANUARY)
    early = unit(2, "new", name="Newer", began=date(2025, 1, 1))
    assert of(units([early], there), 2).field == "from"
    assert of(units([unit(2, "new", ended=JANUARY)], there), 2).field == "until"
    assert of(units([unit(2, "new", ended=LATER)], there), 2).changes == (("Until", "", "31 August 2026"),)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(["", "a", "b", "c", "d", "e"])), max_size=8))
def test_whatever_a_file_says_the_tree_stays_a_tree(said: list[tuple[str, str]]) -> None:
    a = known("a")
    there = [a, known("b", parent=a.id)]
    made = units([unit(at, code, parent) for at, (code, parent) in enumerate(said)], *there)
    assert sorted(each.number for each in made.verdicts) == list(range(len(said)))
    above = {str(each.id): str(each.parent_id) if each.parent_id else None for each in there}
    above |= {made.nodes[write.row.number]: write.parent for write in made.writes}
    for node in above:
        path, at = [], above.get(node)
        while at is not None:
            assert at not in path
            path.append(at)
            at = above[at]
        assert node not in path
