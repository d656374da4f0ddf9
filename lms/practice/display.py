"""What the pages of practice say, worked out from plain rows and from what is typed so far."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from assessments.standards import Rubric, RubricRow
from assessments.wording import first_name, listed, some
from lms.core import settings
from lms.core.drawings import LEVELS, QUESTION_TYPES
from lms.core.forms import Reader, identity_of
from lms.core.phrases import day, number
from lms.groups.rows import Circle
from lms.practice import rules
from lms.practice.backup import Asked
from lms.practice.forms import own
from lms.practice.models import PracticeSession, Signature
from lms.practice.observation import Observation
from lms.practice.own_list import Sums
from lms.practice.rows import Opened, Queue, QueueRow, SessionRow
from lms.practice.working_days import SERVICE_DAYS

LABELS = {
    "held_on": "Date you met",
    "group": "Group",
    "minutes": "Length",
    "role": "Your part",
    "keep": "A moment you would keep",
    "differently": "A moment you would ask differently",
    "left_out": "Names left out",
    **QUESTION_TYPES,
    **{f"phase-{phase.id}": phase.label for phase in rules.PHASES},
}
PARTS = {role: f"{words[0].upper()}{words[1:]}" for role, words in rules.ROLE_WORDS.items()}


def practice_headline(sums: Sums) -> str:
    """What a trainee's own list answers first: what is to be done, what waits, what is signed."""
    if sums.returned:
        return f"{number(sums.returned, capital=True)} {_sessions(sums.returned)} came back to you"
    if sums.waiting:
        verb = "is" if sums.waiting == 1 else "are"
        return f"{number(sums.waiting, capital=True)} {_sessions(sums.waiting)} {verb} waiting to be signed"
    if sums.signed == 1:
        return "Your first session is signed"
    return f"All {number(sums.signed)} sessions are signed"


def practice_totals(sums: Sums) -> str:
    """The sums under it, of what is signed only."""
    if not sums.signed:
        return "Nothing is signed yet. Only signed sessions count."
    share = "" if sums.signed == 1 else f", {'all' if sums.led == sums.signed else sums.led or 'none'} of them led"
    said = f"Signed so far: {some(sums.signed, 'session')}{share}, {sums.minutes} minutes."
    return f"{said} {rules.open_words(sums.open, sums.asked)}." if sums.asked else said


def queue_headline(show: str, rows: int) -> str:
    """What a trainer's list answers first."""
    several = number(rows, capital=True)
    if show == "returned":
        return f"{several} {_sessions(rows)} went back" if rows else "Nothing is with its writer"
    if show == "disputes":
        return (
            f"{several} {'dispute asks' if rows == 1 else 'disputes ask'} for you"
            if rows
            else "No dispute asks for you"
        )
    if show == "signed":
        return f"{several} {_sessions(rows)} signed this month" if rows else "Nothing is signed this month yet"
    if show == "backup":
        return f"You are asked to read {some(rows, 'session')} of others" if rows else "Nobody needs you as backup"
    if not rows:
        return "Nothing is waiting for you"
    return f"{several} {_sessions(rows)} {'is' if rows == 1 else 'are'} waiting for you"


def by_meeting(rows: Sequence[QueueRow]) -> list[list[QueueRow]]:
    """The same rows in order, but whoever facilitated one meeting with somebody stands beside them."""
    beside: dict[Any, list[QueueRow]] = {}
    for row in rows:
        beside.setdefault(row.meeting or row.id, []).append(row)
    return list(beside.values())


def queue_lede(queue: Queue) -> str:
    """How long the oldest has waited, what is beyond the promise, and whether others need help."""
    said = []
    if queue.rows:
        days = queue.rows[0].days
        said.append(
            f"The oldest has waited {some(days, 'working day')}."
            if days
            else "None has waited for a whole working day yet."
        )
    if queue.late:
        verb = "is" if queue.late == 1 else "are"
        said.append(f"{number(queue.late, capital=True)} {verb} beyond the {number(SERVICE_DAYS)} that we promise.")
    if queue.backup:
        said.append(f"As backup you are asked to read {some(queue.backup, 'session')} of others.")
    return " ".join(said)


