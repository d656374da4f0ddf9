"""Two entries of a list that are one person are made one. Accounts, signatures and certificates are not touched.

The entry that stays takes the posts and whoever reported to the other. The other's address means the entry that stays
from then on, so that a file that still has it changes nothing and brings nobody in.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from lms.core import clock, following
from lms.core.actor import Actor
from lms.core.db import new_id
from lms.core.errors import Conflict, Invalid, NotFound, Stale
from lms.core.site_days import today
from lms.organisations import service
from lms.organisations.spans import left_over
from lms.people import places, same
from lms.people.models import Organisation, Unit
from lms.people.place_models import Post, StaffAlias, StaffMember
from lms.people.rules import fold

WHICH = "Choose which of the two stays."
TWO_ACCOUNTS = (
    "{one} and {other} each have an account of their own here, with what was signed and certified under it. Accounts "
    "cannot be made one from a list: they belong to whoever signs in with them. If they are one person, they can make "
    "them one themselves: on “Your account”, by “I have another account here”. Then come back for the two entries."
)
ONE_ABOVE = (
    "{one} and {other} stand one above the other, directly or through others. As one person they would be above "
    "themselves. Change who is the line manager first, in your file."
)
CHANGED = "Something about {name} changed meanwhile. Look at both once more."


@dataclass(frozen=True, slots=True)
class Entry:
    """One of two entries: as the list has it, with its posts and whether somebody signs in as them."""

    id: uuid.UUID
    name: str
    email: str
    posts: tuple[Held, ...]
    has_account: bool

    @property
    def digest(self) -> str:
        """All that a page shows of it, in one word."""
        return sha256(repr(self).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Held:
    """A post in words."""

    unit: str
    title: str
    manager: str
    began: date
    last: date | None  # its last day, where it has one


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries of one organisation, and why they cannot be made one if so."""

    organisation: str
    entries: tuple[Entry, Entry]
    hindrance: str

    @property
    def shown(self) -> str:
        """What the page shows, in one word."""
        return "".join(each.digest for each in self.entries)


def look(db: Session, actor: Actor, one_id: uuid.UUID, other_id: uuid.UUID) -> Pair:
    """Two entries of a list the actor looks after, for their page. Raises NotFound."""
    one, other = _both(db, actor, one_id, other_id)
    name = db.scalars(select(Organisation.name).where(Organisation.id == one.organisation_id)).one()
    posts = _posts(db, one, other)
    first, second = (
        Entry(each.id, each.name, each.email, tuple(posts.get(each.id, ())), each.person_id is not None)
        for each in (one, other)
    )
    return Pair(name, (first, second), _hindrance(db, one, other))


def merge(
    db: Session, actor: Actor, key: uuid.UUID, one_id: uuid.UUID, other_id: uuid.UUID, stays: str, shown: str
) -> StaffMember:
    """Make two entries one; `stays` is the id of the one that does, `shown` what the page showed.

    The same form twice is once. Raises NotFound, Invalid, Conflict, Stale.
    """
    done = db.get(StaffAlias, key)
    if done is not None:
        return _entry(db, actor, done.staff_id)
    one, other = _both(db, actor, one_id, other_id)
    if stays not in (str(one.id), str(other.id)):
        raise Invalid({"stays": WHICH})
    places.hold(db, one.organisation_id)
    pair = look(db, actor, one_id, other_id)
    if pair.hindrance:
        raise Conflict(pair.hindrance)
    if pair.shown != shown:
        raise Stale(tuple(CHANGED.format(name=each.name) for each in pair.entries if each.digest not in shown))
    kept, gone = (one, other) if stays == str(one.id) else (other, one)
    _move_posts(db, kept, gone)
    db.execute(update(StaffAlias).where(StaffAlias.staff_id == gone.id).values(staff_id=kept.id))
    kept.person_id = _account(db, kept, gone)
    about = {"organisation_id": gone.organisation_id, "name": gone.name, "email": gone.email}
    db.add(StaffAlias(id=key, staff_id=kept.id, merged_by=actor.person_id, merged_at=clock.now(), **about))
    db.flush()
    db.delete(gone)
    db.flush()
    following.changed(db, organisation=kept.organisation_id)
    return kept


@dataclass(frozen=True, slots=True)
class Merged:
    """Two entries that were made one: what stays, what the other was called, by whom and when."""

    name: str
    email: str
    was: StaffAlias


def list_merged(db: Session, organisation_id: uuid.UUID) -> list[Merged]:
    """The latest of an organisation that the caller holds through a scope."""
    asked = select(StaffMember.name, StaffMember.email, StaffAlias).join(
        StaffAlias, StaffAlias.staff_id == StaffMember.id
    )
    here = asked.where(StaffAlias.organisation_id == organisation_id)
    return [Merged(*row) for row in db.execute(here.order_by(StaffAlias.merged_at.desc()).limit(service.LISTED))]


