"""Keeping the summary of cover: made anew for those about whom a transaction changed something, before its commit."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, exists, insert, or_, select, union_all
from sqlalchemy.orm import Session

from assessments.ladder import ALONE, leads_alone
from lms.certificates import service as certificates
from lms.certificates import standing
from lms.certificates.models import Certificate, Step
from lms.core import clock, following, settings
from lms.core.db import new_id
from lms.core.following import Touched
from lms.core.stretches import FOREVER, Stretch, pieces
from lms.coverage.meaning import Meanings
from lms.coverage.models import CoverCorrection, CoverMeaning, CoverMeaningWaiting, CoverSpan
from lms.coverage.spans import Facts, Held, Led, Span, State, spans
from lms.learning import spells
from lms.learning.models import Enrolment, EnrolmentGap
from lms.people import same, stays
from lms.people.models import Membership, Person
from lms.people.place_models import MembershipGap, Post, StaffMember
from lms.people.places import Holder
from lms.practice import led
from lms.practice.models import PracticeSession, Signature
from lms.practice.rules import LED

BATCH = 500
ABOUT_SOMEBODY = (Certificate, Enrolment, Membership, StaffMember)
WATCHED = (*ABOUT_SOMEBODY, Step, Signature, Post, MembershipGap, EnrolmentGap)
Found = dict[Holder, list[Span]]
Row = tuple[Holder, Span]
FIRST = uuid.UUID(int=0)


def install() -> None:
    """From now on every transaction keeps the summary true."""
    following.watch(dict.fromkeys(WATCHED, _person_of))
    following.follow(keep)


def keep(db: Session, touched: Touched) -> None:
    """Make the summary anew for everybody about whom this transaction changed something."""
    for organisation_id, tables in touched.organisations.items():
        for some in batches(db, organisation_id, certified=tables == {CoverMeaning}):
            renew(db, some)
    if touched.people:
        _in_turn(db, touched.people)
        led_only = {who for who, tables in touched.people.items() if tables == {Signature}}
        renew(db, _concerned(db, touched.people.keys() - led_only, led_only))


def _person_of(db: Session, row: Any) -> uuid.UUID | None:
    """Whom a row is about. A gap is written together with what it belongs to."""
    match row:
        case Signature():
            session = db.get(PracticeSession, row.session_id)
            counts = session is not None and session.role in LED and row.tier != "link"
            return row.person_id if counts or row.voided_at else None
        case Step():
            return db.get_one(Certificate, row.certificate_id).person_id
        case Post():
            return db.get_one(StaffMember, row.staff_id).person_id
        case MembershipGap() | EnrolmentGap():
            return None
    person_id: uuid.UUID | None = row.person_id
    return person_id


def _in_turn(db: Session, people: Collection[uuid.UUID]) -> None:
    """Whoever changes something about the same people waits until we are done: the last one sees everything."""
    if db.get_bind().dialect.name == "postgresql":  # SQLite's writers take turns anyway
        chosen = select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
        db.execute(chosen.with_for_update(key_share=True))


def _concerned(db: Session, people: Collection[uuid.UUID], led_only: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Those of these people who hold, held or learn for a certificate that covers a unit, or stand in the summary.

    A round says something only of who holds or held one, and of who had two accounts: with either.
    """
    others = (
        exists().where(Enrolment.person_id == Person.id, Enrolment.standard_id.in_(leads_alone())),
        exists().where(CoverSpan.person_id == Person.id),
    )
    chosen = select(Person.id).where(Person.id.in_([*people, *led_only]))
    certified = exists().where(Certificate.person_id == Person.id, Certificate.level >= ALONE)
    had_two = or_(same.is_former(Person.id), same.is_kept(Person.id))
    return list(db.scalars(chosen.where(or_(certified, had_two, Person.id.in_(people) & or_(*others)))))


def batches(db: Session, organisation_id: uuid.UUID, *, certified: bool) -> Iterator[list[uuid.UUID]]:
    """Everybody who stands, or could stand, in an organisation's summary, some hundred at a time and in turn; or only
    who is or was certified: what active means says nothing of others.
    """
    people = next_batch(db, organisation_id, FIRST, certified=certified)
    while people:
        yield people
        people = next_batch(db, organisation_id, people[-1], certified=certified)


