"""What the rows about one person would do to the posts they have. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from lms.organisations.cells import BACKWARDS, PersonRow
from lms.organisations.rules import CREATED, UNCHANGED, Change, Verdict, named, refused, settled
from lms.organisations.unit_plan import Directory, Place
from lms.people.rules import fold

OTHER_NAME = "Row {other} calls this address {name}. One address is one person."
SAME_ROW = "Row {other} says the same already: this person, this unit, this post."
UNIT_CLOSED = "{name} closes on {day}. Write another unit, or a last day before that."
NOT_THERE = "We know of no such post that could end. Write its first day as well."
NOT_BEGUN = "This post began on {day}. Its last day cannot come before that."
NO_LIKENESS = 5
AGES_AGO, NEVER = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A post as it stands. `unit` is the unit’s node in the directory."""

    id: uuid.UUID
    unit: str
    unit_name: str
    title: str
    manager: str  # an address
    band: str
    began: date
    ended: date | None = None

    def runs(self, day: date) -> bool:
        """Whether it has not ended by then."""
        return self.ended is None or self.ended > day


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody on the list, with every post they had."""

    name: str
    posts: tuple[KnownPost, ...] = ()


@dataclass(frozen=True, slots=True)
class PostWrite:
    """What applying a row does: a new post; or one that is changed, from its first day or from `when` on."""

    number: int
    old: KnownPost | None
    unit: str
    title: str
    manager: str | None  # None leaves it as it is
    band: str
    began: date
    ended: date | None
    when: date | None = None  # the old one ends here and another begins; None changes it in place


@dataclass
class PersonPlan:
    """A verdict for each row and what applying would write."""

    verdicts: list[Verdict] = field(default_factory=list)
    writes: list[PostWrite] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)  # rows whose post has ended by then


def plan(rows: Sequence[PersonRow], known: KnownPerson | None, directory: Directory, day: date) -> PersonPlan:
    """What would become of a person’s rows on a day. Those by an address that is theirs no more come last: they change
    neither the name nor what a row by the other address says.
    """
    made = PersonPlan(gone=[row.number for row in rows if row.ended is not None and row.ended <= day])
    standing: list[tuple[PersonRow, Place]] = []
    for row in sorted(rows, key=lambda row: row.by_alias):
        place = _place(row, directory)
        fault = place if isinstance(place, Verdict) else _clash(row, place, standing)
        if isinstance(fault, Verdict):
            made.verdicts.append(fault)
        elif not isinstance(place, Verdict):
            standing.append((row, place))
    pairs = _match(standing, known.posts if known else (), day)
    renamed: list[Change] = []
    if known is not None and standing and not standing[0][0].by_alias and known.name != standing[0][0].name:
        renamed = [("Name", known.name, standing[0][0].name)]
    for row, place in standing:
        post = pairs.get(row.number)
        if post is None:
            _begin(made, row, place, day)
        else:
            _change(made, row, place, post, known.posts if known else (), day, renamed)
            renamed = []
    return made


def _place(row: PersonRow, directory: Directory) -> Place | Verdict:
    place = directory.find(row.unit)
    if isinstance(place, str):
        return refused(row.number, "unit", place)
    if place.closed_on and (row.ended is None or row.ended > place.closed_on):
        return refused(row.number, "unit", UNIT_CLOSED.format(name=place.name, day=named(place.closed_on)))
    return place


def _clash(row: PersonRow, place: Place, earlier: Sequence[tuple[PersonRow, Place]]) -> Verdict | None:
    for other, there in earlier:
        if other.name != row.name and not row.by_alias and not other.by_alias:
            return refused(row.number, "name", OTHER_NAME.format(other=other.number, name=other.name))
        same = there.node == place.node and fold(other.title or "") == fold(row.title or "")
        if same and _began(row) < _ended(other) and _began(other) < _ended(row):
            if row.by_alias:
                return Verdict(row.number, UNCHANGED)
            return refused(row.number, "email", SAME_ROW.format(other=other.number))
    return None


def _began(row: PersonRow) -> date:
    return row.began or AGES_AGO


def _ended(row: PersonRow) -> date:
    return row.ended or NEVER


def _likeness(row: PersonRow, place: Place, post: KnownPost, day: date) -> int:
    """How well a post fits a row: 0 is exactly, 5 not at all. Somebody who left is looked for in their own unit."""
    here = place.node == post.unit
    titled = row.title is None or fold(row.title) == fold(post.title)
    if here and titled and row.ended == post.ended and row.began in (None, post.began):
        return 0
    if not post.runs(day):
        return NO_LIKENESS
    if here:
        return 1 if titled else 2
    if row.ended is not None and row.ended <= day:
        return NO_LIKENESS
    return 3 if titled else 4


def _match(rows: Sequence[tuple[PersonRow, Place]], posts: Sequence[KnownPost], day: date) -> dict[int, KnownPost]:
    """Which post each row is about: the likest first, and each post by one row only."""
    pairs: dict[int, KnownPost] = {}
    free = list(posts)
    for likeness in range(NO_LIKENESS):
        for row, place in rows:
            if row.number in pairs:
                continue
            post = next((each for each in free if _likeness(row, place, each, day) <= likeness), None)
            if post is not None:
                pairs[row.number] = post
                free.remove(post)
    return pairs


def _begin(made: PersonPlan, row: PersonRow, place: Place, day: date) -> None:
    began = row.began or day
    if row.ended is not None and row.ended <= began:
        made.verdicts.append(refused(row.number, "until", BACKWARDS if row.began else NOT_THERE))
        return
    made.verdicts.append(Verdict(row.number, CREATED))
    made.writes.append(
        PostWrite(row.number, None, place.node, row.title or "", row.manager or "", row.band or "", began, row.ended)
    )


def _change(
    made: PersonPlan, row: PersonRow, place: Place, post: KnownPost, posts: Sequence[KnownPost], day: date,
    renamed: list[Change],
) -> None:  # fmt: skip
    title = post.title if row.title is None else row.title
    band = post.band if row.band is None else row.band
    manager = post.manager if row.manager is None else row.manager
    changes: list[Change] = [("Unit", post.unit_name, place.name)] if place.node != post.unit else []
    told = (("Post", post.title, title), ("Line manager", post.manager, manager), ("Status band", post.band, band))
    changes += [each for each in told if each[1] != each[2]]
    when = _when(row, post, day) if changes else None
    began = post.began if changes else _first_day(row, post, posts)
    ended = row.ended or post.ended
    if ended is not None and ended <= (when or began):
        made.verdicts.append(refused(row.number, "until", NOT_BEGUN.format(day=named(when or began))))
        return
    if began != post.began:
        changes.append(("From", named(post.began), named(began)))
    if ended != post.ended:
        changes.append(("Until", _last(post.ended), _last(ended)))
    made.verdicts.append(settled(row.number, [*renamed, *changes], post.id))
    if changes:
        made.writes.append(PostWrite(row.number, post, place.node, title, row.manager, band, began, ended, when))


def _when(row: PersonRow, post: KnownPost, day: date) -> date | None:
    """From when on it is so: the row’s first day if that is a later one, else today; None for the post’s first day."""
    later = row.began if row.began is not None and row.began > post.began else day
    return later if later > post.began else None


def _first_day(row: PersonRow, post: KnownPost, posts: Sequence[KnownPost]) -> date:
    """The first day as the row corrects it. Where another post led to this one, it may mean that one’s: it stays."""
    if row.began is None or any(each.ended == post.began for each in posts):
        return post.began
    return row.began


def _last(ended: date | None) -> str:
    return named(ended - timedelta(days=1)) if ended else ""