def _entry(db: Session, actor: Actor, entry_id: uuid.UUID) -> StaffMember:
    mine = [each.id for each in service.organisations(db, actor)]
    here = (StaffMember.id == entry_id, StaffMember.organisation_id.in_(mine))
    found = db.scalar(select(StaffMember).where(*here))
    if found is None:
        raise NotFound
    return found


def _both(db: Session, actor: Actor, one_id: uuid.UUID, other_id: uuid.UUID) -> tuple[StaffMember, StaffMember]:
    mine = [each.id for each in service.organisations(db, actor)]
    here = (StaffMember.id.in_((one_id, other_id)), StaffMember.organisation_id.in_(mine))
    found = {each.id: each for each in db.scalars(select(StaffMember).where(*here))}
    if len(found) < 2 or len({each.organisation_id for each in found.values()}) > 1:
        raise NotFound
    return found[one_id], found[other_id]


def _posts(db: Session, one: StaffMember, other: StaffMember) -> dict[uuid.UUID, list[Held]]:
    above = aliased(StaffMember)
    rows = db.execute(
        select(Post.staff_id, Unit.name, Post.title, above.name, Post.started_on, Post.ended_on)
        .join(Unit, Unit.id == Post.unit_id)
        .outerjoin(above, above.id == Post.manager_id)
        .where(Post.staff_id.in_((one.id, other.id)))
        .order_by(Post.started_on, Post.id)
    )
    found: dict[uuid.UUID, list[Held]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(
            Held(row[1], row[2], row[3] or "", row[4], row[5] - timedelta(days=1) if row[5] else None)
        )
    return found


def _hindrance(db: Session, one: StaffMember, other: StaffMember) -> str:
    names = {"one": one.name, "other": other.name}
    if one.person_id and other.person_id and not same.is_one(db, one.person_id, other.person_id):
        return TWO_ACCOUNTS.format(**names)
    return ONE_ABOVE.format(**names) if _above_each_other(db, one, other) else ""


def _above_each_other(db: Session, one: StaffMember, other: StaffMember) -> bool:
    """Whether a line of managers that are so today, or will be, leads from one of the two to one of them."""
    both = (one.id, other.id)
    runs = (Post.ended_on.is_(None) | (Post.ended_on > today()), Post.manager_id.is_not(None))
    up = select(Post.manager_id).where(Post.staff_id.in_(both), *runs).cte("up", recursive=True)
    further = select(Post.manager_id).join(up, Post.staff_id == up.c.manager_id).where(*runs)
    up = up.union(further)
    return db.scalar(select(up.c.manager_id).where(up.c.manager_id.in_(both)).limit(1)) is not None


def _account(db: Session, kept: StaffMember, gone: StaffMember) -> uuid.UUID | None:
    """Whose the entry is; of two accounts that are one person, the one with which they still sign in."""
    either = kept.person_id or gone.person_id
    stays = same.find_kept(db, either) if either and kept.person_id and gone.person_id else None
    return stays.id if stays else either


def _move_posts(db: Session, kept: StaffMember, gone: StaffMember) -> None:
    """Posts and whoever reported to the other go over. The same post twice is one, on every day they both had it."""
    both = (kept.id, gone.id)
    past = or_(Post.staff_id == kept.id, Post.staff_id == gone.id) & Post.manager_id.in_(both)
    db.execute(update(Post).where(past).values(manager_id=None))  # of days that are over: nobody is above themselves
    db.execute(update(Post).where(Post.manager_id == gone.id).values(manager_id=kept.id))
    posts: Sequence[Post] = db.scalars(select(Post).where(Post.staff_id.in_(both)).order_by(Post.started_on)).all()
    own = [each for each in posts if each.staff_id == kept.id]
    for post in posts:
        if post.staff_id == gone.id:
            _move(db, post, [each for each in own if _same(each, post)], kept)


def _same(one: Post, other: Post) -> bool:
    return one.unit_id == other.unit_id and fold(one.title) == fold(other.title)


def _move(db: Session, post: Post, same: Sequence[Post], kept: StaffMember) -> None:
    span = (post.started_on, post.ended_on)
    left = left_over(span, [(each.started_on, each.ended_on) for each in same])
    if left != [span]:
        for each in same:
            each.listed = each.listed or post.listed
    if not left:
        db.execute(delete(Post).where(Post.id == post.id))
        return
    post.staff_id = kept.id
    post.started_on, post.ended_on = left[0]
    db.flush()
    for began, ended in left[1:]:
        about = {name: getattr(post, name) for name in ("unit_id", "manager_id", "title", "band", "listed")}
        db.execute(insert(Post).values(id=new_id(), staff_id=kept.id, started_on=began, ended_on=ended, **about))
