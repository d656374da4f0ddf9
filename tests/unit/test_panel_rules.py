"""Rules of panels: whoever has a conflict is never offered, votes have no order, and a standard’s panel can sit."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessments.deciding import Outcome, PanelRule, outcome
from assessments.evidence import Evidence
from assessments.readiness import judge
from assessments.standards import CONTENT, get_standard, load_standards
from courses.source import ContentError
from lms.panels import rules
from lms.panels.rules import Sitter
from tests.unit.readiness_examples import AT, amara

KINDS = ("not_yet", "stay", "ready")
HASHES = ["66658d04527e", "f4e4e96b64e6", "8eef1382991c"]  # as they were before a standard could say it
THREE = PanelRule(panel=3, assessors_most=1, outside=1, appeal_days=30)
TEXT = (CONTENT / "standards" / "certified-3.yaml").read_text("utf-8")
votes = st.lists(st.sampled_from(KINDS), min_size=1, max_size=9)
rarely = st.sampled_from((False,) * 9 + (True,))
mostly = rarely.map(lambda each: not each)
sitters = st.builds(
    Sitter,
    person_id=st.uuids(),
    name=st.sampled_from(("Wen Liu", "Kofi Boateng", "Ruth Tamihana")),
    is_trainee=rarely,
    is_open=mostly,
    has_account=mostly,
    is_staff=mostly,
    tie=st.sampled_from(("",) * 8 + ("is the line manager", "sits in the same circle")),
    before=st.sampled_from(("",) * 8 + ("called the first panel",)),
    signed=st.sampled_from((0, 0, 0, 1, 2)),
    works_there=rarely,
    is_trainer=rarely,
)


@st.composite
def panel_rules(draw: st.DrawFn) -> PanelRule:
    size = draw(st.sampled_from((3, 5)))
    outside = draw(st.integers(0, size))
    return PanelRule(panel=size, outside=outside, assessors_most=draw(st.integers(0, size - outside)), appeal_days=30)


def somebody(name: str = "Wen Liu", **more: object) -> Sitter:
    return Sitter(uuid.uuid4(), name, **more)  # type: ignore[arg-type]


# What votes come to


@given(votes, st.randoms())
def test_the_order_of_votes_never_matters(cast: list[str], chance: object) -> None:
    before = outcome(cast)
    chance.shuffle(cast)  # type: ignore[attr-defined]
    assert outcome(cast) == before


@given(votes)
def test_what_is_decided_is_what_more_than_half_say(cast: list[str]) -> None:
    found = outcome(cast)
    most = [kind for kind in KINDS if cast.count(kind) * 2 > len(cast)]
    assert found.kind == (most[0] if most else "")
    assert found.unanimous == (len(set(cast)) == 1)
    assert not found.kind or cast.count(found.kind) + found.against == len(cast)


@pytest.mark.parametrize(
    ("cast", "sentence"),
    [
        (["ready"] * 3, "All three say ready"),
        (["ready", "ready", "stay"], "Two say ready, one says otherwise. Answer that one in writing"),
        (["stay"] * 3 + ["ready", "not_yet"], "Three say stay, two say otherwise. Answer them in writing"),
        (["ready", "stay", "not_yet"], "There is no majority. Talk, and vote once more"),
    ],
)
def test_opened_votes_say_what_they_come_to(cast: list[str], sentence: str) -> None:
    assert rules.headline(cast, outcome(cast)) == sentence


def test_of_hidden_votes_only_their_number_is_said() -> None:
    said = [rules.count_in_words(many, 3) for many in range(4)]
    assert said[:2] == ["None of three has voted", "One of three has voted"]
    assert said[2:] == ["Two of three have voted", "Three of three have voted"]


# Who may sit


@given(panel_rules(), st.lists(sitters, max_size=4), sitters)
def test_nobody_with_a_conflict_is_ever_offered(rule: PanelRule, seated: list[Sitter], each: Sitter) -> None:
    assume(len(seated) < rule.panel)
    if rules.kept_off(each, rule, seated):
        return
    assert not each.conflict
    assert (each.is_trainee, each.tie, each.before) == (False, "", "")
    assert each.is_open
    assert each.has_account
    assert each.is_staff
    assert not each.signed or sum(other.signed > 0 for other in seated) < rule.assessors_most


@given(panel_rules(), st.lists(sitters, min_size=3, max_size=5))
def test_a_panel_that_fits_keeps_every_part_of_its_rule(rule: PanelRule, chosen: list[Sitter]) -> None:
    if rules.misfit(chosen, rule):
        return
    assert len(chosen) == rule.panel
    assert not any(each.conflict for each in chosen)
    assert sum(each.signed > 0 for each in chosen) <= rule.assessors_most
    assert sum(not each.not_outside for each in chosen) >= rule.outside
    assert not rules.lacking(chosen, rule)


@given(panel_rules(), st.lists(sitters, max_size=5))
def test_everybody_who_may_take_the_last_seat_makes_a_panel_that_fits(rule: PanelRule, chosen: list[Sitter]) -> None:
    """Filling seats one by one with whoever may sit never ends in a panel that breaks the rule."""
    seated: list[Sitter] = []
    for each in chosen:
        if len(seated) < rule.panel and not rules.kept_off(each, rule, seated):
            seated.append(each)
    assert len(seated) < rule.panel or not rules.misfit(seated, rule)


def test_the_last_seat_is_kept_for_somebody_from_outside() -> None:
    seated = [somebody(works_there=True), somebody(works_there=True)]
    because = rules.kept_off(somebody(is_trainer=True), THREE, seated)
    assert because == "is the trainer, and the free seat is for somebody from outside"
    assert not rules.kept_off(somebody(), THREE, seated)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ([somebody(), somebody()], "Choose three people. You chose two."),
        ([], "Choose three people. You chose nobody."),
        ([somebody(), somebody("Ruth Tamihana", tie="is the line manager"), somebody()],
         "Ruth Tamihana is the line manager."),
        ([somebody("Ruth Tamihana", signed=2), somebody("Kofi Boateng", signed=1), somebody()],
         "Ruth and Kofi signed sessions. At most one of those who did may sit."),
        ([somebody(works_there=True)] * 3,
         "One of them should come from outside and have signed nothing. You chose 0."),
    ],
)  # fmt: skip
def test_what_breaks_the_rule_is_said_in_a_sentence(chosen: list[Sitter], sentence: str) -> None:
    assert rules.misfit(chosen, THREE) == sentence


def test_where_no_panel_can_be_made_at_all_it_is_said() -> None:
    few = [somebody(), somebody(signed=1), somebody(signed=4)]
    assert rules.lacking(few, THREE).startswith("Three people are needed, and two may sit together.")
    near = [somebody(works_there=True)] * 3
    assert rules.lacking(near, THREE).startswith("Nobody who may sit comes from outside")


# What changed on the page


def test_the_same_evidence_on_another_day_changes_nothing_and_a_lost_signature_does() -> None:
    standard = get_standard("certified", 3)
    before = judge(standard, amara(), AT)
    assert rules.changes(before, before) == []
    evidence = amara()
    fewer = evidence.model_copy(update={"sessions": evidence.sessions[1:]})
    changed = rules.changes(before, judge(standard, fewer, AT))
    assert "Six sessions led and signed" in [each.title for each in changed]
    assert "“Six sessions led and signed”" in rules.told(changed)


def test_another_version_of_the_standard_is_another_page() -> None:
    old, new = (judge(get_standard("certified", version), Evidence(), AT) for version in (1, 2))
    assert [each.title for each in rules.changes(old, new)] == ["The standard"]


def test_what_the_signs_do_not_suggest_needs_its_own_reason() -> None:
    whole = judge(get_standard("certified", 3), amara(), AT)
    empty = judge(get_standard("certified", 3), Evidence(), AT)
    assert rules.exceptional("ready", whole) == rules.exceptional("stay", empty) == ""
    assert rules.exceptional("stay", whole) == "Everything is there. Why is more time needed?"
    assert rules.exceptional("ready", empty).startswith("Why decide with")


def test_an_appeal_is_open_for_as_many_days_as_the_standard_says() -> None:
    assert rules.appeal_until(date(2026, 5, 13), 30) == date(2026, 6, 12)


# What a standard says of it


def written(tmp_path: Path, rule: str) -> Path:
    (tmp_path / "certified-3.yaml").write_text(TEXT.replace("clauses:\n", f"{rule}\nclauses:\n", 1), "utf-8")
    return tmp_path


def test_a_standard_may_ask_for_a_panel_and_its_page_says_so(tmp_path: Path) -> None:
    rule = "decision: {panel: 3, assessors_most: 1, outside: 1, appeal_days: 30}"
    standard = load_standards(written(tmp_path, rule))["certified", 3]
    assert standard.decision == THREE
    assert standard.content_hash != get_standard("certified", 3).content_hash
    found = judge(standard, amara(), AT)
    assert found.headline == "Everything is there. A panel of three decides"
    assert "A panel of three reads them, decides" in found.lede


def test_a_standard_that_says_nothing_of_it_is_what_it_was() -> None:
    hashes = [get_standard("certified", version).content_hash[:12] for version in (1, 2, 3)]
    assert all(get_standard("certified", version).decision is None for version in (1, 2, 3))
    assert hashes == HASHES


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("{panel: 4, assessors_most: 1, outside: 1, appeal_days: 30}", "another odd number of people"),
        ("{panel: 1, assessors_most: 0, outside: 1, appeal_days: 30}", "3, 5 or another odd number"),
        ("{panel: 3, assessors_most: 0, outside: 4, appeal_days: 30}", "has no room for 4 people from outside"),
        ("{panel: 3, assessors_most: 3, outside: 1, appeal_days: 30}", "never has 3 who signed beside 1 from outside"),
        ("{panel: 3, assessors_most: 1, outside: 1, appeal_days: 0}", "greater than or equal to 1"),
        ("{panel: 3, assessors_most: 1, outside: 1}", "Field required"),
    ],
)
def test_a_panel_that_could_never_sit_is_refused_with_file_and_line(tmp_path: Path, rule: str, sentence: str) -> None:
    with pytest.raises(ContentError) as error:
        load_standards(written(tmp_path, f"decision: {rule}"))
    [problem] = error.value.problems
    assert sentence in problem
    assert f"certified-3.yaml:{TEXT[: TEXT.index('clauses:')].count(chr(10)) + 1}:" in problem


def test_an_outcome_without_votes_is_none() -> None:
    assert outcome([]) == Outcome("", 0)