def next_batch(db: Session, organisation_id: uuid.UUID, last: uuid.UUID, *, certified: bool = False) -> list[uuid.UUID]:
    """The next of these after `last`, whom nobody else changes until the transaction ends."""
    gone_on = select(Enrolment.person_id).join(EnrolmentGap, EnrolmentGap.enrolment_id == Enrolment.id)
    reasons = (
        select(Certificate.person_id).where(Certificate.organisation_id == organisation_id),
        select(Enrolment.person_id).where(Enrolment.organisation_id == organisation_id),
        gone_on.where(EnrolmentGap.organisation_id == organisation_id),
        select(CoverSpan.person_id).where(CoverSpan.organisation_id == organisation_id),
    )
    # From the organisation's own rows, so that it costs the same whoever else is there.
    standing = union_all(*(reasons[:1] if certified else reasons)).subquery()
    person_id = standing.c.person_id
    chosen = select(person_id).where(person_id > last).distinct().order_by(person_id).limit(BATCH)
    people = list(db.scalars(chosen))
    if people:
        _in_turn(db, people)
    return people


@dataclass(frozen=True, slots=True)
class Difference:
    """What the summary said of somebody and should not have, or should have said and did not."""

    holder: Holder
    span: Span
    missing: bool


def renew(db: Session, people: Collection[uuid.UUID], *, correcting: bool = True) -> list[Difference]:
    """Make the summary of these people anew, in a fixed number of queries; what differed of what is seen.

    Where a meaning waits to be worked in, what will be seen of those it says something of is made as well.
    """
    if not people:
        return []
    one = same.kept(db, people)
    everybody = same.together(people, one)
    if everybody != set(people):
        _in_turn(db, everybody)
    _hold_what_waits(db, everybody)
    kept: dict[bool, dict[Row, list[uuid.UUID]]] = {seen: defaultdict(list) for seen in (False, True)}
    for row in db.execute(select(CoverSpan.__table__).where(CoverSpan.person_id.in_(everybody))):
        state = State(row.unit_id, row.kind, row.valid_until, row.certificate_id)
        kept[row.ahead][(row.organisation_id, row.person_id), (state, row.from_on, row.until_on)].append(row.id)
    now, ahead = computed(db, everybody, one)
    gone, fresh = _put(db, kept[False], now, ahead=False)
    _put(db, kept[True], ahead, ahead=True)
    if correcting:
        _note_corrections(db, gone, fresh, one)
    return [*(Difference(*row, missing=False) for row in gone), *(Difference(*row, missing=True) for row in fresh)]


def _hold_what_waits(db: Session, people: Collection[uuid.UUID]) -> None:
    """What waits for organisations in which these are certified is not shown before we are done (`working_in`)."""
    if db.get_bind().dialect.name == "postgresql":
        theirs = select(Certificate.organisation_id).where(
            Certificate.person_id.in_(people), Certificate.level >= ALONE
        )
        held = select(CoverMeaningWaiting.meaning_id).where(CoverMeaningWaiting.organisation_id.in_(theirs))
        db.execute(held.order_by(CoverMeaningWaiting.meaning_id).with_for_update(read=True))


def _put(db: Session, kept: dict[Row, list[uuid.UUID]], found: Found, *, ahead: bool) -> tuple[set[Row], set[Row]]:
    """Make what is kept into what was found; the rows that went, and those that came."""
    wanted = {(holder, span) for holder, some in found.items() for span in some}
    gone, fresh = kept.keys() - wanted, wanted - kept.keys()
    stale = [own for row in gone for own in kept[row]]
    stale += [own for row in wanted & kept.keys() for own in kept[row][1:]]
    if stale:
        db.execute(delete(CoverSpan).where(CoverSpan.id.in_(stale)))
    if fresh:
        # Past the session, which would look at every row for what the database adds.
        db.connection().execute(insert(CoverSpan), [_row(*each) | {"ahead": ahead} for each in fresh])
    return gone, fresh


def computed(db: Session, people: Collection[uuid.UUID], one: Mapping[uuid.UUID, uuid.UUID]) -> tuple[Found, Found]:
    """What the summary of these people has to say, straight from the records; and, of those certified where a meaning
    waits, what it will say.
    """
    facts = gather(db, people, one)
    now, ahead = meanings_of(db, {where for where, _ in facts})
    later = {holder: each for holder, each in facts.items() if holder[0] in ahead and each.held}
    return (
        {holder: spans(each, now.get(holder[0], Meanings())) for holder, each in facts.items()},
        {holder: spans(each, ahead[holder[0]]) for holder, each in later.items()},
    )


