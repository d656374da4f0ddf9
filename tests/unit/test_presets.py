"""Presets: like what others ask, marked as ours, and everything in them can be reached by somebody."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from assessments.asks import PriorAward
from assessments.presets import FOLDER, load_presets, read_preset
from assessments.readiness import judge
from assessments.standards import CONTENT, Standard, load_standards
from courses.source import ContentError
from tests.unit.attainable import meets
from tests.unit.made_evidence import standards
from tests.unit.readiness_examples import AT

PRESETS = load_presets()
PUBLISHED = load_standards(CONTENT / "standards")
WIAL = (FOLDER / "like-wial.yaml").read_text("utf-8")


def problem(folder: Path, text: str, name: str = "like-wial.yaml") -> str:
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(ContentError) as error:
        load_presets(folder)
    return "\n".join(error.value.problems).replace(f"{folder}/", "")


def test_there_is_one_like_each_of_three_bodies_with_sources_and_what_it_leaves_out() -> None:
    assert list(PRESETS) == ["like-emcc", "like-icf", "like-wial"]
    for name, preset in PRESETS.items():
        assert preset.standard.id == name
        assert any(clause.gate for clause in preset.standard.clauses)
        assert all(source.startswith("https://") for source in preset.sources)
        assert preset.left_out


@pytest.mark.parametrize("standard", [each.standard for each in PRESETS.values()], ids=lambda each: each.id)
def test_every_preset_can_be_met_and_nobody_meets_it_with_nothing(standard: Standard) -> None:
    assert judge(standard, meets(standard, AT), AT).ready
    assert not judge(standard, meets(standard, AT).model_copy(update={"sessions": ()}), AT).ready


@pytest.mark.parametrize("standard", list(PUBLISHED.values()), ids=lambda each: f"{each.id}-{each.version}")
def test_every_published_standard_can_be_met(standard: Standard) -> None:
    assert judge(standard, meets(standard, AT), AT).ready


@settings(max_examples=25, deadline=None)
@given(standards())
def test_whatever_standard_is_accepted_can_be_met(standard: Standard) -> None:
    assert judge(standard, meets(standard, AT), AT).ready


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("title: Like WIAL’s first", "title: WIAL’s first", "should begin with “Like ”, since it is ours"),
        ("title: Like a certified", "title: A certified", "should begin with “Like ”, since it is ours"),
        ("answers to cases.", "answers to cases", "should be a sentence and end with a full stop"),
        ("gate: true", "gate: false", "a standard needs a gate"),
        ("body: World", "bodies: World", "body: Field required"),
    ],
)
def test_a_preset_that_could_be_taken_for_the_body_s_own_or_is_not_whole_is_refused(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in WIAL
    assert sentence in problem(tmp_path, WIAL.replace(old, new))


def test_a_preset_lies_in_a_file_of_its_own_name_and_asks_for_no_standard_that_there_is_not(tmp_path: Path) -> None:
    assert problem(tmp_path, WIAL, "wial.yaml").startswith("wial.yaml:1: the file should be named “like-wial.yaml”")
    (tmp_path / "wial.yaml").unlink()
    prior = "    - {id: before, kind: prior-award, title: Before, standard: nothing}\n"
    text = WIAL.replace("  clauses:\n", f"  clauses:\n{prior}")
    line = text[: text.index("nothing")].count("\n") + 1
    assert problem(tmp_path, text) == (
        f"like-wial.yaml:{line}: “before” asks for “nothing”, and there is no such standard"
    )
    (tmp_path / "like-wial.yaml").write_text(text.replace("nothing", "certified"), "utf-8")
    assert any(isinstance(each, PriorAward) for each in read_preset(tmp_path / "like-wial.yaml").standard.clauses)
