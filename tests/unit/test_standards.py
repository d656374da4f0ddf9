"""Standards and rubrics: the published ones are whole, and a broken one is named by file and line."""

from pathlib import Path

import pytest

from assessments.asks import Levels
from assessments.bank import current
from assessments.levels import LEVELS, level
from assessments.standards import (
    CONTENT,
    UnknownStandard,
    all_rubrics,
    get_rubric,
    get_standard,
    load_rubrics,
    load_standards,
)
from courses.source import ContentError

CERTIFIED = (CONTENT / "standards" / "certified-1.yaml").read_text("utf-8")


def problem(tmp_path: Path, text: str, name: str = "certified-1.yaml") -> str:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(ContentError) as error:
        load_standards(tmp_path)
    return "\n".join(error.value.problems).replace(f"{tmp_path}/", "")


def test_the_standard_we_publish_is_read_with_its_gates() -> None:
    standard, first = get_standard("certified"), get_standard("certified", 1)
    assert (standard.id, standard.version, standard.valid_months) == ("certified", 8, 24)
    assert [c.id for c in standard.clauses if c.gate] == [
        "before-leading", "seen-by-four", "entrusted", "heard", "duty-to-act",
    ]  # fmt: skip
    before = get_standard("certified", 5)
    assert before.clauses[:-1] == get_standard("certified", 4).clauses
    assert [each.id for each in standard.clauses if each not in before.clauses] == [
        "lessons", "before-leading", "without-advice", "duty-to-act", "coded-together", "under-pressure",
    ]  # fmt: skip
    assert (get_standard("certified", 3).clauses, first.unlock) == (first.clauses, None)
    leading = standard.before("leading")
    assert leading is not None
    assert leading == get_standard("certified", 6).before("leading")
    assert leading.lessons == standard.clauses[1].lessons  # type: ignore[union-attr]


def test_whoever_signs_is_asked_for_a_figure_from_version_3_on_and_older_ones_are_what_they_were() -> None:
    assert get_standard("certified").calibration == get_standard("certified", 3).calibration
    newest, second, first = (get_standard("certified", version) for version in (3, 2, 1))
    assert newest.calibration is not None
    assert newest.calibration.in_words() == "κ\u00a00.60 or more on 40 questions, every 12 months"
    assert (second.calibration, first.calibration) == (None, None)
    assert (newest.clauses, newest.unlock) == (second.clauses, second.unlock)


def test_an_associate_is_heard_and_has_passed_the_test_of_40_questions() -> None:
    newest, first = get_standard("associate", 2), get_standard("associate", 1)
    assert newest.clauses[: len(first.clauses)] == first.clauses
    assert [(each.kind, each.gate) for each in newest.clauses[len(first.clauses) :]] == [
        ("knowledge-test", False), ("values-interview", True),
    ]  # fmt: skip
    blueprint = current().get_blueprint("associate")
    assert sum(row.items for row in blueprint.rows) == 40


def test_a_kind_of_figure_is_asked_for_once(tmp_path: Path) -> None:
    twice = "    - {kind: icc_rubric, at_least: 0.7, items: 4}\n" * 2
    text = CERTIFIED.replace("clauses:\n", f"calibration:\n  every_months: 12\n  figures:\n{twice}clauses:\n", 1)
    assert "a kind of figure stands here twice" in problem(tmp_path, text)


def test_an_unknown_standard_or_version_is_said() -> None:
    with pytest.raises(UnknownStandard):
        get_standard("certified", 99)
    with pytest.raises(UnknownStandard):
        get_rubric("nothing")


def test_the_newest_version_is_used_and_the_old_one_stays(tmp_path: Path) -> None:
    (tmp_path / "certified-1.yaml").write_text(CERTIFIED, "utf-8")
    (tmp_path / "certified-2.yaml").write_text(CERTIFIED.replace("version: 1", "version: 2"), "utf-8")
    assert sorted(load_standards(tmp_path)) == [("certified", 1), ("certified", 2)]


