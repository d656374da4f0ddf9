"""Reading the forms of groups."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from lms.core.errors import Invalid
from lms.core.forms import Reader
from lms.groups import composition, rhythm, rules
from lms.groups.attendance import Hosts
from lms.groups.composition import Standing
from lms.groups.rhythm import Plan
from lms.groups.rules import NewGroup

NOBODY = uuid.UUID(int=0)
EARLIEST_YEAR = 2000
MOST_MEETINGS = 100


def read_group(form: Mapping[str, str]) -> NewGroup:
    """A new circle. Raises Invalid."""
    reader = Reader(form)
    name = reader.line("name", "Write a name for the circle.", rules.NAME_LENGTH)
    unit = reader.identity("unit", "Choose the unit it sits in.")
    facilitator = reader.identity("facilitator", "Choose who facilitates.")
    trainer = reader.identity("trainer", "Choose the trainer who supervises.")
    zone = reader.choice("zone", rules.zones(), "Choose a time zone from the list, such as Europe/London.")
    place = reader.line("place", longest=rules.NAME_LENGTH)
    reader.check()
    return NewGroup(name, unit or NOBODY, facilitator or NOBODY, trainer or NOBODY, zone, place)


def read_member(form: Mapping[str, str]) -> tuple[str, uuid.UUID | None]:
    """A pseudonym, a person, or both. Raises Invalid."""
    reader = Reader(form)
    pseudonym = reader.line("pseudonym", longest=rules.NAME_LENGTH)
    person = reader.identity("person", "Choose one of the people on the list.") if reader.raw("person") else None
    reader.check()
    return pseudonym, person


def read_standing(form: Mapping[str, str]) -> Standing:
    """Where somebody stands, and whom in the circle they report to. Raises Invalid."""
    reader = Reader(form)
    bands = ("", *map(str, composition.BANDS))
    band = reader.choice("status_band", bands, "Choose one of the lines on the list, or “Not known”.")
    above = (
        reader.identity("reports_to", "Choose somebody who sits here, or nobody.") if reader.raw("reports_to") else None
    )
    both_agreed = reader.ticked("both_agreed")
    reader.check()
    return Standing(int(band) if band else None, above, both_agreed)


def read_plan(form: Mapping[str, str], today: date) -> Plan:
    """When a circle meets: once, or every so many weeks until a day. Raises Invalid."""
    reader = Reader(form)
    every = reader.choice("every", tuple(rhythm.EVERY), "Choose one of the rhythms on the list.")
    day, at, minutes, place = _read_time(reader, today)
    until = reader.day("until", "Write the last day on which the circle meets.") if every else None
    if day is not None and until is not None and every in rhythm.EVERY:
        _check_until(reader, day, until, int(every))
    reader.check()
    assert day is not None and at is not None and minutes is not None  # noqa: S101, PT018 - check() saw to it
    return Plan(datetime.combine(day, at), minutes, place, int(every or 0), until)


def read_move(form: Mapping[str, str], today: date) -> Plan:
    """When one meeting is now. Raises Invalid."""
    return read_plan({**form, "every": ""}, today)


def _read_time(reader: Reader, today: date) -> tuple[date | None, time | None, int | None, str]:
    day = reader.day("day", "Write the date you meet.")
    at = rules.read_time(reader.raw("time")[:20])
    if at is None:
        reader.wrong("time", "Write the time as on a clock, like 14:30.")
    minutes = reader.number(
        "minutes",
        rules.SHORTEST,
        rules.LONGEST,
        f"Write the minutes as a number from {rules.SHORTEST} to {rules.LONGEST}.",
    )
    place = reader.line("meeting_place", longest=rules.NAME_LENGTH)
    if day is not None and day < today:
        reader.wrong("day", "Choose a day that is still to come.")
    if day is not None and day - today > rules.FURTHEST:
        reader.wrong("day", "Choose a day within the next two years.")
    return day, at, minutes, place


def _check_until(reader: Reader, day: date, until: date, weeks: int) -> None:
    if until < day:
        reader.wrong("until", "Choose a last day that comes after the first one.")
    last = timedelta(weeks=weeks * (rhythm.MOST_AT_ONCE - 1))
    if until - day >= last + timedelta(weeks=weeks):
        reader.wrong(
            "until",
            f"Plan up to {rhythm.MOST_AT_ONCE} meetings at a time: choose a last day within {last.days // 7 + weeks} "
            "weeks of the first, and plan the rest later.",
        )


def read_hosts(form: Mapping[str, str]) -> Hosts:
    """Who hosts, and who does when that person cannot. Raises Invalid."""
    reader = Reader(form)
    sentence = "Choose somebody who sits in this circle, or nobody."
    host, deputy = (
        reader.identity(name, sentence) if reader.raw(name) else None for name in ("host", "deputy")
    )  # fmt: skip
    reader.check()
    return Hosts(host, deputy)


def read_came(ticked: Iterable[str]) -> set[uuid.UUID]:
    """Who came. Raises Invalid."""
    try:
        return {uuid.UUID(each) for each in ticked}
    except ValueError:
        raise Invalid({"came": "Choose among those who sit in this circle."}) from None


def read_agreement(form: Mapping[str, str]) -> tuple[date, int]:
    """When a circle agreed, and for how many meetings. Raises Invalid."""
    reader = Reader(form)
    day = reader.day("agreed_on", "Write the day on which the circle agreed.")
    if day is not None and day.year < EARLIEST_YEAR:
        reader.wrong("agreed_on", "Check the year: the circle cannot have agreed that long ago.")
    count = reader.number("meetings", 1, MOST_MEETINGS, f"Write the meetings as a number from 1 to {MOST_MEETINGS}.")
    reader.check()
    assert day is not None and count is not None  # noqa: S101, PT018 - check() saw to it
    return day, count


def read_invitations(form: Mapping[str, str]) -> bool:
    """Whether somebody wants invitations by letter. Raises Invalid."""
    reader = Reader(form)
    chosen = reader.choice("invitations", ("yes", "no"), "Choose whether invitations come by letter.")
    reader.check()
    return chosen == "yes"