def gather(db: Session, people: Collection[uuid.UUID], one: Mapping[uuid.UUID, uuid.UUID]) -> dict[Holder, Facts]:
    """Everything that is known of these people, by organisation. Whoever had two accounts (`one` says who) is told of
    once, as the account that stays.
    """
    zone, found = settings.current().time_zone, defaultdict[Holder, Facts](Facts)
    for each in standing.stood(db, people):
        held = Held(each.id, each.since, each.last_day, each.decided, each.days)
        found[each.organisation_id, one.get(each.person_id, each.person_id)].held.append(held)
    for spell in spells.spells_of(db, people):
        holder = (spell.organisation_id, one.get(spell.person_id, spell.person_id))
        found[holder].training.append((spell.since, spell.until))
    for holder, where in stays.stays_of(db, people, None, one).items():
        if holder in found:
            found[holder].stays = where
    certified = {who for (_, who), facts in found.items() if facts.held}
    leaders = [each for each in people if one.get(each, each) in certified]
    for round_ in led.led_rounds(db, leaders) if leaders else ():
        if (holder := (round_.organisation_id, one.get(round_.person_id, round_.person_id))) in found:
            until = clock.day_of(round_.voided_at, zone) if round_.voided_at else FOREVER
            found[holder].led.append(Led(round_.held_on, clock.day_of(round_.signed_at, zone), until))
    return found


def meanings_of(
    db: Session, organisations: Collection[uuid.UUID]
) -> tuple[dict[uuid.UUID, Meanings], dict[uuid.UUID, Meanings]]:
    """What covered means to each of these organisations that said so; and where a meaning waits, what it will mean."""
    chosen = (
        select(CoverMeaning, CoverMeaningWaiting.meaning_id)
        .outerjoin(CoverMeaningWaiting, CoverMeaningWaiting.meaning_id == CoverMeaning.id)
        .where(CoverMeaning.organisation_id.in_(organisations))
    )
    now: dict[uuid.UUID, list[CoverMeaning]] = defaultdict(list)
    every: dict[uuid.UUID, list[CoverMeaning]] = defaultdict(list)
    for row, waits in db.execute(chosen):
        every[row.organisation_id].append(row)
        if waits is None:
            now[row.organisation_id].append(row)
    return (
        {where: Meanings.of(some) for where, some in now.items()},
        {where: Meanings.of(some) for where, some in every.items() if len(some) > len(now.get(where, ()))},
    )


def _row(holder: Holder, span: Span) -> dict[str, Any]:
    state, since, until = span
    return {
        "id": new_id(), "organisation_id": holder[0], "person_id": holder[1], "unit_id": state.unit_id,
        "kind": state.kind, "valid_until": state.valid_until, "certificate_id": state.certificate_id,
        "from_on": since, "until_on": until,
    }  # fmt: skip


def _note_corrections(
    db: Session, gone: Iterable[Row], fresh: Iterable[Row], one: Mapping[uuid.UUID, uuid.UUID]
) -> None:
    """Days before today that are other than their pages had shown them. By which account is not on them."""
    today = min(certificates.today(), clock.today())  # parts and trainings are dated by the one, the rest by the other
    before, after = _until(gone, today, one), _until(fresh, today, one)
    first: dict[uuid.UUID, date] = {}
    last: dict[uuid.UUID, date] = {}
    for holder in before.keys() | after.keys():
        for since, until in differing(before.get(holder, []), after.get(holder, [])):
            first[holder[0]] = min(since, first.get(holder[0], since))
            last[holder[0]] = max(until - timedelta(days=1), last.get(holder[0], date.min))
    for where, day in first.items():
        db.add(CoverCorrection(organisation_id=where, corrected_on=today, first_on=day, last_on=last[where]))


def _until(some: Iterable[Row], day: date, one: Mapping[uuid.UUID, uuid.UUID]) -> Found:
    found: Found = defaultdict(list)
    for (where, who), (state, since, until) in some:
        if since < day:
            found[where, one.get(who, who)].append((state, since, min(until, day)))
    return found


def differing(before: Sequence[Span], after: Sequence[Span]) -> Iterator[Stretch]:
    """The days on which two summaries of one person say something else."""
    for since, until in pieces(day for some in (before, after) for _, *stretch in some for day in stretch):
        was, now = ({state for state, a, b in some if a <= since < b} for some in (before, after))
        if was != now:
            yield since, until
