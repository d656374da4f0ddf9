"""What can go wrong in a service, in words a person can act on. The web turns each into its status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class HouseError(Exception):
    """Something a person asked for could not be done."""

    status = 400

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(HouseError):
    """It does not exist, or it is not yours: the same answer for both."""

    status = 404


class Forbidden(HouseError):
    """You may see it, and may not do this with it."""

    status = 403


class Conflict(HouseError):
    """It changed since you read it, or it has already been done."""

    status = 409


class Stale(Conflict):
    """What the page showed is no longer so. `changes` are sentences that say what is different."""

    def __init__(self, changes: tuple[str, ...]) -> None:
        super().__init__(" ".join(changes))
        self.changes = changes


class OldPage(Conflict):
    """Somebody wrote on elsewhere since the page was opened. `kept` is what stands there now, of `version`."""

    def __init__(self, sentence: str, version: int, kept: Any) -> None:
        super().__init__(sentence)
        self.version = version
        self.kept = kept


class Invalid(HouseError):
    """What was typed cannot be used. `fields` maps each field's name to one sentence."""

    status = 422

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)
