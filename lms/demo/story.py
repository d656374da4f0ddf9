"""The demo's story from its first day to today, as events in order. Pure: the same today gives the same story."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from assessments.calibration import Figure
from lms.demo import (
    advising,
    afterwards,
    agreeing,
    amara,
    coded,
    colliding,
    day_later,
    deciding,
    handing_over,
    hearing,
    learning_together,
    taking_over,
    worth,
)
from lms.demo.calendar import Calendar, Practised, practice
from lms.demo.cast import AGREEMENT, CIRCLES, HOLDERS, ILSE, LEARNERS, RUTH, Circle, Holder, Learner, Part
from lms.demo.events import (
    Arrange,
    Certify,
    Decide,
    Event,
    Gather,
    GiveBack,
    Join,
    Learn,
    Measure,
    Mend,
    Seat,
    Send,
    Sign,
    Withdraw,
)
from lms.demo.pen import Pen
from lms.demo.words import Deck, words

SEED = 1605
LEARNING_DAYS = 47  # from joining to the first session
PAST_MEETINGS, COMING_MEETINGS = 7, 2
LESSONS = 5
SENT_AT = ("19:40", "20:15", "21:05", "21:42", "22:10")
BEFORE_WORK = "06:40"
SIGNED_AT = ("09:20", "11:45", "14:10", "16:30", "17:50", "18:35")


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session in one person's practice."""

    practised: Practised
    part: Part
    number: int
    held_on: date
    sent_at: datetime


def tell(today: date, zone: str) -> list[Event]:
    """Everything that happened, in order."""
    calendar, chance = Calendar(today, zone), random.Random(SEED)  # noqa: S311 - a story, not a secret
    practised = practice(calendar)
    first = {each.person: calendar.met(each.circle, each.parts[0].slot) for each in practised}
    trainers = {each.person: each.circle.trainer for each in practised}
    events = [
        *_beginnings(calendar, first, trainers),
        *_circles(calendar, practised),
        *_sessions(calendar, practised, chance),
        *_measures(calendar),
        *_decisions(calendar, trainers),
        *amara.studies(calendar),
        *taking_over.story(calendar),
        *coded.story(calendar),
        *advising.story(calendar),
        *handing_over.story(calendar),
        *agreeing.story(calendar),
        *colliding.story(calendar),
        *day_later.story(calendar),
        *afterwards.story(calendar),
        *hearing.story(calendar),
        *deciding.story(calendar),
        *learning_together.story(calendar),
        *worth.story(calendar),
    ]
    return sorted(events, key=lambda event: event.at)


def _beginnings(calendar: Calendar, first: dict[str, date], trainers: dict[str, str]) -> Iterator[Event]:
    """Everybody joins and learns before they lead."""
    everybody: list[tuple[Holder | Learner, int]] = [(each, LESSONS) for each in HOLDERS]
    everybody += [(each, each.lessons) for each in LEARNERS]
    for who, lessons in everybody:
        joined = joined_on(calendar, who, first)
        yield Join(
            at=calendar.on(joined, "09:05"), person=who.name, unit=who.unit, trainer=trainers.get(who.name, RUTH)
        )
        for lesson in range(lessons):
            day = joined + timedelta(days=4 + 8 * lesson)
            yield Learn(at=calendar.on(day, SENT_AT[lesson]), person=who.name, lesson=lesson)


def joined_on(calendar: Calendar, who: Holder | Learner, first: dict[str, date]) -> date:
    """The day somebody's training began."""
    if who.name in first:
        return first[who.name] - timedelta(days=LEARNING_DAYS)
    return calendar.today - timedelta(days=who.joined if isinstance(who, Learner) else LEARNING_DAYS)


def _circles(calendar: Calendar, practised: Iterable[Practised]) -> Iterator[Event]:
    """Circles begin with whoever led them first; their chairs and meetings are those of today."""
    began: dict[str, tuple[date, str]] = {}
    joined: dict[str, date] = {}
    for each in practised:
        day = calendar.met(each.circle, each.parts[0].slot)
        joined[each.person] = day - timedelta(days=LEARNING_DAYS)
        if each.parts[0].role != "watched":
            began[each.circle.name] = min(began.get(each.circle.name, (day, each.person)), (day, each.person))
    joined |= {each.name: calendar.today - timedelta(days=each.joined) for each in LEARNERS if not each.circle}
    for circle in CIRCLES:
        day, facilitator = began[circle.name]
        yield Gather(at=calendar.on(day - timedelta(days=10), "10:00"), circle=circle.name, facilitator=facilitator)
        seated = calendar.met(circle, PAST_MEETINGS - 1)
        for name in circle.others:
            yield Seat(at=calendar.on(seated, "10:30"), circle=circle.name, name=name, has_account=False)
        for name in circle.seated:
            day = max(seated, joined[name] + timedelta(days=2))
            yield Seat(at=calendar.on(day, "10:40"), circle=circle.name, name=name, has_account=True)
        yield from _meetings(calendar, circle, seated)


def _meetings(calendar: Calendar, circle: Circle, arranged: date) -> Iterator[Event]:
    """The circle's calendar. It begins with whoever leads the circle now, who is asked to write its meetings up."""
    led = next(each.parts for each in LEARNERS if each.name == circle.facilitator)
    for slot in range(min(PAST_MEETINGS - 1, led[0].slot), -COMING_MEETINGS - 1, -1):
        starts = calendar.on(calendar.met(circle, slot), circle.starts).replace(tzinfo=None)
        at = calendar.on(arranged, "11:00")
        yield Arrange(at=at, circle=circle.name, starts_local=starts, minutes=circle.minutes)


