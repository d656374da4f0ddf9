"""A circle's readiness in examples: what is seen, what is short, who can do what, and from when."""

from datetime import date, timedelta
from typing import Any

import pytest

from assessments.group_evidence import GroupEvidence, MeetingEvidence, SafeguardingWord, SponsorWord
from assessments.group_readiness import GroupFinding, GroupReadiness, NothingAsked, judge_group
from assessments.group_standards import StageId, get_group_standard
from tests.unit.group_examples import AT, circle, meeting, meetings, people, planned, sample, survey

STANDARD = get_group_standard()


def judged(stage: StageId = "G2b", at: date = AT, **parts: Any) -> GroupReadiness:
    return judge_group(STANDARD, circle(**parts), stage, at)


def finding(name: str, found: GroupReadiness) -> GroupFinding:
    return next(each for each in found.findings if each.clause == name)


def changed(name: str, **facts: Any) -> tuple[MeetingEvidence, ...]:
    return tuple(m.model_copy(update=facts) if m.id == name else m for m in meetings())


@pytest.mark.parametrize("size", range(4, 9))
@pytest.mark.parametrize("stage", ["G2b", "G3b"])
def test_a_circle_of_any_size_can_have_everything_and_then_people_decide(size: int, stage: StageId) -> None:
    found = judged(stage, size=size, meetings=meetings(12, size))
    assert found.ready
    assert found.headline == "Everything is there. The circle, its facilitator and an independent observer decide"
    assert "all three must say yes" in found.lede


@pytest.mark.parametrize(("stands", "enters"), [("G1", "G3a"), ("G2b", "G3a"), ("G3a", "G4"), ("G3b", "G4")])
def test_it_says_where_the_circle_stands_and_what_it_would_enter(stands: StageId, enters: str) -> None:
    found = judged(stands)
    assert (found.stands.id, found.enters.id) == (stands, enters)
    assert (found.hash, found.version) == (STANDARD.content_hash, STANDARD.version)


def test_after_the_last_stage_that_asks_nothing_is_judged() -> None:
    with pytest.raises(NothingAsked, match="asks for nothing after G4"):
        judged("G4")


def test_the_headline_names_what_is_short_and_gates_first() -> None:
    assert judged(sponsor=()).headline == "“Time protected by the sponsor” is short"
    two = judged(sponsor=(), surveys=())
    assert two.headline == "“Time protected by the sponsor” and “Safe to speak up” are short"
    assert (two.gates_hold, judged(surveys=()).gates_hold) == (False, True)
    many = judge_group(STANDARD, GroupEvidence(members=people()), "G2b", AT)
    assert many.headline == "18 things are short, first “Nothing open about anybody’s safety”"


def test_the_calendar_tells_the_earliest_day_and_whose_turn_it_is() -> None:
    own = changed("m9", run_by="facilitator", stepped_in=None)
    own = tuple(m.model_copy(update={"stepped_in": 3}) if m.id == "m8" else m for m in own)
    found = judged(meetings=own)
    short = finding("own-running", found)
    assert (short.state, short.have, short.need, short.earliest) == ("missing", 2, 3, date(2026, 12, 22))
    assert short.action == "The trainer notes for 24 November who ran it and who stepped in."
    assert found.headline == "“Rounds that members run” is short. 22 December is the earliest day"
    assert finding("own-running", judged(meetings=own, planned=())).earliest is None


def test_a_rota_says_whose_turn_it_is() -> None:
    only_two = tuple(m.model_copy(update={"run_by": "ab"[n % 2]}) for n, m in enumerate(meetings()))
    short = finding("seats", judged(meetings=only_two))
    assert short.seen == "Amara and Bashir ran a round in the last 8 meetings; 3 are asked for."
    assert short.action == "The circle gives the seat to Carys, Dana or Emil on 8 December."
    assert (short.who, short.earliest) == ("the circle", date(2026, 12, 8))


def test_an_open_case_blocks_and_nothing_is_said_about_it() -> None:
    case = SafeguardingWord(id="secret", said_on=AT, open=True)
    found = judged(safeguarding=(*circle().safeguarding, case))
    short = finding("no-open-case", found)
    assert (short.state, short.evidence, short.who) == ("blocked", (), "the trainer")
    assert short.seen == "Something is still to be settled with the trainer."
    assert "secret" not in str(found.to_dict())


def test_what_grows_old_expires() -> None:
    later = AT + timedelta(days=120)
    found = judge_group(STANDARD, circle(), "G2b", later)
    expired = {each.clause for each in found.findings if each.state == "expired"}
    assert {"no-open-case", "seats", "own-running", "open-questions", "no-advice", "safety", "observed"} <= expired
    seats = finding("seats", found)
    assert seats.seen.endswith("3 are asked for; the last of it on 24 November 2026, more than 90 days ago.")


