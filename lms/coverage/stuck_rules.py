"""Pure rules of who is stuck and why: what waits for somebody else, since when, and who can move it on."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from assessments.wording import some
from lms.core.phrases import day, number

Reason = Literal["certificate", "renewal", "lapsed", "panel", "sign_off", "second", "no_circle", "quiet"]
Whom = Literal["trainer", "administrators", "holder"]
# In the order of the page: what is nearly done stands first, since least is missing there.
REASONS: dict[Reason, str] = {
    "certificate": "Decided, and no certificate yet",
    "renewal": "Renewal sent, and nobody has decided",
    "lapsed": "Certificate has lapsed",
    "panel": "A panel has not decided",
    "sign_off": "Waits for a signature",
    "second": "No second assessor",
    "no_circle": "No circle to practise in",
    "quiet": "Quiet for four weeks",
}
DECIDED_WITHIN, PANEL_WITHIN = timedelta(days=7), timedelta(days=21)
CIRCLE_WITHIN, QUIET = timedelta(days=30), timedelta(days=28)
GRACE = timedelta(days=365)  # certification.md §5: twelve months in which a lapsed certificate is still renewed
ENOUGH_BY_ONE = 4  # sessions signed, all by one person


@dataclass(frozen=True, slots=True)
class Training:
    """Somebody's training in figures: when things happened, and never what was written or said of them."""

    enrolment_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    unit: str
    trainer_id: uuid.UUID
    trainer: str
    started_on: date
    provider_id: uuid.UUID
    assessors: int  # how many the award asks for
    waits_since: date | None = None  # the oldest session that nobody has signed
    waits_late: bool = False  # for longer than five working days
    waits_at: tuple[uuid.UUID, str] | None = None
    signed: int = 0
    signers: int = 0
    in_circle: bool = False
    last_step: date | None = None
    ready_on: date | None = None  # decided ready, and no certificate stands on it
    panel_since: date | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A certificate that ended, or whose renewal was sent and waits."""

    certificate_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    unit: str
    valid_until: date
    provider_id: uuid.UUID
    sent_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """Somebody who is stuck. `at` says in words whom it waits for, `to_id` is who gets a letter; none for the
    provider's administrators.
    """

    reason: Reason
    person_id: uuid.UUID
    name: str
    unit: str
    since: date | None
    sentence: str
    at: str
    whom: Whom
    provider_id: uuid.UUID  # whose training or certificate it is: nobody of another provider is written to
    to_id: uuid.UUID | None = None
    certificate_id: uuid.UUID | None = None

    @property
    def key(self) -> str:
        """How forms and weekly letters call it."""
        return f"{self.reason} {self.person_id}"


ADMINISTRATORS = "the provider’s administrators"


def stuck_training(each: Training, today: date) -> Stuck | None:
    """What holds somebody up in training, if anything does: the first reason of the page's order."""
    who = (each.person_id, each.name, each.unit)
    if each.ready_on is not None:
        if each.ready_on + DECIDED_WITHIN > today:
            return None
        said = f"Decided ready on {day(each.ready_on)}, and the certificate is not issued."
        return Stuck("certificate", *who, each.ready_on, said, ADMINISTRATORS, "administrators", each.provider_id)
    if each.panel_since is not None and each.panel_since + PANEL_WITHIN <= today:
        said = f"A panel was called on {day(each.panel_since)}, and has not decided."
        return Stuck("panel", *who, each.panel_since, said, ADMINISTRATORS, "administrators", each.provider_id)
    return _waiting(each) or _short(each, today)


def _waiting(each: Training) -> Stuck | None:
    if not each.waits_late or each.waits_since is None or each.waits_at is None:
        return None
    to_id, name = each.waits_at
    said = f"A session waits for {name}’s signature since {day(each.waits_since)}."
    return Stuck(
        "sign_off",
        each.person_id,
        each.name,
        each.unit,
        each.waits_since,
        said,
        name,
        "trainer",
        each.provider_id,
        to_id,
    )


def _short(each: Training, today: date) -> Stuck | None:
    """What is missing although nothing waits: somebody else to sign, a circle, or a step at all."""
    who = (each.person_id, each.name, each.unit)
    if each.assessors > 1 and each.signers == 1 and each.signed >= ENOUGH_BY_ONE:
        many = number(each.signed, capital=True)
        said = f"{many} sessions are signed, all by one person. The award asks for {number(each.assessors)}."
        return Stuck("second", *who, None, said, ADMINISTRATORS, "administrators", each.provider_id)
    if not each.in_circle and each.started_on + CIRCLE_WITHIN <= today:
        said = f"In training since {day(each.started_on)}, and sits in no circle."
        return Stuck(
            "no_circle", *who, each.started_on, said, each.trainer, "trainer", each.provider_id, each.trainer_id
        )
    last = each.last_step or each.started_on
    if last + QUIET <= today:
        said = f"The last step was on {day(last)}." if each.last_step else f"No step since {day(last)}, the first day."
        return Stuck("quiet", *who, last, said, each.trainer, "trainer", each.provider_id, each.trainer_id)
    return None


def stuck_certificate(each: Ended, today: date) -> Stuck | None:
    """A renewal that waits, or a certificate that ended and can still be renewed."""
    who = (each.person_id, each.name, each.unit)
    if each.sent_on is not None:
        if each.sent_on + DECIDED_WITHIN > today:
            return None
        said = f"The renewal was sent on {day(each.sent_on)}, and nobody has decided."
        return Stuck("renewal", *who, each.sent_on, said, ADMINISTRATORS, "administrators", each.provider_id)
    if not today - GRACE <= each.valid_until < today:
        return None
    left = (each.valid_until + GRACE - today).days
    said = f"The certificate ended on {day(each.valid_until)}. It can still be renewed for {some(left, 'day')}."
    return Stuck(
        "lapsed",
        *who,
        each.valid_until,
        said,
        each.name,
        "holder",
        each.provider_id,
        each.person_id,
        each.certificate_id,
    )


def in_order(found: Sequence[Stuck]) -> list[Stuck]:
    """By reason as the page has them, the longest first; of each person what is first there."""
    order = list(REASONS)
    once: dict[uuid.UUID, Stuck] = {}
    for each in sorted(
        found, key=lambda each: (order.index(each.reason), each.since or date.min, each.name.casefold(), each.person_id)
    ):
        once.setdefault(each.person_id, each)
    return list(once.values())


def headline(found: Sequence[Stuck]) -> str:
    """The sentence that answers what a manager came for."""
    if not found:
        return "Nobody is stuck"
    many = len({each.person_id for each in found})
    return f"{number(many, capital=True)} {'person is' if many == 1 else 'people are'} stuck"


def asked(found: Stuck) -> str:
    """What a letter asks, in words that say nothing of anybody's evidence."""
    words: dict[Reason, str] = {
        "certificate": "the certificate that follows the decision",
        "renewal": "a decision on the renewal",
        "lapsed": "a renewal",
        "panel": "the panel’s decision",
        "sign_off": "a signature",
        "second": "a second person to see and sign sessions",
        "no_circle": "a circle to practise in",
        "quiet": "a word about what is in the way",
    }
    return words[found.reason]
