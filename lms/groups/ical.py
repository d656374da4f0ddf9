"""Meetings as calendar programs read them: in a file they fetch, or beside a letter that asks them in or off.

The library is heavy, so it is loaded where it is used: a web worker that shows no calendar never has it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lms.core import clock, settings

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

REQUEST, CANCEL = "REQUEST", "CANCEL"  # RFC 5546
STATUS = {REQUEST: "CONFIRMED", CANCEL: "CANCELLED"}
AROUND = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting as a calendar needs it."""

    id: uuid.UUID
    sequence: int
    group_id: uuid.UUID
    group_name: str
    starts_local: datetime
    zone: str
    minutes: int
    place: str


@dataclass(frozen=True, slots=True)
class Asks:
    """What a calendar beside a letter asks for, and of whom: of one person, for nobody else is named in it."""

    method: str
    email: str


def render(entries: Sequence[Entry], asks: Asks | None = None) -> bytes:
    """An iCalendar file, with the time zones it speaks of."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Askwell//Circles//EN")
    calendar.add("version", "2.0")
    if asks is None:
        calendar.add("x-wr-calname", "Circles")
    else:
        calendar.add("method", asks.method)
    for entry in entries:
        event = _event(entry)
        if asks is not None:
            _address(event, asks)
        calendar.add_component(event)
    if entries:
        days = [entry.starts_local.date() for entry in entries]
        calendar.add_missing_timezones(first_date=min(days) - AROUND, last_date=max(days) + AROUND)
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry) -> Event:
    from icalendar import Event

    public = settings.current().public_url
    event = Event()
    event.add("uid", f"{entry.id}@{urlsplit(public).hostname}")
    event.add("dtstamp", clock.now())
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.starts_local.replace(tzinfo=ZoneInfo(entry.zone)))
    event.add("duration", timedelta(minutes=entry.minutes))  # true minutes, whatever the clock does meanwhile
    event.add("summary", entry.group_name)
    if entry.place:
        event.add("location", entry.place)
    event.add("url", f"{public}/groups/{entry.group_id}")
    return event


def _address(event: Event, asks: Asks) -> None:
    """Who asks and who is asked. No answer is wanted: nobody reads what comes back to the sending address."""
    name, address = parseaddr(settings.current().mail_from)
    event.add("status", STATUS[asks.method])
    event.add("organizer", _person(address, CN=name or address))
    asked = _person(asks.email, CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", PARTSTAT="NEEDS-ACTION", RSVP="FALSE")
    event.add("attendee", asked)


def _person(address: str, **parameters: str) -> vCalAddress:
    from icalendar import vCalAddress

    made = vCalAddress(f"mailto:{address}")
    made.params.update(parameters)
    return made
