"""Presets: what other bodies ask of their people, as far as our clauses can say it. They are ours, and like theirs.

Nobody is judged by a preset. It is an example to begin a standard of one's own from, and to compare with.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from assessments.asks import Words, wrong
from assessments.standards import CONTENT, Standard, unreachable
from courses.source import ContentError, Frozen, read_yaml

FOLDER = CONTENT / "presets"
OURS = "Like "  # how the name of a preset's standard and award begins, so that nobody takes it for the body's own


class Preset(Frozen):
    """A standard of ours that is like a scheme of somebody else, with what of that scheme it leaves out."""

    body: Words
    scheme: Words
    sources: Annotated[tuple[Words, ...], Field(min_length=1)]
    left_out: Annotated[tuple[Words, ...], Field(min_length=1)]
    standard: Standard

    @model_validator(mode="after")
    def _says_that_it_is_ours(self) -> Preset:
        for name in (self.standard.title, self.standard.award.title):
            if not name.startswith(OURS):
                raise wrong(f"“{name}” should begin with “{OURS}”, since it is ours and not by {self.body}")
        for sentence in self.left_out:
            if not sentence.endswith("."):
                raise wrong(f"“{sentence}” should be a sentence and end with a full stop")
        return self


def read_preset(path: Path) -> Preset:
    """One preset. Raises ContentError with all problems."""
    preset = read_yaml(path, Preset)
    if problems := unreachable(preset.standard, path):
        raise ContentError(problems)
    return preset


def load_presets(root: Path = FOLDER) -> dict[str, Preset]:
    """Every preset in `root`, by the id of its standard. Raises ContentError with all problems."""
    found: dict[str, Preset] = {}
    problems: list[str] = []
    for path in sorted(root.glob("*.yaml")):
        try:
            preset = read_preset(path)
        except ContentError as error:
            problems += error.problems
            continue
        if path.stem != preset.standard.id:
            problems.append(f"{path}:1: the file should be named “{preset.standard.id}.yaml” after its standard")
        found[preset.standard.id] = preset
    if problems:
        raise ContentError(problems)
    return found
