"""What comes before a deed: what is missing is named, what ran out is named with its day, and more never locks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import ladder
from assessments.asks import LessonsDone
from assessments.standards import CONTENT, get_rubric, get_standard, load_standards
from assessments.unlocking import Before, Known, Left, Rated, before, before_of, holds, what_is_left
from assessments.wording import add_months
from courses import catalogue
from courses.source import ContentError
from lms.core.content import untaught

LESSONS = ("M01-L1", "M02-L1", "M08-L4")
RULE = Before(before="alone", problems_held=1, lessons=LESSONS, rated=(Rated(row="time", at_least=3),))
YEARLY = LessonsDone(id="duty", kind="lessons-done", title="Duty", lessons=("M08-L4",), holds_months=12)
AT = date(2027, 3, 1)
NAMES = {"M01-L1": "Why peers", "M02-L1": "The round", "M08-L4": "Duty to act", "time": "Time"}
days = st.dates(date(2024, 1, 1), AT)
someone = st.builds(
    Known,
    problems=st.integers(0, 3),
    done=st.dictionaries(st.sampled_from(LESSONS), days),
    rated=st.dictionaries(st.sampled_from(["time", "asking"]), st.integers(1, 5)),
)


def left_of(known: Known, on: date = AT) -> Left:
    return what_is_left(RULE, [YEARLY], known, on)


@given(someone)
def test_every_lesson_is_missing_or_ran_out_or_is_there_and_never_two_of_these(known: Known) -> None:
    left = left_of(known)
    again = {lesson for lesson, _ in left.again}
    assert set(left.lessons) == set(LESSONS) - set(known.done)
    assert again <= set(known.done) & {"M08-L4"}
    assert not again & set(left.lessons)
    assert bool(left.rated) == (known.rated.get("time", 0) < 3)


@given(someone, st.sampled_from(LESSONS), st.integers(1, 5))
def test_whoever_does_more_today_has_never_more_left(known: Known, lesson: str, level: int) -> None:
    rated = {**known.rated, "time": max(level, known.rated.get("time", 0))}
    more = Known(known.problems + 1, {**known.done, lesson: AT}, rated)
    was, now = left_of(known), left_of(more)
    assert set(now.lessons) <= set(was.lessons)
    assert {each for each, _ in now.again} <= {each for each, _ in was.again}
    assert now.problems <= was.problems
    assert len(now.rated) <= len(was.rated)


@given(days)
def test_what_holds_for_a_year_opens_until_its_last_day_and_not_a_day_longer(done_on: date) -> None:
    known = Known(1, {"M01-L1": done_on, "M02-L1": done_on, "M08-L4": done_on}, {"time": 3})
    last = add_months(done_on, 12)
    assert not left_of(known, last)
    assert left_of(known, last).holds == ("M08-L4", last)
    assert left_of(known, last + timedelta(days=1)).again == (("M08-L4", last),)


@given(someone)
def test_every_name_of_what_is_missing_is_in_the_sentence(known: Known) -> None:
    left = left_of(known)
    said = before(left, NAMES)
    assert bool(said) == bool(left)
    assert all(f"“{NAMES[each]}”" in said for each in (*left.lessons, *(lesson for lesson, _ in left.again)))
    assert not (said and holds(left, NAMES))


def test_the_sentences() -> None:
    left = left_of(Known(0, {"M02-L1": AT, "M08-L4": date(2026, 2, 3)}, {"time": 2}))
    assert before(left, NAMES) == (
        "Before you lead with no trainer there, bring a problem of your own to a circle and write that session up, "
        "do “Why peers”, do “Duty to act” once more (it held until 3 February 2027) and be rated 3 or more for "
        "“Time” in a signed session."
    )
    assert before_of(Left("hand-over", lessons=("M01-L1",)), "Amara Osei", NAMES) == (
        "Amara Osei has not yet done “Why peers”. Until then they cannot sign its hand-over as the one who facilitates."
    )
    assert holds(Left("leading", holds=("M08-L4", date(2027, 5, 3))), NAMES) == (
        "What comes before you lead or share the lead is there. “Duty to act” holds until 3 May 2027."
    )
    assert before(Left("leading"), NAMES) == before_of(Left("leading"), "Amara", NAMES) == ""
    assert holds(Left("leading"), NAMES) == ""


def test_an_older_version_says_the_same_in_its_own_form() -> None:
    assert get_standard("certified", 1).before("leading") is None
    older = get_standard("certified", 6).before("leading")
    assert older == get_standard("certified").before("leading")
    assert get_standard("certified", 6).before("alone") is None
    assert get_standard("certified", 6).content_hash != get_standard("certified", 7).content_hash


@pytest.mark.parametrize("award", [each.id for each in ladder.RUNGS])
def test_what_the_syllabus_names_comes_first_in_the_newest_versions(award: str) -> None:
    standard = get_standard(award)
    taught = {module: [each.id for each in catalogue.current().lessons if each.id.startswith(module)] for module in
              ("M01", "M02", "M03", "M04", "M05", "M06", "M08", "M12")}  # fmt: skip
    hand_over = standard.before("hand-over")
    assert hand_over is not None
    assert hand_over.lessons == ("M11-L1", "M11-L3")
    alone, assessing = standard.before("alone"), standard.before("assessing")
    if award == "lead":
        assert alone is None  # whoever trains for it leads alone already
        assert assessing is not None
        assert list(assessing.lessons) == taught["M12"]
        # “level:certified” and a figure that holds are asked by the ladder and by what everybody shows who signs.
        assert not ladder.rung_of(award).early
        assert ladder.asked_before(standard) == ("certified",)
        assert standard.calibration is not None
        return
    assert assessing is None
    assert alone is not None
    assert set(alone.lessons) == {each for name in taught if name != "M12" for each in taught[name]}
    assert {each.row: each.at_least for each in alone.rated} == {"time": 3, "asking": 3}
    assert {each.row for each in alone.rated} <= {row.id for row in get_rubric().rows}


NEWEST = (CONTENT / "standards" / "certified-7.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("before: alone", "before: leading", "what comes before “leading” stands here twice"),
        ("before: alone", "before: dancing", "unlocks.1.before"),
        ("    lessons: [M11-L1, M11-L3]\n", "", "nothing comes before “hand-over” here"),
        ("unlocks:\n", "unlock: {problems_held: 1}\nunlocks:\n", "stands under “unlock” as well"),
        ("at_least: 3", "at_least: 6", "less than or equal to 5"),
    ],
)
def test_what_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "certified-7.yaml").write_text(NEWEST.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError) as error:
        load_standards(tmp_path)
    assert said in "\n".join(error.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("[M11-L1, M11-L3]", "[M11-L9]", "comes the lesson M11-L9"), ("row: time", "row: tempo", "comes the row tempo")],
)
def test_what_nobody_could_ever_do_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "certified-7.yaml"
    path.write_text(NEWEST.replace(old, new, 1), "utf-8")
    (standard,) = load_standards(tmp_path).values()
    line = path.read_text("utf-8")[: path.read_text("utf-8").index(new)].count("\n") + 1
    (problem,) = untaught(standard, path, catalogue.current())
    assert problem.startswith(f"{path}:{line}: ")
    assert said in problem
