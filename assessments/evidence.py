"""What readiness is judged from: plain frozen facts that the house gathers, and how they look on one day.

Ids are strings and only handed back, so a page can link to what counted. Nothing here knows a standard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from assessments.assurance import COUNTED, Tier, in_words
from assessments.calibration import Agreement, Figure
from assessments.group_evidence import Sample
from assessments.held_evidence import HeldEvidence, seen_on
from assessments.judged import InterviewEvidence, KnowledgeEvidence, arranged, handed_in
from assessments.wording import day, first_name, sentence
from courses.source import Frozen

Count = Annotated[int, Field(ge=0)]
Part = Literal["member", "held", "watched", "shared", "led"]
State = Literal["waiting", "returned", "signed"]


class LessonEvidence(Frozen):
    """A lesson of the programme. `done_on` is None while it is not done; then it is here for its title.

    `place` is where it stands in the programme: every page names the same lesson as the first one left.
    """

    id: str
    title: str
    done_on: date | None = None
    place: int = 0


class Observed(Frozen):
    """What an outside observer signed by a link. It stands beside the trainer's signature, never in its place."""

    signer_id: str
    signer_name: str
    signer_independent: bool = True
    not_independent_because: str = ""
    signer_outside: bool = False
    signed_on: date
    level: Annotated[int, Field(ge=1, le=5)]


class SessionEvidence(Frozen):
    """A session that was written up.

    `signer_…` is who signed, or who is asked to sign while it waits. `signer_independent` is decided by data (same
    circle, line manager); `not_independent_because` completes the signer's name: “sits in the same circle”.
    `signer_outside`: neither trains this person nor is tied to them in any way that was asked about. `signer_left`:
    can be asked for nothing any more; what they signed still counts.
    `tier` says how sure it is who signed; `observed` is what somebody from outside signed besides.
    """

    id: str
    held_on: date
    group_id: str
    group_name: str
    role: Part
    minutes: Count = 0
    open: Count = 0
    closed: Count = 0
    leading: Count = 0
    advice: Count = 0
    state: State
    submitted_on: date | None = None
    self_rated: bool = False
    signer_id: str | None = None
    signer_name: str = ""
    signer_independent: bool = True
    not_independent_because: str = ""
    signer_outside: bool = False
    signer_left: bool = False
    signed_on: date | None = None
    level: Annotated[int, Field(ge=1, le=5)] | None = None
    tier: Tier = "account"
    observed: Observed | None = None

    @model_validator(mode="after")
    def _signatures_are_whole(self) -> Self:
        if self.state == "signed" and None in (self.signer_id, self.signed_on, self.level):
            raise ValueError("a signed session has a signer, a day of signing and a level")
        return self

    @property
    def asked(self) -> int:
        """Questions of every kind in the tally."""
        return self.open + self.closed + self.leading + self.advice

    @property
    def signer(self) -> str:
        return first_name(self.signer_name) or "the trainer"


class PlannedSession(Frozen):
    """A meeting in the calendar that this person is to lead. `id` is the meeting's."""

    id: str
    held_on: date
    group_id: str
    group_name: str


class Assessor(Frozen):
    """Somebody who may be asked to sit in and would be independent; `outside` as in `SessionEvidence`."""

    id: str
    name: str
    outside: bool = False


class AwardEvidence(Frozen):
    """Somebody decided that a standard was reached. `until` is the last day on which that holds; None is for good."""

    id: str
    standard_id: str
    since: date
    until: date | None = None


class HandedOver(Frozen):
    """A circle that this person led or trained, and the day from which it runs itself."""

    id: str
    name: str
    on: date


