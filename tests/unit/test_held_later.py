"""The clause that asks what holds a day later: the sentence of each case, and how long it lasts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from assessments.held_evidence import HeldEvidence
from assessments.readiness import Finding, judge
from lms.core import content
from lms.core.content import unchecked
from tests.unit.readiness_examples import AT, amara
from tests.unit.test_ladder import asking, found

TITLES = (
    HeldEvidence(id="M04", module="M04", title="Open questioning"),
    HeldEvidence(id="M05", module="M05", title="Values and beliefs"),
)


def asked(*held: tuple[str, date], **clause: Any) -> Finding:
    rows = tuple(
        HeldEvidence(id=f"d{n}", module=module, title="A title", held_on=on) for n, (module, on) in enumerate(held)
    )
    facts = {"kind": "held-later", "modules": ["M04", "M05"], **clause}
    return found(amara(held=(*TITLES, *rows)), **facts)


def test_it_names_what_is_left_by_its_title_and_says_how_to_get_there() -> None:
    none = asked()
    assert (none.state, none.seen, none.have, none.need) == ("missing", "None is there yet.", 0, 2)
    assert none.action == "Show a day later what stays of “Open questioning”"
    assert (none.action_kind, none.target, none.when) == ("check", "M04", "A day after the last practice")
    one = asked(("M04", AT))
    assert one.seen == "One of 2 held a day later. Left: “Values and beliefs”."
    assert (one.target, one.evidence, one.have) == ("M05", ("d0",), 1)


def test_once_every_module_held_it_is_there_for_good_or_until_its_day() -> None:
    both = (("M04", AT - timedelta(days=30)), ("M05", AT))
    there = asked(*both)
    assert (there.state, there.seen) == ("there", "Held a day later, 2 June. Stays so.")
    until = asked(*both, expires_months=2)
    assert (until.state, until.seen) == ("there", "Held a day later, 2 June. Good until 3 July.")


def test_what_ran_out_has_to_be_shown_again_and_the_latest_time_counts() -> None:
    old, new = ("M04", AT - timedelta(days=100)), ("M04", AT - timedelta(days=5))
    ended = asked(old, modules=["M04"], expires_months=2)
    assert (ended.state, ended.seen) == ("expired", "“Open questioning” was shown more than 2 months ago.")
    assert ended.action == "Show again a day later what stays of “Open questioning”"
    apart = asked(old, expires_months=2)
    assert apart.seen == "None is there now. Left: “Values and beliefs” and “Open questioning”."
    assert asked(old, new, modules=["M04"], expires_months=2).state == "there"


@pytest.mark.parametrize(("on", "state"), [(AT, "there"), (AT + timedelta(days=1), "missing")])
def test_what_held_after_the_day_of_the_page_does_not_count_yet(on: date, state: str) -> None:
    assert asked(("M04", on), modules=["M04"]).state == state


def test_a_page_speaks_of_something_left_to_do_and_not_of_sessions_alone() -> None:
    standard = asking(kind="held-later", modules=["M04"])
    readiness = judge(standard, amara(held=TITLES), AT)
    assert readiness.headline == "One thing is left"
    assert readiness.next_step.action_kind == "check"


def test_a_standard_cannot_ask_for_a_check_that_is_not_there(tmp_path: Any) -> None:
    path = tmp_path / "certified-9.yaml"
    path.write_text("clauses:\n- id: asked\n  kind: held-later\n  modules: [M04, M01]\n", "utf-8")
    standard = asking(kind="held-later", modules=["M04", "M01"])
    assert unchecked(standard, path, {"M04"}) == [f"{path}:4: “asked” asks M01 to hold a day later, which has no check"]
    assert content.problems() == []
