"""The agreement as it is read and printed: lines of text and lines to sign on. Plain values for a page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assessments.wording import first_name, listed, sentence
from lms.core.phrases import day, full_day, hour
from lms.transfer.models import HandOver, HandOverSignature
from lms.transfer.rules import PARTS, Said
from lms.transfer.terms import Date, Terms, changed, count_of, headline

SPONSOR = "For the organisation"
YES, NO = "agreed, each for themselves", "The circle is not ready to say yes"


@dataclass(frozen=True, slots=True)
class Line:
    """A line on which somebody signs. `name` is written on it, empty while it waits."""

    name: str
    who: str
    role: str
    note: str
    open: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """The whole sheet."""

    headline: str
    lede: str
    takes_on: tuple[str, ...]
    dates: tuple[str, ...]
    stays: tuple[str, ...]
    triggers: tuple[str, ...]
    help: str
    checks: str
    message: str
    by: str
    missing: tuple[str, ...]
    because: str
    lines: tuple[Line, ...]


def deed(terms: Terms, lines: Sequence[Line], done: date | None) -> Deed:
    """The sheet of these terms."""
    trainer, leads = first_name(terms.trainer), terms.facilitator or "whoever is still to be chosen"
    days = f"{terms.checks[0]}, {listed([str(each) for each in terms.checks[1:]])} days after it is complete"
    if done:
        days = listed([full_day(each) for each in terms.check_days(done)])
    return Deed(
        headline=headline(done, full_day(done) if done else ""),
        lede=f"Between the circle {terms.circle} in {terms.unit}, {leads} who facilitates it, {terms.trainer} who "
        f"taught it, and {terms.organisation}.",
        takes_on=tuple(_takes_on(terms)),
        dates=tuple(said(each) for each in terms.meetings),
        stays=(
            f"{trainer} answers when the circle calls, and comes back when it asks",
            f"{trainer} no longer opens the circle’s page, its dates, its figures or what it says without names",
            f"{trainer} keeps a copy of this agreement, and what they signed of somebody’s practice",
            f"The administrators of {terms.provider} still open the circle’s page",
        ),
        triggers=terms.triggers,
        help=terms.help,
        checks=f"The circle looks back on {days}." if done else f"The circle looks back {days}.",
        message=terms.message,
        by=terms.trainer,
        missing=terms.missing,
        because=terms.because,
        lines=tuple(lines),
    )


def _takes_on(terms: Terms) -> list[str]:
    leads = terms.facilitator or "Whoever is chosen"
    found = [
        f"{leads} facilitates, and says who sits here and when you meet",
        "Whoever hosts sees to the room and reminds the others",
        "You count your own meetings, and renew what you agreed",
    ]
    if terms.protected_until:
        until = full_day(terms.protected_until)
        found.append(f"You meet in working time until {until}, which {terms.organisation} has confirmed")
    return found


def said(meeting: Date) -> str:
    """“Thursday 10 December, 18:30, 80 minutes, Depot kitchen. Joan hosts, Sefo if not.”"""
    where = f", {meeting.place}" if meeting.place else ""
    when = f"{meeting.on:%A} {day(meeting.on)}, {meeting.at}, {meeting.minutes} minutes{where}."
    if not meeting.host:
        return f"{when} Nobody hosts yet."
    return f"{when} {meeting.host} hosts, {f'{meeting.deputy} if not' if meeting.deputy else 'with no deputy yet'}."


def lines(
    terms: Terms,
    signed: Mapping[str, HandOverSignature],
    fallen: Mapping[str, HandOverSignature],
    names: Mapping[uuid.UUID, str],
    zone: str,
) -> list[Line]:
    """Three lines to sign on. `fallen` are signatures under an earlier version, which count no more."""
    who = {"trainer": terms.trainer, "facilitator": terms.facilitator, "sponsor": SPONSOR}
    roles = {"trainer": "trainer", "facilitator": "facilitates", "sponsor": terms.organisation}
    found = []
    for part in PARTS:
        here, before = signed.get(part), fallen.get(part)
        note = "Not signed yet"
        if here is not None:
            note = f"Signed {full_day(here.signed_at)}, {hour(here.signed_at, zone)}"
        elif before is not None:
            unlike = "; ".join(changed(Terms.of(before.terms).marks, terms)) or "who may sign it"
            note = f"{names[before.person_id]} signed an earlier version. Since then has changed: {unlike}"
        name = names[here.person_id] if here else ""
        found.append(Line(name, name or who[part], roles[part], note, here is None))
    return found


def circle_line(circle: Said, many: int, of: int, done: bool) -> Line:
    """The line of the circle, which shows no name, and no count once somebody said no."""
    if circle == "yes" or done:
        name = f"The circle, {count_of(many, of)}"
        return Line(name, name, YES, "", False)
    if circle == "no":
        return Line("", "The circle", "its own yes", f"{NO}. That needs no reason", True)
    note = f"{sentence(count_of(many, of))} have said yes" if many else "Nobody has been asked yet"
    return Line("", "The circle", "its own yes", note, True)


def kept_lines(
    agreement: HandOver, signatures: Sequence[HandOverSignature], names: Mapping[uuid.UUID, str], zone: str
) -> list[Line]:
    """The lines of a complete agreement."""
    many = agreement.said_yes or 0
    signed = {each.part: each for each in signatures}
    return [*lines(Terms.of(agreement.terms), signed, {}, names, zone), circle_line("yes", many, many, True)]