def others_asked(asked: Asked, trainer: str, zone: str) -> str:
    """Who reads a session besides its trainer, since when and why."""
    why = "is away" if asked.reason == "away" else f"has not answered within {number(SERVICE_DAYS)} working days"
    since = day(asked.at, zone)
    if not asked.names:
        told = f"so the administrator of the training was told on {since}"
        return f"{trainer} {why}. No other trainer is there to be asked, {told}."
    who = "this trainer is" if len(asked.names) == 1 else "these trainers are"
    return f"{trainer} {why}. Since {since} {who} asked too: {listed(list(asked.names))}."


def sheet(
    body: Mapping[str, str], circles: Mapping[uuid.UUID, Circle], earlier: Sequence[SessionRow], trainer: str
) -> dict[str, Any]:
    """Everything the write-up's page offers and reckons."""
    rubric, counts = rules.rubric(), mix(body)
    rows = own_rows(body)
    return {
        "circles": [("", "Choose")] + [(circle.id, circle.name) for circle in circles.values()],
        "roles": [(role, words.format(trainer=trainer), "") for role, words in rules.ROLES.items()],
        "phases": [(f"phase-{phase.id}", phase.label, "") for phase in rules.PHASES],
        "counts": counts,
        "mix": mix_words(counts, earlier),
        "own": [(own(row.id), row) for row in rows],
        "own_words": own_words(rubric, trainer),
        "summary": summary(body, circles),
    }


def own_rows(body: Mapping[str, str]) -> list[RubricRow]:
    """The rows to see oneself by: today's, and older ones that are answered, so that nothing answered is lost."""
    newest = rules.rubric().rows
    return [row for row in rules.rows_ever() if row in newest or body.get(own(row.id))]


def zone_of(body: Mapping[str, str], circles: Mapping[uuid.UUID, Circle]) -> str:
    """Whose clock a draft goes by: that of the circle chosen in it, of the only one there is, or the site's."""
    circle = circles.get(identity_of(body, "group") or uuid.UUID(int=0))
    zones = {circle.zone} if circle else {each.zone for each in circles.values()}
    return zones.pop() if len(zones) == 1 else settings.current().time_zone


def signer(body: Mapping[str, str], circles: Mapping[uuid.UUID, Circle], trainers: Mapping[uuid.UUID, str]) -> str:
    """Who will read it, by first name; “your trainer” while the circle is not chosen and there are several."""
    reader = Reader(body)
    chosen = reader.identity("signer", "")
    if chosen not in trainers:
        circle = circles.get(reader.identity("group", "") or uuid.UUID(int=0))
        supervising = {circle.trainer_id} if circle else {each.trainer_id for each in circles.values()}
        chosen = supervising.pop() if len(supervising) == 1 else None
    return first_name(trainers[chosen]) if chosen is not None and chosen in trainers else "your trainer"


def summary(body: Mapping[str, str], circles: Mapping[uuid.UUID, Circle]) -> list[tuple[str, str]]:
    """“What Ruth will get”: the write-up in six lines, from whatever is typed so far."""
    reader = Reader(body)
    held_on = reader.day("held_on", "")
    minutes = reader.number("minutes", 0, 9_999, "", optional=True)
    circle = circles.get(reader.identity("group", "") or uuid.UUID(int=0))
    counts = [reader.number(kind, 0, 9_999, "", optional=True) or 0 for kind in rules.TALLIES]
    share = rules.open_share(counts[0], sum(counts))
    rows = own_rows(body)
    views = sum(1 for row in rows if reader.raw(own(row.id)))
    texts = sum(1 for name in ("keep", "differently") if reader.raw(name))
    when = [day(held_on) if held_on else "", f"{minutes} min" if minutes else ""]
    return [
        ("Session", ", ".join(filter(None, when)) or "Not yet"),
        ("Group", f"{circle.name}, {some(circle.people, 'person', 'people')}" if circle else "Not yet"),
        ("Your part", PARTS.get(reader.raw("role"), "Not yet")),
        ("Questions", f"{sum(counts)}, {share}% open" if share is not None else "None counted"),
        ("Own view", f"{views} of {len(rows)}"),
        ("Look back", f"{texts} of 2"),
    ]


def mix(body: Mapping[str, str]) -> list[int]:
    """The four tallies typed so far, for the bar."""
    reader = Reader(body)
    return [reader.number(kind, 0, rules.MOST_QUESTIONS, "", optional=True) or 0 for kind in rules.TALLIES]


