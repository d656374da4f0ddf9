"""Bills: numbered for their provider without gaps, sealed, never changed. A mistake is mended by another bill."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core import clock, jobs
from lms.core.actor import Actor
from lms.core.db import insert_once, new_id
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.core.site_days import today
from lms.register import service as register
from lms.value import letters, rules, service, surveying
from lms.value.models import Bill, BillCount, BillPdf, Engagement
from lms.value.rules import Paid, Phase, Published
from lms.value.service import View
from lms.value.terms import Agreed

KIND, MEANING = "bill", "This bill follows from what was agreed and from what the client said it was worth."
CORRECTED = "This bill was corrected already. Correct the one that took its place."
ADMINISTRATORS = "The provider corrects its bills. Write to them if something on it is wrong."
SAME = "Nothing on the bill is different, so there is nothing to correct."


def make(db: Session, view: View, actor: Actor | None, felt: int | None, proof: str, number: int) -> Bill:
    """The first bill of an engagement, from what the client felt; from the agreed fee where nobody said anything."""
    terms = view.terms
    assert terms is not None  # noqa: S101 - there is no end without terms
    agreed = Agreed.of(terms)
    bill = Bill(
        number=number,
        engagement_id=view.engagement.id,
        terms_version=terms.version,
        because="",
        was_answered=felt is not None,
        facts=printed(view, agreed),
        **_sums(agreed, felt),
    )
    surveying.drop_drafts(db, view.engagement.id)
    _keep(db, actor, view, bill, proof)
    return bill


def make_unanswered(db: Session, engagement_id: uuid.UUID) -> None:
    """The last day has gone by: the agreed fee is the bill. Done once, however often it is asked for."""
    view = service.get_any(db, engagement_id)
    if view.phase is Phase.OVER:
        make(db, view, None, None, "", next_number(db, view))


def correct(
    db: Session, actor: Actor, engagement_id: uuid.UUID, number: int, mended: Agreed, because: str, proof: str
) -> Bill:
    """Make the bill that takes another one’s place: what was felt stays, what is printed may be otherwise.

    The same form sent twice is one bill. Raises NotFound, Forbidden, Conflict.
    """
    view = service.get(db, actor, engagement_id, lock=True)
    old = find(view, number)
    if view.for_client:
        raise Forbidden(ADMINISTRATORS)
    facts, felt = printed(view, mended), (old.net if old.was_answered else None)
    newer = next((each for each in view.bills if each.corrects_id == old.id), None)
    if newer is not None and (newer.facts, newer.because, newer.made_by) == (facts, because, actor.person_id):
        return newer
    if newer is not None:
        raise Conflict(CORRECTED)
    if facts == old.facts:
        raise Conflict(SAME)
    bill = Bill(
        number=next_number(db, view),
        engagement_id=old.engagement_id,
        terms_version=old.terms_version,
        corrects_id=old.id,
        because=because,
        was_answered=old.was_answered,
        facts=facts,
        **_sums(mended, felt),
    )
    _keep(db, actor, view, bill, proof, replaces=old)
    return bill


def find(view: View, number: int) -> Bill:
    """A bill of the engagement by its number. Raises NotFound."""
    for each in view.bills:
        if each.number == number:
            return each
    raise NotFound


def printed(view: View, agreed: Agreed) -> dict[str, Any]:
    """Whatever a bill says beside its amounts, as it was that day."""
    return {**agreed.payload(), "provider": view.provider, "client": view.client}


def _sums(agreed: Agreed, felt: int | None) -> dict[str, Any]:
    found = rules.reckon(agreed.fee, felt, agreed.tax_rate, agreed.floor)
    return {"currency": agreed.currency, **{name: getattr(found, name) for name in rules.Sum.__slots__}}


def _keep(db: Session, actor: Actor | None, view: View, bill: Bill, proof: str, replaces: Bill | None = None) -> None:
    bill.provider_id = view.engagement.provider_id
    bill.made_by = actor.person_id if actor else None
    bill.made_at, bill.made_on = clock.now(), today()
    bill.authenticated_by, bill.salt, bill.id = proof, secrets.token_hex(16), new_id()
    title = str(bill.facts["title"])
    letters.send_bill(db, view.engagement, bill, title, replaces.number if replaces else None)
    jobs.enqueue(db, "draw_bill", key=f"draw_bill:{bill.id}", bill=str(bill.id))
    leaf = register.append(
        db,
        actor,
        kind=KIND,
        subject_kind="value_engagement",
        subject_id=bill.engagement_id,
        payload=payload(bill),
        meaning=MEANING,
        authenticated_by=proof,
    )
    bill.leaf_seq = leaf.seq
    db.add(bill)
    db.flush()


def next_number(db: Session, view: View) -> int:
    """The provider's next number. Its row is held until the bill is there, so that none is missing or given twice.

    Taken before anything is written into the register, by everybody: two who wait for each other would wait forever.
    """
    provider_id = view.engagement.provider_id
    insert_once(db, BillCount, provider_id=provider_id, last=0)
    count = update(BillCount).where(BillCount.provider_id == provider_id).values(last=BillCount.last + 1)
    return db.execute(count.returning(BillCount.last)).scalar_one()


def payload(bill: Bill) -> dict[str, Any]:
    """What the register seals of a bill; the salt keeps amounts from being guessed by their digest."""
    return {
        "bill": str(bill.id),
        "number": bill.number,
        "provider": str(bill.provider_id),
        "engagement": str(bill.engagement_id),
        "terms_version": bill.terms_version,
        "corrects": str(bill.corrects_id) if bill.corrects_id else None,
        "because": bill.because,
        "made_on": bill.made_on.isoformat(),
        "was_answered": bill.was_answered,
        "currency": bill.currency,
        "amounts": {name: getattr(bill, name) for name in rules.Sum.__slots__},
        "facts": bill.facts,
        "salt": bill.salt,
    }


def find_pdf(db: Session, bill: Bill) -> bytes | None:
    """The drawn bill, once it is drawn."""
    return db.scalar(select(BillPdf.content).where(BillPdf.bill_id == bill.id))


def is_drawn(db: Session, bill: Bill) -> bool:
    """Whether there is a PDF of it by now."""
    return db.scalar(select(BillPdf.bill_id).where(BillPdf.bill_id == bill.id)) is not None


def keep_pdf(db: Session, bill_id: uuid.UUID, content: bytes) -> None:
    """Keep what was drawn. The first drawing stays: people have it."""
    insert_once(db, BillPdf, bill_id=bill_id, content=content, drawn_at=clock.now())


def published(db: Session, provider_ids: list[uuid.UUID]) -> dict[uuid.UUID, Published]:
    """What may be published of each provider's bills. One query; corrections do not count, for nobody felt anew."""
    rows = db.execute(
        select(Bill.provider_id, Engagement.client_id, Bill.agreed, Bill.net)
        .join(Engagement, Engagement.id == Bill.engagement_id)
        .where(Bill.provider_id.in_(provider_ids), Bill.corrects_id.is_(None))
        .order_by(Bill.number)
    ).all()
    found = {}
    for provider_id in set(provider_ids):
        told = rules.publish(Paid(*row[1:]) for row in rows if row.provider_id == provider_id)
        if told is not None:
            found[provider_id] = told
    return found
