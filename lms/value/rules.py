"""Pure rules of the value guarantee: what the bill comes to, when what is asked, and what may be published."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from statistics import median

from lms.core.actor import Actor, Role

WHOLE = 10_000  # a tax of 100 %, in hundredths of a per cent
FEWEST = 4  # clients in whatever is published, and in whatever is added to it
TITLE_LENGTH = 120
LONGEST_ADDRESS = 400
LONGEST_WHY = 2_000
LONGEST_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class Sum:
    """What a bill comes to, in minor units."""

    agreed: int
    adjusted: int
    net: int
    tax: int
    total: int


def reckon(agreed: int, felt: int | None, tax_rate: int, floor: int | None = None) -> Sum:
    """The bill. Nothing said is the agreed fee; a floor holds only where the contract has one. Tax is rounded half up.

    >>> reckon(1840000, 1560000, 1500)
    Sum(agreed=1840000, adjusted=-280000, net=1560000, tax=234000, total=1794000)
    """
    net = agreed if felt is None else max(felt, floor or 0)
    tax = (net * tax_rate + WHOLE // 2) // WHOLE
    return Sum(agreed, net - agreed, net, tax, net + tax)


def ratio(agreed: int, net: int) -> Fraction:
    """What was paid of the agreed fee."""
    return Fraction(net, agreed)


def hundredths(value: Fraction) -> str:
    """“1.00”, “0.85”: rounded half up."""
    whole = (200 * value.numerator + value.denominator) // (2 * value.denominator)
    return f"{whole // 100}.{whole % 100:02d}"


@dataclass(frozen=True, slots=True)
class Paid:
    """An engagement that has come to its bill."""

    client_id: uuid.UUID
    agreed: int
    net: int


@dataclass(frozen=True, slots=True)
class Published:
    """Two numbers and no names: how many adjusted the fee, and what the middle one paid of it."""

    adjusted: int
    of: int
    middle: Fraction


def publish(paid: Iterable[Paid]) -> Published | None:
    """What may be published of a provider's bills, in the order in which they were made; None below four clients.

    Bills are added only together with those of at least three other clients, so that nobody learns from yesterday's
    numbers and today's what one client did.
    """
    told, waiting = list[Paid](), list[Paid]()
    for each in paid:
        waiting.append(each)
        if len({one.client_id for one in waiting}) >= FEWEST:
            told += waiting
            waiting = []
    if not told:
        return None
    adjusted = sum(each.net != each.agreed for each in told)
    return Published(adjusted, len(told), median(ratio(each.agreed, each.net) for each in told))


class Phase(StrEnum):
    """Where an engagement is."""

    PROPOSED = "proposed"  # the client has not confirmed it
    RUNNING = "running"
    OUTCOMES = "outcomes"  # what came of it is asked
    WORTH = "worth"  # what it was worth is asked
    OVER = "over"  # the last day has gone by without an answer, and the bill is being made
    BILLED = "billed"


def phase(terms: tuple[date, date] | None, on: date, *, is_surveyed: bool, is_billed: bool) -> Phase:
    """Where an engagement is on a day. `terms` are its last day and the last day for an answer, once confirmed."""
    if is_billed:
        return Phase.BILLED
    if terms is None:
        return Phase.PROPOSED
    ends_on, answer_by = terms
    if on < ends_on:
        return Phase.RUNNING
    if on > answer_by:
        return Phase.OVER
    return Phase.WORTH if is_surveyed else Phase.OUTCOMES


def administers(actor: Actor) -> frozenset[uuid.UUID]:
    """The providers whose engagements the actor may see: whoever trains or assesses for one is kept from them."""
    return actor.organisations(Role.ADMINISTRATOR) - actor.organisations(Role.TRAINER)


def is_client(actor: Actor, provider_id: uuid.UUID, client_id: uuid.UUID) -> bool:
    """Whether the actor speaks for the client; nobody does who trains or assesses for the provider."""
    trains = provider_id in actor.organisations(Role.TRAINER)
    return client_id in actor.organisations(Role.MANAGER) and not trains


def chosen(keys: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """What was ticked, once each, in the order of the list."""
    return tuple(each for each in known if each in set(keys))