class Evidence(Frozen):
    """Everything known about one person. The order inside each part never matters."""

    trainer_name: str = ""
    lessons: tuple[LessonEvidence, ...] = ()
    sessions: tuple[SessionEvidence, ...] = ()
    planned: tuple[PlannedSession, ...] = ()
    assessors: tuple[Assessor, ...] = ()
    last_drill_on: date | None = None
    awards: tuple[AwardEvidence, ...] = ()
    handed_over: tuple[HandedOver, ...] = ()
    figures: tuple[Figure, ...] = ()  # this person's own, of agreement with others
    samples: tuple[Sample, ...] = ()  # turns of theirs that somebody labelled
    held: tuple[HeldEvidence, ...] = ()  # by a key and a person; what the coach said is no part of it
    interviews: tuple[InterviewEvidence, ...] = ()
    tests: tuple[KnowledgeEvidence, ...] = ()
    concern: bool = False  # about somebody’s safety, open today; what it is about is told to no rule

    @field_validator(
        "lessons", "sessions", "planned", "assessors", "awards", "handed_over", "samples", "held", "interviews", "tests"
    )
    @classmethod
    def _nothing_twice(cls, each: tuple[Frozen, ...]) -> tuple[Frozen, ...]:
        if any(times > 1 for times in Counter(getattr(one, "id", "") for one in each).values()):
            raise ValueError("the same id stands here twice; evidence counts once")
        return each

    @property
    def trainer(self) -> str:
        return first_name(self.trainer_name) or "the trainer"


@dataclass(frozen=True)
class View:
    """The evidence on one day, sorted: what counts, what is on its way, what is in the calendar.

    `signed` are the sessions that somebody independent signed, whatever the part; `counted` are those that were led.
    """

    evidence: Evidence
    at: date
    lessons: dict[str, LessonEvidence]
    signed: tuple[SessionEvidence, ...]
    counted: tuple[SessionEvidence, ...]
    returned: tuple[SessionEvidence, ...]
    waiting: tuple[SessionEvidence, ...]
    planned: tuple[PlannedSession, ...]
    tiers: tuple[Tier, ...]
    awards: tuple[AwardEvidence, ...]
    handed_over: tuple[HandedOver, ...]
    agreement: Agreement
    samples: tuple[Sample, ...]
    held: tuple[HeldEvidence, ...]
    interviews: tuple[InterviewEvidence, ...]
    tests: tuple[KnowledgeEvidence, ...]

    @property
    def on_its_way(self) -> tuple[SessionEvidence, ...]:
        """Led and written up; a signature away from counting."""
        return tuple(sorted(self.returned + self.waiting, key=held))

    def date(self, value: date) -> str:
        return day(value, self.at)


def look(evidence: Evidence, at: date, tiers: tuple[Tier, ...] = COUNTED) -> View:
    """The evidence as it stood on `at`. What came later is left out, so an old day can be judged again.

    Signatures count whose tier is one of `tiers`.
    """
    sessions = tuple(sorted((_as_counted(each, at, tiers) for each in evidence.sessions), key=held))
    evidence = evidence.model_copy(update={"sessions": sessions})
    led = tuple(s for s in sessions if s.role == "led" and s.held_on <= at)
    written_up = {(s.group_id, s.held_on) for s in sessions}
    planned = sorted(evidence.planned, key=lambda p: (p.held_on, p.id))
    signed = tuple(s for s in sessions if why_not_signed(s, at, tiers) is None)
    figures = sorted((f for f in evidence.figures if f.done_on <= at), key=lambda f: (f.done_on, f.hundredths, f.items))
    return View(
        evidence=evidence,
        at=at,
        lessons={lesson.id: lesson for lesson in evidence.lessons},
        signed=signed,
        counted=tuple(s for s in signed if s.role == "led"),
        returned=tuple(s for s in led if s.state == "returned"),
        waiting=tuple(s for s in led if _waits(s, at)),
        planned=tuple(p for p in planned if p.held_on >= at and (p.group_id, p.held_on) not in written_up),
        tiers=tiers,
        awards=tuple(sorted((a for a in evidence.awards if a.since <= at), key=lambda a: (a.since, a.id))),
        handed_over=tuple(sorted((h for h in evidence.handed_over if h.on <= at), key=lambda h: (h.on, h.id))),
        agreement=Agreement.last(figures),
        samples=tuple(sorted((s for s in evidence.samples if s.coded_on <= at), key=lambda s: (s.coded_on, s.id))),
        held=seen_on(evidence.held, at),
        interviews=tuple(sorted((i for i in evidence.interviews if i.arranged_on <= at), key=arranged)),
        tests=tuple(sorted((t for t in evidence.tests if t.on <= at), key=handed_in)),
    )


