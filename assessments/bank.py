"""Every exercise, test item and question rule: read once, checked together, read again when a file changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from assessments.blueprints import Blueprint, load_blueprints, never_drawn, too_few
from assessments.dialogue_schema import Dialogue
from assessments.drills import Ladder, Returns, Silence, Sort
from assessments.items import BankItem, Stored, read_items
from assessments.rulebook import Rulebook, load_rules
from assessments.schema import Drill, DrillItem, Quiz
from assessments.standards import Shelf, pick
from courses.source import ContentError, Store, read_yaml

CONTENT = Path(__file__).parent / "content"

Sheet = TypeVar("Sheet", Quiz, Drill, Dialogue, Sort, Ladder, Returns, Silence)


@dataclass(frozen=True)
class Bank:
    """All exercises in one version."""

    quizzes: Mapping[str, Quiz]
    drills: Mapping[str, Drill]
    dialogues: Mapping[str, Dialogue]
    sorts: Mapping[str, Sort]
    ladders: Mapping[str, Ladder]
    returns: Mapping[str, Returns]
    silences: Mapping[str, Silence]
    rules: Rulebook
    stored: Mapping[str, Stored]
    blueprints: Mapping[tuple[str, int], Blueprint]

    @property
    def items(self) -> Mapping[str, BankItem]:
        """The items of the knowledge test by id."""
        return {key: each.item for key, each in self.stored.items()}

    def get_blueprint(self, blueprint_id: str, version: int | None = None) -> Blueprint:
        """This version, or the newest. Raises LookupError."""
        return pick(dict(self.blueprints), blueprint_id, version)

    def get_quiz(self, quiz_id: str) -> Quiz:
        """Raises LookupError."""
        return _get(self.quizzes, quiz_id)

    def get_drill(self, drill_id: str) -> Drill:
        """Raises LookupError."""
        return _get(self.drills, drill_id)

    def get_dialogue(self, dialogue_id: str) -> Dialogue:
        """Raises LookupError."""
        return _get(self.dialogues, dialogue_id)

    def get_drill_item(self, drill_id: str, item_id: str) -> DrillItem:
        """Raises LookupError."""
        return _get({item.id: item for item in self.get_drill(drill_id).items}, item_id)


Value = TypeVar("Value")


def _get(values: Mapping[str, Value], key: str) -> Value:
    if key not in values:
        raise LookupError(f"there is no “{key}”")
    return values[key]


def load_bank(root: Path) -> Bank:
    """Everything under `root`. Raises ContentError with every problem found, not only the first."""
    problems: list[str] = []
    quizzes = _read_all(root / "quizzes", Quiz, problems)
    drills = _read_all(root / "drills", Drill, problems)
    dialogues = _read_all(root / "dialogues", Dialogue, problems)
    sorts = _read_all(root / "sorts", Sort, problems)
    ladders = _read_all(root / "ladders", Ladder, problems)
    returns = _read_all(root / "returns", Returns, problems)
    silences = _read_all(root / "silences", Silence, problems)
    problems += [
        f"{root / 'drills' / each}.yaml:1: id: a quiz is already called “{each}”"
        for each in sorted(quizzes.keys() & drills.keys())
    ]
    rules = _read(lambda: load_rules(root / "question-rules"), problems)
    stored = read_items(root / "items", problems)
    blueprints = _read(lambda: load_blueprints(root / "blueprints"), problems)
    if rules is None or blueprints is None or problems:
        raise ContentError(problems)
    if not_enough := list(_not_enough(root / "blueprints", blueprints, stored)):
        raise ContentError(not_enough)
    return Bank(
        MappingProxyType(quizzes),
        MappingProxyType(drills),
        MappingProxyType(dialogues),
        MappingProxyType(sorts),
        MappingProxyType(ladders),
        MappingProxyType(returns),
        MappingProxyType(silences),
        rules,
        MappingProxyType(stored),
        MappingProxyType(blueprints),
    )


def _not_enough(folder: Path, blueprints: Shelf[Blueprint], stored: Mapping[str, Stored]) -> Iterator[str]:
    """What keeps a draw from being fresh, and items that wait in vain."""
    items = {key: each.item for key, each in stored.items()}
    for each in blueprints.values():
        yield from too_few(each, folder / f"{each.id}-{each.version}.yaml", items.values())
    for name in never_drawn(blueprints.values(), items):
        yield f"{stored[name].where}: no blueprint ever draws “{name}”; give its module a row, or take the item out"


def _read(load: Callable[[], Value], problems: list[str]) -> Value | None:
    try:
        return load()
    except ContentError as error:
        problems += error.problems
        return None


def _read_all(folder: Path, model: type[Sheet], problems: list[str]) -> dict[str, Sheet]:
    """Each file of the folder by its id, which has to be the file's name; that keeps ids unique."""
    sheets: dict[str, Sheet] = {}
    for path in _files(folder):
        try:
            sheet = read_yaml(path, model)
        except ContentError as error:
            problems += error.problems
            continue
        if sheet.id != path.stem:
            problems.append(f"{path}:1: id: should be “{path.stem}”, like the file")
        sheets[sheet.id] = sheet
    return sheets


def _files(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("*.yaml"))


STORE = Store(CONTENT, load_bank)


def current() -> Bank:
    """The last good version of everything."""
    return STORE.current()