def test_the_hash_follows_the_meaning_and_not_the_layout(tmp_path: Path) -> None:
    def hashed(text: str) -> str:
        (tmp_path / "certified-1.yaml").write_text(text, "utf-8")
        return load_standards(tmp_path)["certified", 1].content_hash

    assert hashed(CERTIFIED) == hashed("# A note for authors\n" + CERTIFIED)
    assert hashed(CERTIFIED) != hashed(CERTIFIED.replace("least: 6", "least: 7"))


def test_an_unknown_key_is_refused_on_its_own_line(tmp_path: Path) -> None:
    text = CERTIFIED.replace("    least: 6\n", "    least: 6\n    leastt: 6\n")
    line = text[: text.index("leastt")].count("\n") + 1
    assert problem(tmp_path, text).startswith(f"certified-1.yaml:{line}: clauses.2.sessions-led.leastt: ")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("id: led", "id: lessons", "“lessons” is used twice"),
        ("after: before-leading", "after: nothing", "comes after “nothing”, which should stand above it"),
        ("never_below: 3", "never_below: 5", "refuses levels that it also asks for"),
        ("gate: true", "gate: false", "a standard needs a gate"),
        ("kind: sessions-led", "kind: hours-led", "hours-led"),
        ("lower_bound: 0.60", "lower_bound: 60", "less than 1"),
        ("least: 6", "least: 0", "greater than or equal to 1"),
        ("days: 90", "days: 2", "asks for 3 sessions in 2 days; nobody leads more than one a day"),
        ("questions: 52", "questions: 500", "one has 60 at most"),
        ("lower_bound: 0.60", "lower_bound: 0.999", "240 open questions of 240 reach 0.99"),
    ],
)
def test_a_standard_that_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert sentence in problem(tmp_path, CERTIFIED.replace(old, new))


def test_a_file_is_named_after_its_id_and_version(tmp_path: Path) -> None:
    assert "should be named “certified-1.yaml”" in problem(tmp_path, CERTIFIED, "certified.yaml")


def test_every_broken_file_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "a-1.yaml").write_text("id: a\n", "utf-8")
    found = problem(tmp_path, "id: b\n", "b-1.yaml")
    assert "a-1.yaml:1" in found
    assert "b-1.yaml:1" in found


def test_the_practice_rubric_has_ten_rows_with_five_anchors_each(tmp_path: Path) -> None:
    rubric = get_rubric()
    titles = "Contract, Stance, Listening, Question care, Problem first, Silence, Balance, Safety, Time, Fading"
    assert ", ".join(row.title for row in rubric.rows) == titles
    assert len({anchor for row in rubric.rows for anchor in row.anchors}) == 50
    assert [row.title for row in rubric.rows if "watched" in row.roles] == [*titles.split(", ")[1:4], "Silence"]
    text = (CONTENT / "rubrics" / "practice-1.yaml").read_text("utf-8")
    (tmp_path / "practice-1.yaml").write_text(text.replace("id: silence", "id: turns"), "utf-8")
    with pytest.raises(ContentError, match="every row needs its own id"):
        load_rubrics(tmp_path)
    assert len(rubric.content_hash) == 64


def test_an_older_rubric_is_what_it_was_when_people_signed_under_it() -> None:
    old = get_rubric("practice", 1)
    assert [row.id for row in old.rows] == ["frame", "asking", "silence", "turns", "problem"]
    assert old.content_hash == "4b096b694261593ffc9c78521a7f05eca85a1890012cf740bb0565d1cfec6816"
    assert [each.version for each in all_rubrics()] == [2, 1]


def test_levels_are_five_named_places_and_standards_use_no_other() -> None:
    assert [each.number for each in LEVELS] == [1, 2, 3, 4, 5]
    assert level(4).name == "Independent"
    rule = next(c for c in get_standard("certified").clauses if isinstance(c, Levels))
    assert level(rule.at_least).name in rule.title
