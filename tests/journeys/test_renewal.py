"""A certificate renewed in its months of grace: the letters before it ended, one page, a decision, a new number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from assessments.wording import add_months
from lms.certificates.models import Certificate
from lms.certificates.records import facts_of, today
from lms.core import clock, settings
from lms.core.settings import use
from lms.core.unit import Database
from lms.learning.models import Enrolment
from lms.messages.models import Message
from lms.people.models import Membership
from lms.register import service as register
from lms.renewals import jobs
from lms.renewals.models import Renewal
from lms.renewals.rules import REMINDERS
from tests.accounts import give_password
from tests.evidence import make_led
from tests.journeys.conftest import Site
from tests.journeys.walker import Walker
from tests.make import World, make_group
from tests.make_certificates import certify

pytestmark = pytest.mark.journey
Walk = Callable[..., Walker]
SINCE_THE_END = 60  # days: two of the twelve months of grace
LONG_AGO = date(2020, 1, 6)


@dataclass(frozen=True)
class Held:
    """Amara's certificate as it stands today: its page's number, its last day, and where people come in."""

    number: str
    until: date
    amara: str
    ilse: str


@pytest.fixture
def held(site: Site, store: Database, world: World, app: Flask) -> Iterator[Held]:
    """Issued two years and two months ago, by the clock of that day: the register has it so. Two sessions since."""
    before = settings.current()
    use(before.model_copy(update={"public_url": site.url}))
    until = today() - timedelta(days=SINCE_THE_END)
    with store.transaction() as db:
        for table in (Membership, Enrolment):
            db.execute(update(table).values(started_on=LONG_AGO))
        with clock.at(morning(add_months(until, -24))):
            number = facts_of(certify(db, world)).number
        group = make_group(db, world)
        for days, signer in ((20, world.trainer), (10, world.other_trainer)):
            make_led(db, group, today() - timedelta(days=days), signer=signer)
    yield Held(number, until, *(give_password(app, store, who) for who in (world.trainee, world.administrator)))
    use(before)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(7), ZoneInfo("Europe/London"))


def remind(store: Database, until: date) -> str:
    """Each reminder goes out in its turn, once to her and once to Hana; the address in the last one to her."""
    for count, days in enumerate(REMINDERS, start=1):
        with clock.at(morning(until - timedelta(days=days))):
            for _ in range(2):
                jobs.remind_of_renewals(store)
        with store.readers() as db:
            sent = db.scalars(select(Message.template).where(Message.template.startswith("renewal_due"))).all()
        assert sorted(sent) == ["renewal_due"] * count + ["renewal_due_manager"] * count
    with store.readers() as db:
        last = select(Message.body).where(Message.template == "renewal_due").order_by(Message.created_at.desc())
        found = re.search(r"https?://\S+/renew", db.scalars(last.limit(1)).one())
    assert found
    return found[0]


def send(amara: Walker, address: str) -> None:
    """She comes by the letter, does what is missing, and sends the page that was filled in for her."""
    amara.open(address)
    amara.reads(re.compile("^Ended"))
    for lesson in ("Advice with a question mark", "From value to behaviour"):
        amara.press(lesson, exact=False)  # the button beside the lesson’s link carries its title
    amara.tick("I still keep the agreement and its limits")
    amara.press("Send it")
    assert "decides now" in amara.heading()


def decide(ilse: Walker) -> None:
    """Ilse reads what is there, and renews it."""
    ilse.open("/certificates")
    ilse.press("Renewals that were sent")
    ilse.press("Amara Osei")
    ilse.press("Renew it")
    ilse.reads(re.compile("^Renewed. Amara Osei has a letter"))


def test_a_certificate_is_renewed_in_its_months_of_grace(
    walk: Walk, site: Site, store: Database, world: World, held: Held
) -> None:
    amara, ilse, visitor = walk("amara", 390), walk("ilse", 1280), walk("visitor", 390)
    address, old = remind(store, held.until), f"{site.url}/v/{held.number}"
    visitor.open(old)
    visitor.reads("Expired")
    amara.sign_in(held.amara)
    amara.open("/certificates")
    amara.press("Renew it")
    send(amara, address)
    ilse.sign_in(held.ilse)
    decide(ilse)
    visitor.open(old)
    visitor.reads("Expired")
    visitor.reads(re.compile("It was renewed: a newer certificate, with a number of its own"))
    amara.open(address)
    assert amara.heading().startswith("Renewed until")
    amara.press("See the new certificate")
    amara.press("See what anyone with the number sees")
    amara.reads("Valid")
    with store.readers() as db:
        first, new = db.scalars(select(Certificate).order_by(Certificate.issued_at)).all()
        assert (new.renews_id, new.issued_on, new.valid_until) == (first.id, today(), add_months(held.until, 24))
        assert db.scalars(select(Renewal.decided_by)).all() == [world.administrator]
        assert register.verify(db).ok
