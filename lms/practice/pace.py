"""How long reviews take, from the openings their pages carried: medians that travel with a query made anyway."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Subquery, case, func, select

from lms.core.actor import Actor, Role
from lms.practice.models import Signature
from lms.practice.rows import Pace

OWN, EVERY = 20, 200  # the newest so many signatures
FEWEST_OWN, FEWEST_SIGNERS = 3, 4  # below that, a median would say something about one sitting, or about one colleague


def columns(actor: Actor) -> dict[str, ColumnElement[int]]:
    """How many reviews of the actor's are known and the median of their seconds; then those of everybody's who signs
    for the same providers.
    """
    timed = select(Signature.signer_id, Signature.seconds).where(Signature.seconds.is_not(None))
    mine = (
        timed.where(Signature.signer_id == actor.person_id).order_by(Signature.signed_at.desc()).limit(OWN).subquery()
    )
    theirs = timed.where(Signature.provider_id.in_(actor.organisations(Role.TRAINER)))
    every = theirs.order_by(Signature.id.desc()).limit(EVERY).subquery()  # ids sort by age
    enough = case((func.count(every.c.signer_id.distinct()) >= FEWEST_SIGNERS, func.count()), else_=0)
    return {
        "own_many": select(func.count()).select_from(mine).scalar_subquery(),
        "own_half": _median(mine),
        "every_many": select(enough).select_from(every).scalar_subquery(),
        "every_half": _median(every),
    }


def read(counted: Mapping[str, int], whose: str) -> Pace | None:
    """What these columns say of the actor's own reviews or of every; None where it is too little."""
    many, half = counted[f"{whose}_many"], counted[f"{whose}_half"]
    return Pace(many, half) if many >= FEWEST_OWN else None


def _median(timed: Subquery) -> ColumnElement[int]:
    """The lower of the middle ones: at least half took that long or less."""
    place = func.row_number().over(order_by=timed.c.seconds).label("place")
    ranked = select(timed.c.seconds, place, func.count().over().label("many")).subquery()
    return select(func.max(ranked.c.seconds)).where(2 * ranked.c.place <= ranked.c.many + 1).scalar_subquery()
