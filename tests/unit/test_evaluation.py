"""The coach is measured against people: tables are read strictly, and figures come out the same for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from assessments.evaluation import Figure, as_text, evaluate
from assessments.gold import Labelled, read_labelled
from assessments.reliability import cohen_kappa, wilson_lower
from courses.source import ContentError
from lms.cli import main

OURS = """id,stratum,text,openness,form,faults
a1,open,What makes this hard now?,open,F-WH,
a2,advice,Have you tried writing it down?,closed,F-YN,X-ADV
a3,closed,Does the director know?,closed,F-YN,
a4,leading,"You are tired of it, aren’t you?",closed,F-TAG,X-LEAD
a5,open,Where would you begin?,open,F-FACT,
a6,stacked,"What happened? And who knew?",,,X-MULT;X-CUR
"""
CODED = """transcript_id,utterance_id,text,coders,coded_question,coded_open,coded_closed,coded_advice
1,0,What makes this hard now?,1,1,1,0,0
1,1,Does the director know?,3,3,1,2,0
2,0,You should ring her.,1,0,0,0,1
2,1,Is it late?,2,2,1,1,0
"""


def _rows(text: str) -> tuple[Labelled, ...]:
    return read_labelled(text.splitlines(), "gold.csv")


def _figures(text: str) -> dict[str, Figure]:
    seen = evaluate(_rows(text), resamples=100)
    return {each.name: each for each in (*seen.overall, *seen.openness, *seen.faults, *seen.rules)}


def test_our_own_table_is_compared_turn_by_turn() -> None:
    figures = _figures(OURS)

    assert (figures["better guess, accuracy"].value, figures["better guess, accuracy"].n) == (0.8, 5)
    assert (figures["X-ADV, precision"].value, figures["X-ADV, recall"].value) == (1.0, 1.0)
    assert (figures["X-MULT, recall"].value, figures["X-MULT, recall"].n) == (1.0, 1)
    assert (figures["form, accuracy"].value, figures["form, accuracy"].n) == (1.0, 5)
    assert figures["rule F-WH-start"].n == 1


def test_coded_turns_are_judged_by_their_majority_and_a_tie_is_left_out() -> None:
    figures = _figures(CODED)

    assert (figures["better guess, accuracy"].value, figures["better guess, accuracy"].n) == (1.0, 2)
    assert (figures["X-SOLV, precision"].value, figures["X-SOLV, precision"].n) == (1.0, 1)
    assert "X-LEAD, recall" not in figures


def test_a_span_holds_its_figure_and_the_same_seed_draws_the_same() -> None:
    first, again = (evaluate(_rows(OURS), seed=5, resamples=200) for _ in range(2))
    other = evaluate(_rows(OURS), seed=6, resamples=200)

    assert first == again
    assert first != other or first.overall[0].low == other.overall[0].low
    for figure in (*first.overall, *first.faults):
        assert figure.low <= figure.value <= figure.high


def test_turns_of_one_transcript_are_drawn_together() -> None:
    """Two transcripts that are wholly right and wholly wrong: no draw in between but a half."""
    lines = ["transcript_id,text,coders,coded_question,coded_open,coded_closed,coded_advice"]
    lines += ["1,What makes this hard now?,1,1,1,0,0"] * 50 + ["2,What makes this hard now?,1,1,0,1,0"] * 50

    accuracy = evaluate(read_labelled(lines, "t.csv"), resamples=400).overall[0]

    assert (accuracy.low, accuracy.value, accuracy.high) == (0.0, 0.5, 1.0)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("id,stratum", "number,stratum", "gold.csv:1: the first line should name the columns; id is missing"),
        ("hard now?,open", "hard now?,wide", "gold.csv:2: openness is “wide”"),
        ("F-YN,X-ADV", "F-YN,X-ADVICE", "gold.csv:3: faults has “X-ADVICE”"),
        ("closed,F-YN,\n", "closed,F-NO,\n", "gold.csv:4: form is “F-NO”"),
        ("Where would you begin?", " ", "gold.csv:6: text is empty"),
        ("a5,open", "a5", "gold.csv:6: this row has more or fewer cells"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(old: str, new: str, sentence: str) -> None:
    assert old in OURS
    with pytest.raises(ContentError) as refused:
        _rows(OURS.replace(old, new, 1))
    assert any(each.startswith(sentence) for each in refused.value.problems), refused.value.problems


@pytest.mark.parametrize("text", ["", "id,stratum,text,openness,faults\n"])
def test_a_table_without_rows_is_refused(text: str) -> None:
    with pytest.raises(ContentError, match=r"gold\.csv:1: "):
        _rows(text)


def test_coded_counts_have_to_be_numbers() -> None:
    with pytest.raises(ContentError, match=r"gold\.csv:2: .*whole numbers"):
        _rows(CODED.replace("now?,1,", "now?,one,"))


def test_the_command_prints_every_figure_with_its_span_and_n(tmp_path: Path) -> None:
    file = tmp_path / "gold.csv"
    file.write_text(OURS, "utf-8")

    told = CliRunner().invoke(main, ["questions", "evaluate", str(file), "--draws", "100", "--seed", "3"])

    assert told.exit_code == 0
    lines = as_text(evaluate(_rows(OURS), seed=3, resamples=100), seed=3, resamples=100)
    assert told.output == "\n".join(lines) + "\n"
    assert "better guess, accuracy             0.800  [" in told.output


def test_the_command_gives_up_with_the_lines_that_are_wrong(tmp_path: Path) -> None:
    file = tmp_path / "gold.csv"
    file.write_text(OURS.replace("X-MULT;X-CUR", "twice"), "utf-8")

    told = CliRunner().invoke(main, ["questions", "evaluate", str(file)])

    assert told.exit_code == 1
    assert f"{file}:7: faults has “twice”" in told.output


# What scikit-learn 1.9.1 (cohen_kappa_score) and statsmodels 0.15.0 (proportion_confint, method "wilson", the lower
# end of 90 % and of 95 %) answered on 28 November 2026. Neither is needed to run these tests.
KAPPAS = [
    ("ooccocccccooococcccoocooocoooccoooocococ", "ooccocccccooococcccoocooocooocooooooococ", 0.8992443324937027),
    (
        "ccucuouuoucuocuuocucocucoucoccocuuuouuuocucocoouuccuuocuoouc",
        "ocucuucuoccoouuuocucocucouuoccocouoouuuouucoooouuocucocuoouu",
        0.6488294314381271,
    ),
    ("occcocoocccc", "coccocoococo", 0.33333333333333337),
]
WILSON = [
    (1, 1, 0.269865948784054, 0.2065493143772374),
    (4, 5, 0.435292553421543, 0.3755346297625252),
    (42, 52, 0.7035175368282587, 0.6810113918634199),
    (19, 22, 0.7034692524858623, 0.6666501283342827),
    (12, 13, 0.7177419569193264, 0.6668604907890041),
    (930, 1000, 0.915535552972175, 0.9124853518487167),
]


@pytest.mark.parametrize(("first", "second", "kappa"), KAPPAS)
def test_kappa_is_what_another_library_says(first: str, second: str, kappa: float) -> None:
    assert cohen_kappa(first, second) == pytest.approx(kappa, abs=1e-12)


@pytest.mark.parametrize(("successes", "n", "one_sided", "two_sided"), WILSON)
def test_wilson_is_what_another_library_says(successes: int, n: int, one_sided: float, two_sided: float) -> None:
    assert wilson_lower(successes, n, z=1.6448536269514722) == pytest.approx(one_sided, abs=1e-12)
    assert wilson_lower(successes, n, z=1.959963984540054) == pytest.approx(two_sided, abs=1e-12)
