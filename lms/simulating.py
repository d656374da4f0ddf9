"""What a standard's rules would do: `lms simulate`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from math import isinf
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from assessments.wording import quoted
from lms.terminal import give_up

if TYPE_CHECKING:
    from assessments.made_up import NoiseName, World
    from assessments.simulation import Outcome, Share
    from assessments.standards import Standard

Row: TypeAlias = "tuple[str, int, Outcome]"

COLUMNS = ("standard", "handed over", "false hand-over", "far short", "false delay", "waited", "assessments", "aim")
MEANING = (
    "This is a model, not data: it says what the rules would do with made-up people and raters (docs/readiness.md),",
    "and not how many of your facilitators are able, nor what the person would decide who reads the signs.",
)


@click.group()
def simulate() -> None:
    """Try rules on made-up people, before they are used on real ones."""


@simulate.command()
@click.option("--standard", "name", metavar="ID", help="Only this standard; else every one there is.")
@click.option("--version", type=int, help="Only this version.")
@click.option(
    "--file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A draft, instead of what is published.",
)
@click.option("--people", type=click.IntRange(min=1), default=400, show_default=True, help="Made-up facilitators.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same people and the same chances.")
@click.option(
    "--noise", type=click.Choice(["swiss", "vcu"]), default="swiss", show_default=True, help="How raters err."
)
@click.option(
    "--half-way",
    type=click.FloatRange(min=0, min_open=True),
    default=4.0,
    show_default=True,
    help="Sessions in which people make half of the way they still have before them.",
)
@click.option("--sessions", type=click.IntRange(min=1), default=40, show_default=True, help="How long one watches.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def readiness(
    name: str | None,
    version: int | None,
    file: Path | None,
    people: int,
    seed: int,
    noise: NoiseName,
    half_way: float,
    sessions: int,
    as_json: bool,
) -> None:
    """How often a standard would hand over too early or too late, and after how many assessments.

    What is published and the presets are run. Exit 1 with a sentence where there is no such standard, or the file of
    one is wrong.
    """
    from assessments.made_up import NOISE, People, World
    from assessments.simulation import is_simulated

    found = _draft(file, name, version) if file else _published(name, version)
    standards = [each for each in found if is_simulated(each)]
    rows = _run(standards, World(NOISE[noise], People(half_way=half_way), sessions), people, seed)
    asked = {"people": people, "seed": seed, "noise": noise, "half_way": half_way, "sessions": sessions}
    notes = _notes(found)
    if as_json:
        click.echo(
            json.dumps(
                {**asked, "standards": [_as_json(row) for row in rows], "notes": notes, "meaning": " ".join(MEANING)},
                indent=2,
            )
        )
        return
    for line in _lines(rows, asked, notes):
        click.echo(line)


def _published(name: str | None, version: int | None) -> list[Standard]:
    """What stands in the folders of standards, by id and version, and of presets."""
    from assessments.presets import load_presets
    from assessments.standards import CONTENT, load_standards
    from courses.source import ContentError

    try:
        shelf = load_standards(CONTENT / "standards")
        presets = {(name, each.standard.version): each.standard for name, each in load_presets().items()}
    except ContentError as error:
        give_up(error.problems)
    ordered = {key: shelf[key] for key in sorted(shelf)} | presets
    found = [each for key, each in ordered.items() if name in (None, key[0]) and version in (None, key[1])]
    if not found:
        known = ", ".join(f"{standard} {number}" for standard, number in ordered)
        give_up([f"There is no standard {_called(name, version)}. There are: {known}."])
    return found


def _called(name: str | None, version: int | None) -> str:
    words = [f"“{name}”" if name else "", f"with version {version}" if version is not None else ""]
    return " ".join(filter(None, words))


def _draft(file: Path, name: str | None, version: int | None) -> list[Standard]:
    from assessments.standards import Standard
    from courses.source import ContentError, read_yaml

    if name or version is not None:
        give_up(["A draft is simulated alone. Give --file without --standard and --version."])
    try:
        return [read_yaml(file, Standard)]
    except ContentError as error:
        give_up(error.problems)


def _run(standards: Iterable[Standard], world: World, people: int, seed: int) -> list[Row]:
    """One outcome for each; versions that ask the same of the evidence are run once."""
    from assessments.simulation import simulate as run

    known: dict[object, Outcome] = {}
    rows = []
    for each in standards:
        asks = (each.clauses, each.award.level, each.tiers)
        if asks not in known:
            known[asks] = run(each, world, people, seed)
        rows.append((each.id, each.version, known[asks]))
    return rows


def _notes(found: Sequence[Standard]) -> list[str]:
    """What the table does not say: standards that are not in it, and clauses that were taken as there."""
    from assessments.simulation import is_simulated, left_out

    away = [f"{each.id} {each.version}" for each in found if not is_simulated(each)]
    said = [f"Not in the table, for the model says nothing about it: {', '.join(away)}."] if away else []
    for each in found:
        taken = [clause.title for clause in left_out(each)] if is_simulated(each) else []
        said += [f"Taken as there in {each.id} {each.version}: {quoted(taken)}."] if taken else []
    return said


def _lines(rows: Sequence[Row], asked: dict[str, Any], notes: Sequence[str]) -> list[str]:
    cells = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    how = "{people} made-up facilitators, seed {seed}, raters as in “{noise}”, half way in {half_way:g} sessions."
    alike = len({id(outcome) for *_, outcome in rows}) < len(rows)
    same = ["Equal rows: these versions ask the same of the evidence. They differ in what the model does not know."]
    legend = _legend(asked["sessions"])
    return [how.format(**asked), "", *table, "", *(same if alike else []), *notes, *legend, *MEANING]


def _legend(sessions: int) -> list[str]:
    from assessments.simulation import AIM, FAR, MARGIN, PATIENCE

    return [
        f"Handed over: of all, who are ready within {sessions} sessions. In brackets: 95% intervals.",
        f"False hand-over: of those handed over, whose true ability is more than {MARGIN:g} below the level entrusted.",
        f"Far short: of those handed over, who are {FAR:g} of a level or more below that line.",
        f"False delay: of those seen to become able, who are not handed over within {PATIENCE} more sessions.",
        "Waited: how many sessions the one in the middle of these led between the two.",
        "Assessments: of those handed over, the mean, and the number that nine of ten did not exceed.",
        f"Aim: false hand-over {100 * AIM:g}% or less; met or missed when the whole interval says so, otherwise open.",
        "",
    ]


def _cells(row: Row) -> tuple[str, ...]:
    name, version, outcome = row
    used = "none"
    if outcome.assessments_mean is not None:
        used = f"{outcome.assessments_mean:.1f}, {outcome.assessments_p90}"
    return (
        f"{name} {version}",
        _interval(outcome.handed_over),
        _interval(outcome.false_hand_over),
        _interval(outcome.far_short),
        _interval(outcome.false_delay),
        "unknown" if outcome.waited is None else "for ever" if isinf(outcome.waited) else f"{outcome.waited:g}",
        used,
        outcome.aim,
    )


def _interval(share: Share) -> str:
    """“14.1% (10.8–18.3)”."""
    if share.value is None:
        return "nobody"
    return f"{100 * share.value:.1f}% ({100 * share.low:.1f}–{100 * share.high:.1f})"


def _as_json(row: Row) -> dict[str, Any]:
    name, version, outcome = row
    shares = ("handed_over", "false_hand_over", "far_short", "false_delay")
    endless = outcome.waited is not None and isinf(outcome.waited)
    return {
        "standard": name,
        "version": version,
        **{each: _share(getattr(outcome, each)) for each in shares},
        "waited_median": None if endless else outcome.waited,
        "assessments_mean": outcome.assessments_mean,
        "assessments_p90": outcome.assessments_p90,
        "aim": outcome.aim,
    }


def _share(share: Share) -> dict[str, float | None]:
    return {"share": share.value, "count": share.count, "of": share.of, "low": share.low, "high": share.high}
