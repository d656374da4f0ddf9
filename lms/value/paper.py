"""A bill on paper: one tagged page from the bill's own row, which anybody reads as it was made that day."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.core import phrases, texts
from lms.value import amounts
from lms.value.currencies import CURRENCIES
from lms.value.models import Bill
from lms.value.terms import Agreed

STATIC = Path(__file__).parents[1] / "static"


def page(bill: Bill, replaced: Bill | None) -> str:
    """The bill as a page to be drawn. `replaced` is the one whose place it takes."""
    return str(_templates().get_template("value/paper.html").render(**told(bill), replaced=replaced))


def style() -> str:
    """How it looks: as every other paper of ours, with a column of figures."""
    return (STATIC / "paper.css").read_text("utf-8") + (STATIC / "bill.css").read_text("utf-8")


def told(bill: Bill) -> dict[str, Any]:
    """What a page or a paper says of a bill."""
    agreed = Agreed.of_payload(bill.facts)
    return {
        "bill": bill,
        "agreed": agreed,
        "due_on": bill.made_on + timedelta(days=agreed.pay_days),
        "provider": bill.facts["provider"],
        "client": bill.facts["client"],
        "sign": CURRENCIES[bill.currency].sign.strip(),
        "currency": CURRENCIES[bill.currency].name,
        "said": lambda minor: amounts.said(minor, bill.currency),
    }


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(texts.folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(full_day=phrases.full_day)
    return made