def _as_counted(session: SessionEvidence, at: date, tiers: tuple[Tier, ...]) -> SessionEvidence:
    """The session as signed by its observer, where such a signature counts and no trainer's does."""
    seen = session.observed
    if seen is None or "link" not in tiers or seen.signed_on > at or session.state == "returned":
        return session
    if session.signed_on is not None and session.signed_on <= at and session.tier in tiers:
        return session
    return session.model_copy(update={**dict(seen), "state": "signed", "tier": "link", "observed": None})


def held(session: SessionEvidence) -> tuple[date, str]:
    """The order of sessions: by day, then by id, so that the order of evidence cannot matter."""
    return session.held_on, session.id


def why_not_counted(
    session: SessionEvidence, at: date, tiers: tuple[Tier, ...] = COUNTED, *, rounds: bool = False
) -> str | None:
    """Why this session moves nothing where sessions led are asked for. With `rounds`, other parts count as well."""
    if session.held_on <= at and session.role in _PARTS:
        said, counted = _PARTS[session.role]
        unsigned = why_not_signed(session, at, tiers) if rounds else None
        return unsigned or f"{said} {'No sign here asks for a round in that part.' if rounds else counted}"
    return why_not_signed(session, at, tiers)


def why_not_signed(session: SessionEvidence, at: date, tiers: tuple[Tier, ...] = COUNTED) -> str | None:
    """The same whatever the part: why it is not signed by somebody whose signature counts here, or None."""
    said = next((say(session, at) for applies, say in _REASONS if applies(session, at)), None)
    if said is None and session.tier not in tiers:
        return f"Signed {in_words(session.tier)}. That is kept, and does not count here."
    return said


def _waits(session: SessionEvidence, at: date) -> bool:
    return session.state == "waiting" or (session.signed_on is not None and session.signed_on > at)


def _since(session: SessionEvidence, at: date) -> str:
    if session.signer_left:
        return f"Not signed yet. {sentence(session.signer)}, who was asked, is no longer here to sign it."
    if session.submitted_on is None or session.submitted_on > at:
        return f"Not signed yet. It is with {session.signer}."
    return f"Not signed yet. It has been with {session.signer} since {day(session.submitted_on, at)}."


def _not_independent(session: SessionEvidence, _at: date) -> str:
    if not session.not_independent_because:
        return "The signature is not from an independent view."
    return f"{sentence(session.signer)} {session.not_independent_because}, so the view is not independent."


_PARTS: dict[str, tuple[str, str]] = {
    "member": ("There as a member.", "Only sessions led count here."),
    "held": ("Brought the problem.", "Only sessions led count here."),
    "watched": ("Watched, not led.", "Only sessions led count here."),
    "shared": ("Led together.", "Only sessions led alone count here."),
}
_REASONS: tuple[tuple[Callable[[SessionEvidence, date], bool], Callable[[SessionEvidence, date], str]], ...] = (
    (lambda s, at: s.held_on > at, lambda _, at: f"It is dated after {day(at, at)}, the day of this page."),
    (
        lambda s, _: s.state == "returned",
        lambda s, _: f"{sentence(s.signer)} returned it. It counts once it is signed.",
    ),
    (_waits, _since),
    (lambda s, _: not s.signer_independent, _not_independent),
)