def _sessions(calendar: Calendar, practised: Iterable[Practised], chance: random.Random) -> Iterator[Event]:
    """Sessions are sent the evening after, or later, and signed within a few working days."""
    pen = Pen(chance)
    sittings = sorted(_sittings(calendar, practised, chance), key=lambda each: (each.sent_at, each.practised.person))
    for session, sitting in enumerate(sittings):
        yield from _session(calendar, session, sitting, pen, chance)


def _sittings(calendar: Calendar, practised: Iterable[Practised], chance: random.Random) -> Iterator[Sitting]:
    for each in practised:
        for number, part in enumerate(each.parts):
            held_on = calendar.met(each.circle, part.slot)
            sent_at = calendar.on(held_on + timedelta(days=1), chance.choice(SENT_AT))
            if part.sent is not None:
                sent_at = calendar.ago(part.sent, BEFORE_WORK)
            yield Sitting(each, part, number, held_on, sent_at)


def _session(calendar: Calendar, session: int, sitting: Sitting, pen: Pen, chance: random.Random) -> Iterator[Event]:
    person, circle, part = sitting.practised.person, sitting.practised.circle, sitting.part
    trainer = part.signer or circle.trainer
    sent = Send(
        at=sitting.sent_at,
        session=session,
        person=person,
        circle=circle.name,
        signer=trainer,
        held_on=sitting.held_on,
        role=_part_played(sitting),
        account=pen.account(person, circle, part),
    )
    yield sent
    if part.returned:
        yield from _came_back(calendar, sent, part)
    if part.level is not None:
        day = _working_day(calendar, sitting.sent_at.date() + timedelta(days=chance.randint(1, 3)))
        yield Sign(
            at=calendar.on(day, chance.choice(SIGNED_AT)),
            session=session,
            trainer=trainer,
            ratings=pen.ratings(person, part.level, part.role),
            level=part.level,
            comment=pen.comment(person, part.level, sitting.number),
            observation=pen.observation(person, part.level, sitting.number),
            seconds=pen.seconds(),
        )


def _measures(calendar: Calendar) -> Iterator[Event]:
    """After the yearly day on which trainers label the same questions, Ilse records how far they agreed."""
    for trainer, figures in AGREEMENT.items():
        for days, hundredths in figures:
            measured = calendar.today - timedelta(days=days)
            yield Measure(
                at=calendar.on(measured + timedelta(days=1), "09:40"),
                trainer=trainer,
                by=ILSE,
                figure=Figure("kappa_open_closed", hundredths, 40, measured),
                evidence=words()["agreement"],
            )


def _part_played(sitting: Sitting) -> str:
    """Where the trainer was while somebody led follows from what was agreed the time before."""
    levels = [each.level for each in sitting.practised.parts[: sitting.number] if each.level is not None]
    if sitting.part.role != "led":
        return sitting.part.role
    return "outside" if levels and levels[-1] >= 3 else "beside"


def _came_back(calendar: Calendar, sent: Send, part: Part) -> Iterator[Event]:
    """A session that its trainer sent back; some have been sent again."""
    reason = words()["returned"][part.returned]
    yield GiveBack(
        at=calendar.ago(part.returned_ago, "18:20"), session=sent.session, trainer=sent.signer, reason=reason
    )
    if part.mended:
        fuller = replace(sent.account, differently=words()["fuller"].strip())
        yield Mend(at=calendar.ago(0, BEFORE_WORK), sent=sent, account=fuller)


def _working_day(calendar: Calendar, day: date) -> date:
    """The day itself or the Monday after a weekend, but not later than yesterday."""
    later = day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)
    return min(later, calendar.today - timedelta(days=1))


def _decisions(calendar: Calendar, trainers: dict[str, str]) -> Iterator[Event]:
    """Who was decided about, certified, and had a certificate withdrawn."""
    decks = {kind: Deck(words()[kind]) for kind in ("not_yet", "stay", "ready")}
    said = [
        (calendar.ago(days, "16:05"), learner.name, by, kind)
        for learner in LEARNERS
        for days, kind, by in learner.decided
    ]
    for holder in HOLDERS:
        issued = calendar.issued(holder)
        day_before = issued - timedelta(days=3 if issued.weekday() == 0 else 1)
        said.append((calendar.on(day_before, "10:15"), holder.name, trainers[holder.name], "ready"))
        yield Certify(at=calendar.on(issued, "11:30"), person=holder.name, by=ILSE)
        if holder.withdrawn is not None:
            at = calendar.ago(holder.withdrawn, "15:40")
            yield Withdraw(at=at, person=holder.name, by=ILSE, reason=words()["withdrawn"].strip())
        if holder.again is not None:
            days, by = holder.again
            reason = words()["anew"][holder.name].strip()
            yield Decide(at=calendar.ago(days, "14:25"), person=holder.name, by=by, kind="not_yet", reason=reason)
    for at, person, by, kind in sorted(said):
        yield Decide(at=at, person=person, by=by, kind=kind, reason=decks[kind].deal(kind))
