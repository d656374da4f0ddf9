"""`lms simulate readiness`: its table, its JSON, a draft, and the sentences with which it gives up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assessments.standards import get_standard
from lms.cli import main

DOCUMENT = Path(__file__).parents[2] / "docs" / "readiness.md"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["simulate", "readiness", "--people", "12", *words])


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The draft that the document gives as an example."""
    (text,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    path = tmp_path / "draft.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_table_has_every_version_the_seed_intervals_and_what_it_does_not_mean() -> None:
    answer = run("--seed", "5")
    assert answer.exit_code == 0
    assert answer.output.startswith("12 made-up facilitators, seed 5, raters as in “swiss”")
    rows = [line for line in answer.output.splitlines() if line.startswith("certified ")]
    assert [row.split("  ")[0] for row in rows] == [
        f"certified {version}" for version in range(1, get_standard("certified").version + 1)
    ]
    assert all(re.search(r"\d% \(\d+\.\d–\d+\.\d\)", row) for row in rows)
    assert "This is a model, not data" in answer.output
    assert run("--seed", "5").output == answer.output


def test_presets_are_run_as_well_and_what_the_model_does_not_make_up_is_said() -> None:
    wial = run("--standard", "like-wial")
    assert "\nlike-wial 1  " in wial.output
    assert "\nTaken as there in like-wial 1: “Watched once”.\n" in wial.output
    lead = run("--standard", "lead")
    assert lead.exit_code == 0
    every = ", ".join(f"lead {version}" for version in range(1, get_standard("lead").version + 1))
    assert f"Not in the table, for the model says nothing about it: {every}.\n" in lead.output
    longer = run("--standard", "like-icf", "--people", "2", "--sessions", "90")
    assert "who are ready within 90 sessions." in longer.output


def test_json_says_the_same_in_numbers() -> None:
    said = json.loads(run("--standard", "certified", "--version", "3", "--noise", "vcu", "--json").output)
    assert (said["people"], said["seed"], said["noise"]) == (12, 1, "vcu")
    (only,) = said["standards"]
    assert (only["standard"], only["version"]) == ("certified", 3)
    assert only["handed_over"]["of"] == 12
    assert only["false_hand_over"]["low"] <= only["false_hand_over"]["high"]


def test_the_draft_of_the_document_can_be_run(draft: Path) -> None:
    answer = run("--file", str(draft))
    assert answer.exit_code == 0
    assert "\ncertified 5  " in answer.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--standard", "nobody"),
            "There is no standard “nobody”. There are: associate 1, associate 2, ",
        ),
        (("--standard", "certified", "--version", "99"), "There is no standard “certified” with version 99. "),
        (("--version", "99"), "There is no standard with version 99. "),
    ],
)
def test_an_unknown_standard_is_said_in_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    answer = run(*words)
    assert answer.exit_code == 1
    assert answer.stderr.startswith(sentence)
    assert not answer.stdout


def test_a_draft_with_a_mistake_is_named_by_file_and_line(draft: Path) -> None:
    draft.write_text(draft.read_text("utf-8").replace("least: 12", "least: none"), "utf-8")
    answer = run("--file", str(draft))
    assert answer.exit_code == 1
    assert re.match(rf"{re.escape(str(draft))}:\d+: clauses\.", answer.stderr)


def test_a_draft_is_not_mixed_with_what_is_published(draft: Path) -> None:
    answer = run("--file", str(draft), "--standard", "certified")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == "A draft is simulated alone. Give --file without --standard and --version.\n"
