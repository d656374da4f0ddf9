"""Nobody's page but a manager's or an administrator's own asks what was paid, whatever it shows."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from lms.value.models import Engagement
from tests.sweeps.house import NOBODY, ROLES, House

pytestmark = pytest.mark.xdist_group("sweeps")
OURS = re.compile(r"\bvalue_(engagement|terms|draft|survey|statement|bill)")
AMOUNTS = re.compile(r"18,400|15,600|6,200\.00|7,000\.00|17,940|8,050")
# Everything somebody is entitled to in the register is made again from its record there.
PROOF = (
    "record.record", "record.download", "record.whole_page", "record.whole_json", "record.whole_pdf",
    "record.earlier", "record.earlier_json",
)  # fmt: skip


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_no_other_page_asks_its_tables_or_shows_an_amount(house: House, role: str) -> None:
    browser = house.browser(house.people.get(role))
    with house.database.readers() as db:
        assert db.scalars(select(Engagement.id)).all()
    for rule in house.rules("GET"):
        if rule.endpoint.startswith("value.") and role in ("manager", "administrator"):
            continue
        with house.statements() as sent:
            answer = browser.get(house.path(rule))
        if rule.endpoint not in PROOF:
            assert not [each for each in sent if OURS.search(each)], rule.endpoint
        if (answer.mimetype or "").startswith("text/"):
            assert not AMOUNTS.search(answer.text), rule.endpoint
