"""Events that tell themselves: what they are and how they happen stands in one file of their own."""

from __future__ import annotations

import uuid
from abc import abstractmethod
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.demo.events import Event
from lms.demo.founding import House


@dataclass(frozen=True, slots=True, kw_only=True)
class TellsItself(Event):
    """Something that needs nobody but the people of the house."""

    @abstractmethod
    def tell(self, db: Session, house: House, key: uuid.UUID) -> None:
        """Let it happen. `key` is what a form would have carried."""
