"""Every quiz, drill, dialogue and question rule: read once, checked together, read again when a file changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from assessments.dialogue_schema import Dialogue
from assessments.rulebook import Rulebook, load_rules
from assessments.schema import Drill, DrillItem, Quiz
from courses.source import ContentError, Store, read_yaml

CONTENT = Path(__file__).parent / "content"

Sheet = TypeVar("Sheet", Quiz, Drill, Dialogue)


@dataclass(frozen=True)
class Bank:
    """All exercises in one version."""

    quizzes: Mapping[str, Quiz]
    drills: Mapping[str, Drill]
    dialogues: Mapping[str, Dialogue]
    rules: Rulebook

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
    problems += [
        f"{root / 'drills' / each}.yaml:1: id: a quiz is already called “{each}”"
        for each in sorted(quizzes.keys() & drills.keys())
    ]
    rules: Rulebook | None = None
    try:
        rules = load_rules(root / "question-rules")
    except ContentError as error:
        problems += error.problems
    if problems or rules is None:
        raise ContentError(problems)
    return Bank(MappingProxyType(quizzes), MappingProxyType(drills), MappingProxyType(dialogues), rules)


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
