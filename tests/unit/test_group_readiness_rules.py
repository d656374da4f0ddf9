"""What must hold for a circle's readiness whatever the evidence: each test is named after the rule it proves."""

import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.group_evidence import GroupEvidence, MeetingEvidence, Renewal, SafetySurvey, Sample
from assessments.group_measures import both_roles, helped, last
from assessments.group_readiness import GroupReadiness, judge_group
from assessments.group_standards import StageId, get_group_standard
from tests.unit.group_examples import AT, JOAN, NAMES, RUTH, circle, meetings, people, sample, survey

RULE = settings(max_examples=50, deadline=None)
STANDARD = get_group_standard()
STAGES: st.SearchStrategy[StageId] = st.sampled_from(["G2b", "G3b"])
PARTS = ("members", "meetings", "planned", "renewals", "sponsor", "checks", "safeguarding", "samples", "surveys")
MAYBE = st.sampled_from([True, True, True, False, None])


def there(readiness: GroupReadiness) -> set[str]:
    return {finding.clause for finding in readiness.there}


def with_parts(evidence: GroupEvidence, **parts: Any) -> GroupEvidence:
    return evidence.model_copy(update=parts)


def without(evidence: GroupEvidence, name: str) -> GroupEvidence:
    kept = {part: tuple(e for e in getattr(evidence, part) if e.id != name) for part in PARTS}
    return with_parts(evidence, **kept)


@st.composite
def held_meetings(draw: st.DrawFn, ids: list[str], number: int) -> MeetingEvidence:
    """Mostly good, so that there is something to lose; any fact may be missing or not as hoped."""
    mostly = ids * 2
    return MeetingEvidence(
        id=f"m{number}",
        held_on=AT - timedelta(days=draw(st.integers(3, 100))),
        present=draw(st.sampled_from([tuple(ids)] * 4 + [tuple(ids[:2]), None])),
        run_by=draw(st.sampled_from([*mostly, "facilitator", None])),
        stepped_in=draw(st.sampled_from([0, 0, 0, 1, 2, None])),
        caught_by_members=draw(st.sampled_from([0, 2, 4, None])),
        caught_by_facilitator=draw(st.sampled_from([0, 0, 1, 3, None])),
        agreed=draw(MAYBE),
        early_solutions=draw(st.sampled_from([False, False, False, True, None])),
        holder_id=draw(st.sampled_from([*mostly, None])),
        turns=draw(st.one_of(st.just(dict.fromkeys(ids, 4)), st.none(), st.just({ids[0]: 9, ids[1]: 1}))),
        step_promised=draw(MAYBE),
        step_reported=draw(MAYBE),
        observed=draw(st.sampled_from([(RUTH, JOAN), (RUTH,), ()])),
        cancelled=draw(st.sampled_from([False] * 6 + [True])),
    )


