"""Where in the programme an exercise stands, and what the forms of all exercises have in common."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from flask.typing import ResponseReturnValue

from assessments.turn import LONGEST
from courses import catalogue
from courses.catalogue import UnknownLesson
from courses.schema import Activity, Lesson, Module
from lms.core.errors import NotFound, Stale
from lms.core.fixed_paths import fixed_path
from lms.core.forms import Reader
from lms.exercises.models import KEY_LENGTH

LONGEST_REQUEST = 2_000_000  # longer never arrives; the service says how long a text may be
CHANGED = "This exercise was rewritten while your page was open. Look at it once more, then send what you wrote again."


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=HasId)


@dataclass(frozen=True)
class Place:
    """Where in the programme an exercise stands."""

    module: Module
    lesson: Lesson
    activity: Activity

    @classmethod
    def find(cls, module: str, lesson: str, activity: str) -> Place:
        """Raises NotFound.

        Exercises are done as they are today, whichever edition of the programme somebody reads: what an attempt was
        judged by is kept with it.
        """
        known = catalogue.current()
        try:
            found = known.lesson(module, lesson)
        except UnknownLesson:
            raise NotFound from None
        for each in found.activities:
            if each.slug == activity:
                return cls(known.module(module), found, each)
        raise NotFound

    def address(self, problem: str | None = None) -> str:
        """The exercise's own address, or that of one of its problems."""
        here = fixed_path(
            "exercises.activity", module=self.module.slug, lesson=self.lesson.slug, activity=self.activity.slug
        )
        return f"{here}?{urlencode({'problem': problem})}" if problem else here


@dataclass(frozen=True)
class Way:
    """What a kind of activity shows, and what it does with what is sent; nothing is sent to some."""

    show: Callable[[Place], ResponseReturnValue]
    take: Callable[[Place], ResponseReturnValue] | None = None


def key_of(reader: Reader) -> str:
    """The form's own key, or a fresh one for a form that lost it."""
    typed = reader.raw("key")
    return typed if 0 < len(typed) <= KEY_LENGTH else uuid.uuid4().hex


def asked_for(items: Sequence[Item], problem: str) -> Item | None:
    """The item an address asks for, None when it asks for none. Raises NotFound for one that is not there."""
    if not problem:
        return None
    found = next((each for each in items if each.id == problem), None)
    if found is None:
        raise NotFound
    return found


def after(items: Sequence[HasId], problem: str) -> str:
    """The id of the item after this one; after the last, the first."""
    ids = [each.id for each in items]
    return ids[(ids.index(problem) + 1) % len(ids)] if problem in ids else ids[0]


def stays_fresh(reader: Reader, content_hash: str) -> None:
    """Raises Stale when the page that was sent showed another text than the one that would judge it now."""
    if reader.raw("content") not in ("", content_hash):
        raise Stale((CHANGED,))


def refused(*texts: str) -> int:
    """The status of a page that comes back: far too much was sent, or something in it has to be mended."""
    return 400 if max(map(len, texts), default=0) > LONGEST else 422
