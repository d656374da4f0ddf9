"""What people wrote in the demo: dealt in order, so that nobody writes the same twice and no two neighbours match."""

from __future__ import annotations

from collections import defaultdict, deque
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SHEET = Path(__file__).parent / "words.yaml"


@cache
def words() -> dict[str, Any]:
    """Everything on the sheet."""
    read: dict[str, Any] = yaml.safe_load(SHEET.read_text("utf-8"))
    return read


class Deck:
    """Texts dealt one by one. Whoever has had one does not get it again while there is another."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = deque(texts)
        self._had: defaultdict[str, set[str]] = defaultdict(set)

    def deal(self, person: str) -> str:
        """The text that lay longest and that `person` has not had."""
        had = self._had[person]
        text = next((each for each in self._texts if each not in had), self._texts[0])
        self._texts.remove(text)
        self._texts.append(text)
        had.add(text)
        return text