@st.composite
def samples(draw: st.DrawFn, number: int) -> Sample:
    turns = draw(st.integers(20, 90))
    return sample(
        f"s{number}",
        coded_on=AT - timedelta(days=draw(st.integers(-5, 120))),
        coded_by=draw(st.sampled_from(["people", "people", "people", "machine", "self"])),
        turns=turns,
        open=draw(st.integers(turns // 2, turns)),
        without_advice=draw(st.integers(turns // 2, turns)),
        coders=draw(st.sampled_from([2, 2, 2, 1])),
        kappa=draw(st.sampled_from([0.7, 0.7, 0.5, None])),
    )


@st.composite
def evidences(draw: st.DrawFn) -> GroupEvidence:
    size = draw(st.integers(4, 8))
    whole = circle(size, renewals=(Renewal(id="contract", renewed_on=AT - timedelta(days=200), meetings=40),))
    ids = [member.id for member in whole.members]
    extra = tuple(draw(held_meetings(ids, n + 50)) for n in range(draw(st.integers(0, 5))))
    base = meetings(draw(st.sampled_from([0, 4, 8, 10])), size)
    more = tuple(draw(samples(n)) for n in range(draw(st.integers(0, 3))))
    asked = draw(st.sampled_from([(), whole.surveys, (survey(answers=3, median=6, lowest=6),)]))
    return with_parts(whole, meetings=base + extra, samples=more, surveys=asked)


def by_turn(ids: list[str], turns: list[str | None]) -> str:
    """Whoever has not had it for longest."""
    latest = {each: n for n, each in enumerate(turns)}
    return min(ids, key=lambda each: (latest.get(each, -1), each))


def good_meeting(evidence: GroupEvidence) -> MeetingEvidence:
    """The newest: by whose turn it is, of the problem of whose turn it is, with everybody there and asking alike."""
    ids = [member.id for member in evidence.members]
    held = last([m for m in evidence.meetings if not m.cancelled], 99)
    runner, holder = by_turn(ids, [m.run_by for m in held]), by_turn(ids, [m.holder_id for m in held])
    assume(runner != holder)
    within = held[-11:]
    assume(holder in helped(within, ids) or holder not in both_roles(held[-12:], ids))
    return MeetingEvidence(
        id="good",
        held_on=AT - timedelta(days=1),
        present=tuple(ids),
        run_by=runner,
        stepped_in=0,
        caught_by_members=0,
        agreed=True,
        early_solutions=False,
        holder_id=holder,
        turns={each: 3 for each in ids if each not in (runner, holder)},
        step_promised=True,
    )


def with_good_meeting(evidence: GroupEvidence) -> GroupEvidence:
    """And what was promised at the meeting before is reported back."""
    held = last([m for m in evidence.meetings if not m.cancelled], 99)
    told = {m.id: m.model_copy(update={"step_reported": True}) for m in held[-1:]}
    before = tuple(told.get(m.id, m) for m in evidence.meetings)
    return with_parts(evidence, meetings=(*before, good_meeting(evidence)))


@RULE
@given(evidences(), STAGES)
def test_a_good_meeting_more_never_makes_a_circle_less_ready(evidence: GroupEvidence, stage: StageId) -> None:
    after = judge_group(STANDARD, with_good_meeting(evidence), stage, AT)
    assert there(judge_group(STANDARD, evidence, stage, AT)) <= there(after)


@RULE
@given(evidences(), STAGES, st.integers(1, 200))
def test_good_figures_more_never_make_a_circle_less_ready(evidence: GroupEvidence, stage: StageId, turns: int) -> None:
    coded = sample("more", turns=turns, open=turns, without_advice=turns, sessions=1, coded_on=AT)
    asked = survey("again", answers=len(evidence.members), asked=None, median=7, lowest=6, on_day=AT)
    more = with_parts(evidence, samples=(*evidence.samples, coded), surveys=(*evidence.surveys, asked))
    before, after = (judge_group(STANDARD, each, stage, AT) for each in (evidence, more))
    assert there(before) <= there(after)


@RULE
@given(evidences(), STAGES, st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(evidence: GroupEvidence, stage: StageId, chance: random.Random) -> None:
    mixed = {part: tuple(chance.sample(getattr(evidence, part), len(getattr(evidence, part)))) for part in PARTS}
    assert judge_group(STANDARD, with_parts(evidence, **mixed), stage, AT) == judge_group(STANDARD, evidence, stage, AT)


@settings(max_examples=15, deadline=None)
@given(evidences(), STAGES)
def test_only_what_a_clause_names_as_its_evidence_can_be_missed_by_it(evidence: GroupEvidence, stage: StageId) -> None:
    before = judge_group(STANDARD, evidence, stage, AT)
    for name in [each.id for part in PARTS if part != "members" for each in getattr(evidence, part)]:
        lost = there(before) - there(judge_group(STANDARD, without(evidence, name), stage, AT))
        assert lost <= {finding.clause for finding in before.findings if name in finding.evidence}


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("asked", {"no-open-case"}),
        ("limits-c", {"limits-known"}),
        ("help-e", {"help-known"}),
        ("contract", {"contract"}),
        ("p1", {"hosts"}),
        ("sponsor", {"sponsor"}),
        ("coded", {"open-questions", "no-advice"}),
        ("survey", {"safety"}),
        ("m9", {"both-roles", "own-running", "follow-through", "observed"}),
    ],
)
def test_removing_a_required_item_flips_exactly_the_clauses_that_need_it(name: str, lost: set[str]) -> None:
    """`m9` has one member's only problem, ends the two months, and without it `m5` comes back into the last four."""
    own = tuple(m.model_copy(update={"stepped_in": 2}) if m.id in ("m5", "m7") else m for m in meetings())
    own = tuple(m.model_copy(update={"holder_id": "b"}) if m.holder_id == "a" and m.id != "m9" else m for m in own)
    own = tuple(m.model_copy(update={"step_reported": m.id not in ("m3", "m7")}) for m in own)
    evidence = circle(meetings=own)
    whole = judge_group(STANDARD, evidence, "G2b", AT)
    assert whole.ready
    assert there(whole) - there(judge_group(STANDARD, without(evidence, name), "G2b", AT)) == lost


@RULE
@given(evidences(), STAGES, st.sampled_from(["safeguarding", "checks", "renewals", "planned", "sponsor"]))
def test_a_gate_is_never_made_up_for(evidence: GroupEvidence, stage: StageId, part: str) -> None:
    found = judge_group(STANDARD, with_parts(with_good_meeting(evidence), **{part: ()}), stage, AT)
    assert not found.ready
    assert not found.gates_hold


@RULE
@given(STAGES, st.integers(0, 3), st.lists(st.one_of(st.none(), st.floats(1, 7)), min_size=4, max_size=4))
def test_nothing_is_shown_below_four_answers(stage: StageId, answers: int, values: list[float | None]) -> None:
    """The page is letter for letter the same whatever they answered, and however many of the three they were."""
    seen = [
        json.dumps(judge_group(STANDARD, circle(surveys=(each,)), stage, AT).to_dict())
        for each in (
            SafetySurvey(id="few", on_day=AT, answers=answers, asked=5, median=values[0], lowest=values[1]),
            SafetySurvey(id="few", on_day=AT, answers=3, asked=5, median=values[2], lowest=values[3]),
        )
    ]
    assert seen[0] == seen[1]
    assert "Fewer than 4 answered, so nothing is shown." in seen[0]


@RULE
@given(STAGES, st.floats(1, 2.9), st.floats(1, 2.9))
def test_the_lowest_answer_is_only_said_to_be_below_or_not(stage: StageId, one: float, other: float) -> None:
    first, second = (judge_group(STANDARD, circle(surveys=(survey(lowest=n),)), stage, AT) for n in (one, other))
    assert first == second


@RULE
@given(evidences(), STAGES, st.integers(0, 3))
def test_a_circle_of_three_is_never_ready_and_the_sentence_says_why(
    evidence: GroupEvidence, stage: StageId, size: int
) -> None:
    found = judge_group(STANDARD, with_parts(evidence, members=people(size)), stage, AT)
    assert not found.ready
    assert not found.gates_hold
    assert "cannot run itself. It takes 4" in found.headline


@RULE
@given(evidences(), STAGES, st.integers(0, 110))
def test_evidence_after_the_day_is_left_out(evidence: GroupEvidence, stage: StageId, days: int) -> None:
    day = AT - timedelta(days=days)
    dated = ("meetings", "renewals", "sponsor", "checks", "safeguarding", "samples", "surveys")
    then = {part: tuple(e for e in getattr(evidence, part) if _day(e) <= day) for part in dated}
    known = with_parts(evidence, **then)
    assert judge_group(STANDARD, known, stage, day) == judge_group(STANDARD, evidence, stage, day)


def _day(each: object) -> date:
    names = ("held_on", "renewed_on", "said_on", "done_on", "coded_on", "on_day")
    found: date = next(getattr(each, name) for name in names if hasattr(each, name))
    return found


@RULE
@given(evidences(), STAGES, st.sampled_from(["machine", "self"]), st.integers(1, 500))
def test_what_a_machine_coded_or_the_circle_tells_of_itself_never_counts(
    evidence: GroupEvidence, stage: StageId, by: str, turns: int
) -> None:
    told = sample("told", coded_by=by, turns=turns, open=turns, without_advice=turns, coders=3, kappa=1.0)
    before = judge_group(STANDARD, evidence, stage, AT)
    after = judge_group(STANDARD, with_parts(evidence, samples=(*evidence.samples, told)), stage, AT)
    assert after.findings == before.findings
    assert "told" in {each.evidence for each in after.not_counted}


@RULE
@given(evidences(), STAGES)
def test_what_is_stored_comes_back_as_it_was_seen(evidence: GroupEvidence, stage: StageId) -> None:
    found = judge_group(STANDARD, evidence, stage, AT)
    assert GroupReadiness.from_dict(json.loads(json.dumps(found.to_dict()))) == found


@RULE
@given(evidences(), STAGES)
def test_who_asked_little_is_named_nowhere(evidence: GroupEvidence, stage: StageId) -> None:
    found = next(f for f in judge_group(STANDARD, evidence, stage, AT).findings if f.kind == "balance")
    assert not any(name.split()[0] in found.seen + found.action for name in NAMES)


@RULE
@given(evidences(), STAGES)
def test_every_clause_that_is_short_says_who_can_do_what(evidence: GroupEvidence, stage: StageId) -> None:
    for finding in judge_group(STANDARD, evidence, stage, AT).left:
        assert finding.who is not None
        assert finding.action.endswith(".")
        assert "  " not in finding.seen + finding.action