def test_a_contract_is_used_up_by_meetings_and_the_sponsors_time_by_days() -> None:
    more = tuple(meeting(n, AT, id=f"x{n}") for n in range(4))
    used = finding("contract", judged(meetings=(*meetings(), *more)))
    assert (used.state, used.seen) == ("expired", "The contract of 21 November, for 5 meetings, is used up.")
    over = finding("sponsor", judged(sponsor=(SponsorWord(id="s", said_on=date(2026, 1, 1), until=date(2026, 11, 1)),)))
    assert (over.state, over.seen, over.who) == ("expired", "The time was protected until 1 November.", "the sponsor")
    short = finding("sponsor", judged(sponsor=(SponsorWord(id="s", said_on=AT, until=date(2027, 3, 1)),)))
    assert (short.state, short.have, short.need) == ("missing", 3, 6)


def test_every_one_of_the_next_meetings_has_a_host_and_a_deputy() -> None:
    one = planned()[1].model_copy(update={"deputy_id": None})
    short = finding("hosts", judged(planned=(planned()[0], one, planned()[2])))
    assert short.action == "The circle finds a host and a deputy for 15 December."
    assert finding("hosts", judged(planned=planned(1))).action.startswith("The circle puts 2 more meetings")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"coded_by": "machine"}, "A machine coded it. Only what people coded counts."),
        ({"coded_by": "self"}, "It is the circle’s own figure. It starts a talk and never counts."),
        ({"coders": 1}, "It takes 2 people who code alone. Here it was 1."),
        ({"kappa": None}, "Nobody wrote down how far the coders agreed."),
        ({"kappa": 0.598}, "The coders agreed to κ 0.59, and 0.60 is asked for."),
        ({"coded_on": date(2026, 6, 1)}, "It was coded on 1 June, more than 90 days ago."),
    ],
)
def test_only_recent_samples_count_that_people_coded_alone_and_alike(facts: dict[str, Any], reason: str) -> None:
    found = judged(samples=(sample(**facts),))
    assert {each.clause for each in found.left} == {"open-questions", "no-advice"}
    assert [each.reason for each in found.not_counted] == [reason]


def test_a_share_is_judged_by_its_lower_bound_and_not_by_luck() -> None:
    few = finding("open-questions", judged(samples=(sample(turns=40, open=40, without_advice=40),)))
    assert few.seen == "40 of 40 turns open; it takes 52 turns in 2 meetings, so that chance does not decide."
    low = finding("open-questions", judged(samples=(sample(turns=80, open=60),)))
    assert low.seen == "60 of 80 turns open; allowing for chance at least 66%, and 70% is asked for."
    assert low.action == "The circle practises open questions, and the trainer has a later meeting coded."


def test_g4_asks_that_nobody_stepped_in_lately() -> None:
    once = changed("m8", stepped_in=1)
    assert finding("own-running", judged("G2b", meetings=once)).state == "there"
    short = finding("own-running", judged("G3b", meetings=once))
    assert short.state == "missing"
    assert short.seen.endswith("and in the last 3 nobody should step in at all.")


@pytest.mark.parametrize(
    ("facts", "clause"),
    [
        ({"caught_by_facilitator": 30}, "caught"),
        ({"present": None, "turns": None}, "attendance"),
        ({"turns": {"a": 20, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}, "holder_id": None, "run_by": "h"}, "balance"),
    ],
)
def test_one_meeting_can_be_what_is_short(facts: dict[str, Any], clause: str) -> None:
    assert finding(clause, judged(meetings=changed("m9", **facts))).state == "missing"


def test_solutions_before_the_problem_are_short_twice_and_not_once() -> None:
    once = changed("m9", early_solutions=True)
    twice = tuple(m.model_copy(update={"early_solutions": None}) if m.id == "m8" else m for m in once)
    assert [finding("problem-first", judged(meetings=each)).state for each in (once, twice)] == ["there", "missing"]


@pytest.mark.parametrize("facts", [{"median": 4.9}, {"lowest": 2.9}, {"answers": 4, "asked": 6}])
def test_a_survey_is_short_by_its_median_its_lowest_or_too_few_answers(facts: dict[str, Any]) -> None:
    assert finding("safety", judged(surveys=(survey(**facts),))).state == "missing"


def test_a_later_survey_that_may_not_be_shown_leaves_the_one_before_and_says_so() -> None:
    few = survey("few", answers=3, on_day=AT, median=2, lowest=1)
    found = judged(surveys=(survey(), few))
    assert finding("safety", found).evidence == ("survey",)
    assert [(each.evidence, each.title) for each in found.not_counted] == [("few", "Survey of 1 December")]


def test_turns_without_who_came_are_named_for_what_they_lack() -> None:
    found = finding("balance", judged(meetings=meetings(present=None)))
    assert (found.state, found.have) == ("not_seen", 0)
    assert found.seen.startswith("Question turns were counted, and it was not noted who came")
