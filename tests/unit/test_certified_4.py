"""Version 4: four people, one from outside, six of eight levels; who left; and what no standard may ask."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from assessments.evidence import Assessor, Evidence
from assessments.readiness import Finding, Readiness, judge
from assessments.standards import CONTENT, get_standard, load_standards
from courses.source import ContentError
from tests.unit.readiness_examples import AT, BASHIR, JOAN, RUTH, amara, session, six, unsigned
from tests.unit.test_ladder import MARCH, found


def test_somebody_from_outside_is_asked_for_and_named() -> None:
    asked: dict[str, Any] = {"kind": "assessors", "least": 2, "by_others": 2, "outside": 1}
    inside = amara(assessors=(Assessor(id=BASHIR, name=BASHIR), Assessor(id=JOAN, name=JOAN, outside=True)))
    short = found(inside, **asked)
    assert short.seen == "4 signed by Ruth Tamihana and 2 by Bashir Noor. One must come from outside."
    assert short.target == JOAN
    nobody = found(amara(), **asked)
    assert nobody.action == "Ask Ruth who from outside can be in the room at your next meeting"
    seen = tuple(each.model_copy(update={"signer_outside": each.signer_id == BASHIR}) for each in six())
    assert found(amara(sessions=seen), **asked).state == "there"


def test_of_the_last_eight_six_have_to_be_at_the_level_and_the_last_two_among_them() -> None:
    asked: dict[str, Any] = {"kind": "levels", "last": 2, "at_least": 4, "over": 8, "never_below": 3, "most": 6}

    def levels(*numbers: int) -> Finding:
        led = tuple(session(f"s{n}", MARCH + timedelta(days=7 * n), each) for n, each in enumerate(numbers))
        return found(amara(sessions=led), **asked)

    assert levels(3, 3, 4, 4, 4, 4, 4, 4).state == "there"
    assert levels(1, 2, 3, 3, 4, 4, 4, 4, 4, 4).state == "there"
    five = levels(3, 3, 3, 4, 4, 4, 4, 4)
    assert five.state == "missing"
    assert five.seen.endswith("Needed: Independent or higher in 6 of the last 8.")
    assert levels(4, 4, 4, 4, 4, 4, 4, 3).seen.endswith("Needed: Independent or higher in the last 2.")
    assert levels(2, 4, 4, 4, 4, 4, 4, 4).seen.endswith("Needed: nothing below Indirect in the last 8.")
    assert levels(4, 4).state == "missing"


def test_an_assessor_who_left_still_counts_and_is_not_proposed_as_the_next() -> None:
    """Joan has signed and left: what she signed stands, and nobody is sent to ask her again."""
    led = (*six()[:5], session("s6", date(2026, 5, 21), by=JOAN, signer_left=True))
    assert judge(get_standard("certified", 1), amara(sessions=led), AT).ready
    alone = tuple(session(f"s{n}", MARCH + timedelta(days=7 * n), by=JOAN) for n in range(6))
    asked: dict[str, Any] = {"kind": "assessors", "least": 2, "by_others": 2}
    assert found(amara(sessions=alone), **asked).target == BASHIR
    assert found(amara(sessions=alone, assessors=()), **asked).action.startswith("Ask Ruth who else")


def test_what_waits_for_somebody_who_left_is_given_to_somebody_else() -> None:
    waits = unsigned("s6", date(2026, 5, 21), by=JOAN, signer_left=True)
    readiness = judge(get_standard("certified", 1), amara(sessions=(*six()[:5], waits)), AT)
    assert readiness.headline == "When 21 May is signed, everything may be there"
    led = next(each for each in readiness.findings if each.clause == "led")
    assert led.seen.endswith("21 May waits for somebody to sign it: Joan is no longer here.")
    assert (led.action, led.action_kind, led.target) == ("Ask Ruth who signs 21 May now", "ask-signer", None)
    assert readiness.not_counted[0].reason == "Not signed yet. Joan, who was asked, is no longer here to sign it."


NEWEST = get_standard("certified", 4)


def states(evidence: Evidence) -> Readiness:
    return judge(NEWEST, evidence, AT)


def twelve() -> tuple[Any, ...]:
    """Exactly what version 4 asks: twelve sessions in two circles, by four people, and Ruth four of them."""
    by = (RUTH, BASHIR, "Ana", RUTH, BASHIR, "Ana", RUTH, BASHIR, "Ana", RUTH, JOAN, JOAN)
    levels = (2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4)
    days = [date(2026, 2, 20) + timedelta(days=9 * n) for n in range(12)]
    return tuple(
        session(
            f"s{n:02}",
            days[n],
            levels[n],
            by=by[n],
            group_id="depot" if n == 6 else "parks",
            signer_outside=by[n] == JOAN,
        )
        for n in range(12)
    )


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("s00", {"led", "three-months"}),
        ("s01", {"led", "seen-by-four"}),
        ("s03", {"led"}),
        ("s06", {"led", "two-circles", "entrusted"}),
        ("s11", {"led", "seen-by-four", "entrusted"}),
    ],
)
def test_removing_a_session_from_exactly_enough_flips_exactly_what_version_4_needs_it_for(
    name: str, lost: set[str]
) -> None:
    whole = amara(sessions=twelve())
    assert states(whole).ready
    less = amara(sessions=tuple(each for each in twelve() if each.id != name))
    assert {finding.clause for finding in states(less).left} == lost


def problem(folder: Path, text: str, name: str = "certified-1.yaml") -> str:
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(ContentError) as error:
        load_standards(folder)
    return "\n".join(error.value.problems).replace(f"{folder}/", "")


TEXT = (CONTENT / "standards" / "certified-1.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("clause", "sentence"),
    [
        ("{kind: hours-of-practice, hours: 2, leading_hours: 3}", "asks for more hours led than hours"),
        ("{kind: hours-of-practice, hours: 51, days: 10}", "nobody logs more than 300 minutes a day"),
        ("{kind: levels, last: 2, at_least: 4, over: 4, never_below: 3, most: 5}", "asks for 5 of the last 4"),
        ("{kind: rounds, parts: [led, led], least: 1}", "names “led” twice"),
        ("{kind: lessons-done, lessons: [M04-L1, M04-L1]}", "names “M04-L1” twice"),
        ("{kind: prior-award, standard: certified}", "asks for “certified”, which is this standard itself"),
        ("{kind: prior-award, standard: nothing}", "asks for “nothing”, and there is no such standard"),
        (
            "{kind: coded-share, of: open, lower_bound: 0.7, turns: 2, sessions: 3, coders: 2, kappa: 0.6}",
            "asks for fewer turns than sessions",
        ),
        (
            "{kind: coded-share, of: open, lower_bound: 0.7, turns: 52, sessions: 3, coders: 1, kappa: 0.6}",
            "greater than or equal to 2",
        ),
    ],
)
def test_what_nobody_could_ever_meet_is_refused_in_a_sentence(tmp_path: Path, clause: str, sentence: str) -> None:
    text = f"{TEXT}\n  - {{id: asked, title: Asked, {clause[1:]}\n"
    assert sentence in problem(tmp_path, text)


def test_two_standards_that_ask_for_each_other_are_both_refused(tmp_path: Path) -> None:
    prior = "\n  - {{id: before, title: Before, kind: prior-award, standard: {}}}\n"
    (tmp_path / "other-1.yaml").write_text(TEXT.replace("id: certified", "id: other") + prior.format("certified"))
    found = problem(tmp_path, TEXT + prior.format("other"))
    line = TEXT.count("\n") + 2
    assert f"certified-1.yaml:{line}: “before” asks for “other”, which asks for “certified”" in found
    assert f"other-1.yaml:{line}: “before” asks for “certified”, which asks for “other”" in found
