"""Commands about standards: check them, and see whom another one would touch before it is published."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assessments.presets import FOLDER, load_presets, read_preset
from assessments.standards import CONTENT, Standard, load_standards, read_standard
from assessments.wording import quoted, some
from courses.source import ContentError
from lms.terminal import give_up, reading

if TYPE_CHECKING:
    from lms.handover.what_if import Change

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SAYS: dict[Change, tuple[str, str, str]] = {
    "gains": ("would be ready and is not now", "would be ready and are not now", "missing now"),
    "loses": ("is ready now and would not be", "are ready now and would not be", "would be missing"),
}


@click.group()
def standards() -> None:
    """What must be seen before somebody decides that a facilitator is ready."""


@standards.command("check")
@click.argument("files", nargs=-1, type=_FILE)
def check(files: tuple[Path, ...]) -> None:
    """Check FILES, or every standard and every preset there is; name each mistake by file and line."""
    try:
        known = [_taught(each) for each in files] or [
            *load_standards(CONTENT / "standards").values(),
            *(each.standard for each in load_presets().values()),
        ]
    except ContentError as error:
        give_up(error.problems)
    for each in known:
        gates = sum(clause.gate for clause in each.clauses)
        signs, them = some(len(each.clauses), "sign"), some(gates, "gate")
        click.echo(f"{each.id}, version {each.version}: {signs}, {them} among them, valid {each.valid_months} months")
    click.echo("All standards are in order.")


def _taught(path: Path) -> Standard:
    """The standard in a file, or in a preset, that asks for no lesson nobody teaches. Raises ContentError."""
    from courses import catalogue
    from lms.core.content import untaught

    preset = "\nstandard:\n" in path.read_bytes().decode("utf-8", "replace")
    standard = read_preset(path).standard if preset else read_standard(path)
    if problems := untaught(standard, path, catalogue.current()):
        raise ContentError(problems)
    return standard


@standards.command("presets")
def presets() -> None:
    """List the presets: what other bodies ask, as far as our clauses say it, and what of it they leave out."""
    try:
        known = load_presets()
    except ContentError as error:
        give_up(error.problems)
    for name, preset in known.items():
        click.echo(f"{name}: {preset.standard.title}. Ours, and like {preset.scheme} of the {preset.body}.")
        for clause in preset.standard.clauses:
            click.echo(f"  asks: {clause.title}{', a gate' if clause.gate else ''}")
        for sentence in preset.left_out:
            click.echo(f"  leaves out: {sentence}")
        for source in preset.sources:
            click.echo(f"  from: {source}")
    click.echo(f"They lie in {FOLDER}. Nobody is judged by them.")


@standards.command("what-if")
@click.argument("file", type=_FILE)
@click.option("--among", metavar="ID", help="Of whom: in training towards this standard, instead of the one in FILE.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of sentences.")
def what_if(file: Path, among: str | None, as_json: bool) -> None:
    """Say who would gain or lose readiness if everybody in training were judged by the standard in FILE.

    FILE may be of another standard, or a preset: name with --among whose evidence it is tried on. Nothing is changed.
    Whoever is in training stays on the version they began with.
    """
    from lms.handover import service
    from lms.handover.what_if import what_if

    try:
        standard = _taught(file)
    except ContentError as error:
        give_up(error.problems)
    with reading() as db:
        found = what_if(db, standard, service.today(), among)
    if as_json:
        click.echo(json.dumps(asdict(found), default=str, ensure_ascii=False))
        return
    them = f"{some(found.asked, 'person', 'people')} in training towards “{among or standard.id}”"
    click.echo(f"By {file.name} ({standard.title}, version {standard.version}), judged today: {them}.")
    for change, (one, many, signs) in SAYS.items():
        who = found.who(change)
        click.echo(f"{some(len(who), 'person', 'people')} {one if len(who) == 1 else many}{':' if who else '.'}")
        for each in who:
            click.echo(f"  {each.name}, {each.unit}, on version {each.version}; {signs}: {quoted(each.signs)}")
    click.echo("Signs that would be there:")
    for clause in standard.clauses:
        gate = ", a gate" if clause.gate else ""
        click.echo(f"  {found.holding[clause.id]} of {found.asked}  {clause.title}{gate}")
