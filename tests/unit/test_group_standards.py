"""Standards for circles: the published one is whole, and one that contradicts itself is named by file and line."""

from datetime import date
from pathlib import Path

import pytest

from assessments import group_standards
from assessments.group_asks import OfMembers
from assessments.group_standards import get_group_standard, load_group_standards, standard_in_force
from assessments.standards import CONTENT, UnknownStandard
from courses.source import ContentError, Store
from lms.core import content

TEXT = (CONTENT / "group-standards" / "self-facilitating-1.yaml").read_text("utf-8")


def problem(tmp_path: Path, text: str, name: str = "self-facilitating-1.yaml") -> str:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(ContentError) as error:
        load_group_standards(tmp_path)
    return "\n".join(error.value.problems).replace(f"{tmp_path}/", "")


def test_the_standard_we_publish_names_seven_stages_and_asks_before_two() -> None:
    standard = get_group_standard()
    assert [stage.id for stage in standard.stages] == ["G1", "G2a", "G2b", "G3a", "G3b", "G4", "G5"]
    assert [entry.stage for entry in standard.entries] == ["G3a", "G4"]
    gates = ["no-open-case", "limits-known", "contract", "hosts", "sponsor", "help-known"]
    for entry in standard.entries:
        assert [clause.id for clause in entry.clauses if clause.gate] == gates
    with pytest.raises(UnknownStandard):
        get_group_standard("self-facilitating", 99)


def test_so_many_members_are_a_number_or_a_share_rounded_up_whichever_is_more() -> None:
    first, second = (
        next(c for c in entry.clauses if isinstance(c, OfMembers)).least for entry in get_group_standard().entries
    )
    assert [first.of(n) for n in (4, 5, 6, 7, 8)] == [3, 3, 3, 4, 4]
    assert [second.of(n) for n in (4, 5, 6, 7, 8, 10)] == [4, 4, 5, 5, 6, 7]


def test_the_hash_follows_the_meaning_and_not_the_layout(tmp_path: Path) -> None:
    def hashed(text: str) -> str:
        (tmp_path / "self-facilitating-1.yaml").write_text(text, "utf-8")
        return load_group_standards(tmp_path)["self-facilitating", 1].content_hash

    assert (
        hashed(TEXT)
        == hashed("# A note for authors\n" + TEXT)
        == get_group_standard("self-facilitating", 1).content_hash
    )
    assert hashed(TEXT) != hashed(TEXT.replace("recency_days: 90", "recency_days: 91"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("gate: true", "gate: false", "a standard needs a gate for every stage"),
        ("least: 3\n        of_last: 4", "least: 5\n        of_last: 4", "“own-running” asks for 5 of the last 4"),
        ("{number: 3, share: 0.5}", "{number: 9}", "“seats” asks for 9 different members, and a circle has 8 at most"),
        ("{number: 3, share: 0.5}", "{number: 5}", "“seats” asks for 5 different members of a circle of 4"),
        ("{number: 3, share: 0.5}", "{}", "should have a number, a share, or both"),
        ("of_last: 12", "of_last: 7", "“both-roles” asks for 8 different members of a circle of 8 in the last 7"),
        ("none_below: 3.0", "none_below: 6.0", "asks more of the lowest answer than of the median"),
        ("largest_share_most: 0.40", "largest_share_most: 0.16", "allows one member less than an even share, 1 of 6"),
        ("independent: 1", "independent: 3", "more independent observers than observers"),
        ("turns: 52", "turns: 1", "asks for fewer turns than sessions"),
        ("id: help-known", "id: limits-known", "“limits-known” is used twice"),
        ("id: help-known", "id: members", "“members” is used twice"),
        ("- stage: G3a", "- stage: G1", "“G1” is no stage that a circle could enter"),
        ("- stage: G4", "- stage: G3a", "every stage should stand here once"),
        ("fewest_answers: 4", "fewest_answers: 3", "greater than or equal to 4"),
        ("fewest_members: 4", "fewest_members: 3", "greater than or equal to 4"),
        ("coders: 2", "coders: 1", "greater than or equal to 2"),
        ("kind: balance", "kind: harmony", "harmony"),
    ],
)
def test_a_standard_that_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    assert sentence in problem(tmp_path, TEXT.replace(old, new))


def test_a_circle_steps_back_to_an_earlier_stage_or_not_at_all(tmp_path: Path) -> None:
    newest = (CONTENT / "group-standards" / "self-facilitating-2.yaml").read_text("utf-8")
    text = newest.replace("step_back_to: G2b", "step_back_to: G5")
    assert "“G5” is no stage to step back to" in problem(tmp_path, text, "self-facilitating-2.yaml")


def test_a_mistake_is_named_by_the_line_of_its_clause(tmp_path: Path) -> None:
    text = TEXT.replace("of_last: 12", "of_last: 7", 1)
    line = text[: text.index("- id: both-roles")].count("\n") + 1
    assert problem(tmp_path, text).startswith(f"self-facilitating-1.yaml:{line}: entries.0.clauses.14.")


def test_checking_all_content_reads_the_standards_for_circles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert content.problems() == []
    (tmp_path / "group-standards").mkdir()
    (tmp_path / "group-standards" / "broken-1.yaml").write_text("id: broken\n", "utf-8")
    monkeypatch.setattr("assessments.standards.CONTENT", tmp_path)
    assert any("group-standards/broken-1.yaml:1: " in each for each in content.problems())


def test_a_circle_stays_on_the_version_that_was_in_force_when_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version, since in ((1, "2026-12-01"), (2, "2027-03-01"), (3, "2027-09-01")):
        text = TEXT.replace("version: 1", f"version: {version}").replace("2026-12-01", since)
        (tmp_path / f"self-facilitating-{version}.yaml").write_text(text, "utf-8")
    monkeypatch.setattr(group_standards, "_group_standards", Store(tmp_path, load_group_standards))
    began = [date(2026, 11, 1), date(2026, 12, 1), date(2027, 2, 28), date(2027, 3, 1), date(2030, 1, 1)]
    assert [standard_in_force(day).version for day in began] == [1, 1, 1, 2, 3]
    with pytest.raises(UnknownStandard):
        standard_in_force(date(2027, 1, 1), "no-such-standard")