def mix_words(counts: Sequence[int], earlier: Sequence[SessionRow]) -> str:
    """The share of open questions, beside that of the session before."""
    if not sum(counts):
        return ""
    said = f"{rules.open_words(counts[0], sum(counts))}."
    before = next((row for row in reversed(earlier) if row.asked), None)
    if before is None:
        return said
    return f"{said} On {day(before.held_on)} it was {rules.open_share(before.open, before.asked)}%."


def own_words(rubric: Rubric, trainer: str) -> list[tuple[int, str]]:
    """The five answers a trainee gives about themselves."""
    return [(value, words.replace("{trainer}", trainer)) for value, words in enumerate(rubric.own_words, 1)]


def session_headline(opened: Opened, *, mine: bool) -> str:
    """What the page of one session answers: where it stands."""
    if not mine:
        return f"{opened.name}, session {opened.number}"
    if opened.signature:
        return f"{first_name(opened.names[opened.signature.signer_id])} signed session {opened.number}"
    if opened.session.state == "returned":
        return f"{first_name(opened.names[opened.returns[-1].returned_by])} sent session {opened.number} back to you"
    return f"Session {opened.number} is with {first_name(opened.trainer)}"


def ways(meanings: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What a signature can mean, each with what follows from it."""
    asides = {
        "unseen": "It is kept, and counts towards no certificate: nobody saw it.",
        "second": "It counts: it is about what was seen and signed from the room.",
    }
    return [(key, words, asides.get(key, "")) for key, words in meanings.items()]


def times(session: PracticeSession) -> list[tuple[str, int]]:
    """The minutes of each part, for the strip."""
    return [(phase.short, session.phases.get(phase.id, 0)) for phase in rules.PHASES]


def seen(opened: Opened, rubric: Rubric) -> list[tuple[str, str]]:
    """Row by row what the trainer saw, beside the own view; before signing, the own view alone.

    The rows are those of the version it was signed under, and any others that were answered.
    """
    own_view, answers = opened.session.own_ratings, dict(own_words(rubric, opened.trainer))
    if opened.signature is None:
        return [(row.title, answers[own_view[row.id]]) for row in rules.rows_ever() if row.id in own_view]
    rated, known = opened.signature.ratings, {row.id for row in rubric.rows}
    rows = [*rubric.rows, *(row for row in rules.rows_ever() if row.id not in known)]
    said = [
        (row.title, _both(rated.get(row.id), own_view.get(row.id)))
        for row in rows
        if row.id in rated or row.id in own_view
    ]
    part = rules.as_judged(opened.session.role)
    left = [row.title.lower() for row in rubric.rows if not {row.id} & {*rated, *own_view} and part in row.roles]
    return [*said, ("Not seen", listed(left).capitalize())] if left else said


def _both(rated: int | None, own_view: int | None) -> str:
    seen_ = LEVELS[rated][0] if rated else "Not seen"
    if not own_view:
        return seen_
    return f"{seen_}, own view {'the same' if own_view == rated else LEVELS[own_view][0]}"


def signed_words(signature: Signature, signer: str) -> list[tuple[str, str]]:
    """Everything a signer said, in words, as the history keeps it of a signature that counts no more."""
    titles = {row.id: row.title for row in (*rules.rows_ever(), *rules.rubric(signature.rubric_version).rows)}
    return [
        *((titles.get(row, row), LEVELS[rated][0]) for row, rated in signature.ratings.items()),
        ("Where the trainer sits next time", LEVELS[signature.level][0]),
        *Observation.of(signature.observation).facts(signer),
        *([(f"{signer} wrote", signature.comment)] if signature.comment else []),
    ]


def pace_words(queue: Queue) -> str:
    """How long the reader's own reviews took, and everybody's, in one sentence for the trainer alone."""
    own_pace, every = queue.own_pace, queue.every_pace
    if own_pace is None:
        return ""
    everybody = f"; across your provider, {_span(every.seconds)}" if every else ""
    return f"Half of your last {own_pace.many} sign-offs took {_span(own_pace.seconds)} or less{everybody}."


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return " ".join(filter(None, (f"{minutes} min" if minutes else "", f"{rest} s" if rest or not minutes else "")))


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Where two drafts of one session differ: field, what is here, what was saved elsewhere."""
    names = sorted({*here, *there} - {"session_version"})
    return [
        (LABELS.get(name, name.partition("-")[2].capitalize()), here.get(name, ""), there.get(name, ""))
        for name in names
        if here.get(name, "") != there.get(name, "")
    ]


def _sessions(count: int) -> str:
    return "session" if count == 1 else "sessions"
