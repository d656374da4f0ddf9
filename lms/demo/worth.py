"""What Harbourside and Fieldfare agreed on: a first year that has its bill, and six circles that have just ended."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.actor import Actor
from lms.demo.by_itself import TellsItself
from lms.demo.calendar import Calendar
from lms.demo.cast import HANA, ILSE
from lms.demo.founding import House
from lms.demo.words import words
from lms.value import answering, jobs, service, stating, surveying
from lms.value.models import Terms
from lms.value.stating import Said
from lms.value.surveying import WORTH
from lms.value.terms import Agreed

PROOF = "password"
FIRST, SIX = "Two circles, to begin with", "Six circles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engaged(TellsItself):
    """One step of an engagement: “written”, “confirmed”, “ended”, “came”, “draft” or “sent”."""

    title: str
    step: str
    ends_on: date

    def tell(self, db: Session, house: House, key: uuid.UUID) -> None:
        """By Ilse for the provider, by Hana for the council."""
        hana = house.people[HANA]
        if self.step == "written":
            service.write_down(db, house.people[ILSE], key, house.council.id, _agreed(self.title, self.ends_on))
            return
        engagement_id = db.scalars(select(Terms.engagement_id).where(Terms.title == self.title)).one()
        if self.step == "confirmed":
            answering.answer(db, hana, engagement_id, 1, proof=PROOF)
        elif self.step == "ended":
            jobs.see_to(db, engagement_id)
        else:
            _answer(db, hana, engagement_id, self, key)


def story(calendar: Calendar) -> Iterator[Engaged]:
    """The first one ended a good year ago. The other ended three weeks ago, and what came of it is locked."""
    for title, ended, steps in (
        (FIRST, 407, (("came", 399), ("sent", 398))),
        (SIX, 21, (("came", 6), ("draft", 0))),
    ):
        ends_on, began = calendar.today - timedelta(days=ended), ended + LASTED[title]
        days = (("written", began + 5), ("confirmed", began + 3), ("ended", ended - 1), *steps)
        for step, ago in days:
            yield Engaged(at=calendar.ago(ago, AT[step]), title=title, step=step, ends_on=ends_on)


LASTED = {FIRST: 240, SIX: 350}  # days
AT = {"written": "10:15", "confirmed": "16:40", "ended": "06:10", "came": "15:20", "draft": "07:31", "sent": "11:05"}


def _agreed(title: str, ends_on: date) -> Agreed:
    six = title == SIX
    return Agreed(
        title=title,
        starts_on=ends_on - timedelta(days=LASTED[title]),
        ends_on=ends_on,
        answer_by=ends_on + timedelta(days=45),
        agreed_on=ends_on - timedelta(days=LASTED[title] + 5),
        currency="NZD",
        fee=18_400_00 if six else 6_200_00,
        floor=None,
        tax_rate=1500,
        minutes=60 * (46 if six else 16),
        provider_address="2 Mill Lane\nPort Alder 5024",
        provider_tax_number="104-882-311",
        client_address="Council House\n1 Quay Street\nHarbourside 6011",
        pay_to="Alder Bank, account 12-3456-0078901-00",
        pay_days=30,
    )


def _answer(db: Session, hana: Actor, engagement_id: uuid.UUID, event: Engaged, key: uuid.UUID) -> None:
    said = words()["worth"]["six" if event.title == SIX else "first"]
    if event.step == "came":
        answers = {number: {"came": came, "words": text} for number, (came, text) in said["came"].items()}
        surveying.finish(db, hana, engagement_id, 0, answers)
    elif event.step == "draft":
        typed = {"amount": said["amount"], "outcomes": said["outcomes"], "why": said["why"]}
        surveying.keep(db, hana, engagement_id, WORTH, 0, typed)
    else:
        felt = Said(said["felt"], tuple(said["outcomes"]), said["why"])
        stating.send(db, hana, engagement_id, key, 0, felt, {}, PROOF)
