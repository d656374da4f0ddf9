"""A figure of agreement from one's own rounds and evenings: what it rests on now, and taking it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import calibration as rules
from assessments import cases, own_figures, transcripts
from assessments.calibration import Kind, Standing
from assessments.own_figures import Basis, Work
from assessments.transcripts import Transcript
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, NotFound, Stale
from lms.core.site_days import day_of
from lms.exercises import coding, rating
from lms.people import service as people
from lms.practice import calibration, own_figure
from lms.practice.calibration_models import Calibration

KINDS: tuple[Kind, ...] = ("kappa_open_closed", "near_rubric")
OTHER_WORK = (
    "You coded or rated more since this page was opened. The figure below rests on what counts now; read it once more."
)
GONE = "A text that no longer is here"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A figure of the actor's that was recorded or taken, as their own page shows it."""

    row: Calibration
    in_words: str
    provider: str
    by: str


@dataclass(frozen=True, slots=True)
class Place:
    """How the actor stands with one provider: whether they may sign for everybody, and who else records figures."""

    provider: str
    standing: Standing | None
    recorders: str


def bases(db: Session, actor: Actor) -> Mapping[Kind, Basis]:
    """What the actor's figures would rest on today."""
    today = calibration.today()
    rounds = [
        Work(row.id, row.transcript_id, row.content_hash, day_of(row.sent_at), coding.comparison_of(row))
        for row in coding.list_mine(db, actor)
        if row.sent_at is not None
    ]
    evenings = [
        Work(row.id, row.case_id, row.content_hash, day_of(row.rated_at), rating.rated_of(row))
        for row in rating.list_mine(db, actor)
    ]
    return {
        "kappa_open_closed": own_figures.from_rounds(rounds, today),
        "near_rubric": own_figures.from_evenings(evenings, cases.current(), today),
    }


def titles(basis: Basis) -> list[str]:
    """The titles of what a figure rests on."""
    known = {name: each.title for name, each in transcripts.current().items()}
    known |= {name: each.title for name, each in cases.current().items()}
    return [known.get(each.text_id, GONE) for each in basis.counting]


def next_round(db: Session, actor: Actor) -> Transcript | None:
    """The round to code next for a figure: never coded before, the ones kept for assessors first."""
    coded = {each.transcript_id for each in coding.list_mine(db, actor) if each.sent_at is not None}
    fresh = [each for name, each in coding.sheets_for(actor).items() if name not in coded]
    return min(fresh, key=lambda each: (each.kept_for == "everyone", each.id), default=None)


def places(db: Session, actor: Actor) -> list[Place]:
    """How the actor stands with every provider they are a trainer of."""
    mine = {each.organisation_id: each.organisation_name for each in actor.memberships if each.role == Role.TRAINER}
    asked = calibration.asked_by(db, mine)
    known = calibration.agreements(db, mine, actor.person_id)
    found = []
    for provider_id, name in mine.items():
        judged = (rules.judge(each, known[actor.person_id, provider_id], calibration.today())
                  for each in asked[provider_id])  # fmt: skip
        found.append(Place(name, rules.soonest(judged), calibration.recorders(db, provider_id, actor.person_id)))
    return found


def list_recorded(db: Session, actor: Actor) -> list[Recorded]:
    """Every figure of the actor, the latest first."""
    chosen = select(Calibration).where(Calibration.person_id == actor.person_id)
    rows = db.scalars(chosen.order_by(Calibration.recorded_at.desc(), Calibration.id.desc())).all()
    names = people.names_of(db, [row.recorded_by for row in rows])
    organisations = {each.organisation_id: each.organisation_name for each in actor.memberships}
    return [
        Recorded(
            row,
            calibration.figure_of(row).in_words(),
            organisations.get(row.provider_id, ""),
            "" if row.source else names[row.recorded_by],
        )
        for row in rows
    ]


def is_taken(basis: Basis, recorded: Sequence[Recorded]) -> bool:
    """Whether this very figure was taken already and stands."""
    kept = basis.kept()
    return any(each.row.source == kept and each.row.withdrawn_at is None for each in recorded)


def take(db: Session, actor: Actor, kind: str, seen: str, authenticated_by: str) -> str:
    """Take a figure; `seen` is the word of what the page showed. Twice is once. Returns the figure in words.

    Raises NotFound, Stale, Conflict, Invalid.
    """
    if Role.TRAINER not in actor.roles or kind not in KINDS:
        raise NotFound
    basis = bases(db, actor)[kind]
    if seen != basis.seen:
        raise Stale((OTHER_WORK,))
    if basis.figure is None or not basis.is_enough:
        raise Conflict(f"There is no figure to take yet. {own_figures.lacking(basis)}")
    said = own_figures.evidence(basis, titles(basis))
    own_figure.take(db, actor, basis.figure, said, basis.kept(), authenticated_by)
    return basis.figure.in_words()
