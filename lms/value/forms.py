"""Reading the forms of the value guarantee: every fault a sentence, and nothing typed is lost."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from werkzeug.datastructures import MultiDict

from lms.core.forms import Reader
from lms.value import amounts, rules
from lms.value.currencies import CURRENCIES
from lms.value.outcomes import CAME, KEYS, MOST_CHOSEN
from lms.value.stating import Said
from lms.value.terms import Agreed

TIME_TO_ANSWER = timedelta(days=14)
FARTHEST = timedelta(days=3_653)
MOST_PAY_DAYS = 365
_RATE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*%?")
_HOURS = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?")
HOURS = "Write the hours as a number, like 46 or 46.5."
RATE = "Write the tax in per cent, like 15 or 8.75. Write 0 if there is none."
CURRENCY = "Choose the currency."


def read_terms(form: Mapping[str, str], today: date) -> Agreed:
    """The terms of an engagement. Raises Invalid."""
    reader = Reader(form)
    currency = reader.choice("currency", CURRENCIES, CURRENCY)
    days = {name: reader.day(name, sentence) for name, sentence in DAYS.items()}
    _check_days(reader, days, today)
    read: dict[str, Any] = {
        **days,
        "title": reader.line("title", "Write what it is, like “Six circles”.", rules.TITLE_LENGTH),
        "currency": currency,
        "fee": _amount(reader, "fee", currency),
        "floor": _amount(reader, "floor", currency) if reader.raw("floor") else None,
        "minutes": _minutes(reader),
    }
    if read["fee"] == 0:
        reader.wrong("fee", "The agreed fee is more than 0. What it was worth may be 0 in the end.")
    if read["floor"] is not None and not 0 < read["floor"] <= (read["fee"] or amounts.MOST):
        reader.wrong("floor", "A floor is more than 0 and not above the fee. Leave it empty if the contract has none.")
    printed = _printed(reader)
    reader.check()
    return Agreed(**read, **printed)


DAYS = {
    "starts_on": "Write the first day.",
    "ends_on": "Write the last day.",
    "agreed_on": "Write the day on which this was agreed.",
    "answer_by": "Write the last day for the client’s answer.",
}


def _check_days(reader: Reader, days: Mapping[str, date | None], today: date) -> None:
    for name, day in days.items():
        if day and abs(day - today) > FARTHEST:
            reader.wrong(name, "This day is more than ten years away. Check the year.")
    starts, ends, agreed, answer = (days[name] for name in DAYS)
    if starts and ends and ends < starts:
        reader.wrong("ends_on", "The last day cannot be before the first.")
    if agreed and agreed > today:
        reader.wrong("agreed_on", "This day is still to come. Write the day on which it was agreed.")
    if ends and answer and answer - ends < TIME_TO_ANSWER:
        reader.wrong("answer_by", f"Give the client at least {TIME_TO_ANSWER.days} days after the last day.")
    if answer and answer < today:
        reader.wrong("answer_by", "This day has gone by. Write one that is still to come.")


def read_mended(form: Mapping[str, str], before: Agreed, *, fresh: bool) -> tuple[Agreed, str]:
    """What a corrected bill says, and why. What was agreed and felt stays. Raises Invalid."""
    reader = Reader(form)
    values = {name: getattr(before, name) for name in Agreed.__slots__}
    title = reader.line("title", "Write what it is, like “Six circles”.", rules.TITLE_LENGTH)
    values |= {"title": title, "minutes": _minutes(reader), **_printed(reader)}
    because = reader.text("because", "Say what was wrong. It stands on the new bill.", rules.LONGEST_ADDRESS)
    reader.proof(fresh=fresh)
    reader.check()
    return Agreed(**values), because


def _printed(reader: Reader) -> dict[str, Any]:
    """What a bill needs beside its sum."""
    longest = rules.LONGEST_ADDRESS
    return {
        "tax_rate": _rate(reader),
        "provider_address": reader.text("provider_address", "Write the address the bill comes from.", longest),
        "provider_tax_number": reader.line("provider_tax_number", None, 60),
        "client_address": reader.text("client_address", "Write the address the bill goes to.", longest),
        "pay_to": reader.text("pay_to", "Write how it is paid, like a bank and the number of an account.", longest),
        "pay_days": reader.number(
            "pay_days", 1, MOST_PAY_DAYS, f"Write the days to pay as a number from 1 to {MOST_PAY_DAYS}."
        ),
    }


def _amount(reader: Reader, name: str, currency: str) -> int | None:
    if currency not in CURRENCIES:
        return None
    try:
        return amounts.read(reader.raw(name), currency)
    except amounts.Unread as error:
        reader.wrong(name, error.sentence)
        return None


def _rate(reader: Reader) -> int:
    read = _RATE.fullmatch(reader.raw("tax_rate"))
    rate = int(read[1]) * 100 + int((read[2] or "").ljust(2, "0")) if read else rules.WHOLE + 1
    if rate > rules.WHOLE:
        reader.wrong("tax_rate", RATE)
    return rate


def _minutes(reader: Reader) -> int:
    read = _HOURS.fullmatch(reader.raw("hours"))
    minutes = round(int(read[1]) * 60 + int((read[2] or "").ljust(2, "0")) * 60 / 100) if read else 0
    if minutes <= 0:
        reader.wrong("hours", HOURS)
    return minutes


MENDED = (
    "title", "hours", "tax_rate", "provider_address", "provider_tax_number", "client_address", "pay_to", "pay_days",
)  # fmt: skip


def filled(agreed: Agreed) -> dict[str, str]:
    """The form of terms as it stands before anybody types."""
    code = agreed.currency
    return {
        **{name: f"{getattr(agreed, name):%-d %B %Y}" for name in DAYS},
        **{
            name: str(getattr(agreed, name))
            for name in ("title", "currency", "provider_address", "provider_tax_number", "client_address", "pay_to")
        },
        "fee": amounts.typed(agreed.fee, code),
        "floor": amounts.typed(agreed.floor, code) if agreed.floor else "",
        "tax_rate": agreed.tax.removesuffix("%"),
        "hours": agreed.hours,
        "pay_days": str(agreed.pay_days),
    }


def read_reason(form: Mapping[str, str]) -> str:
    """What should be otherwise. Raises Invalid."""
    reader = Reader(form)
    because = reader.text("because", "Say what should be otherwise.", rules.LONGEST_WHY)
    reader.check()
    return because


def read_survey(form: Mapping[str, str], *, whole: bool) -> dict[str, dict[str, str]]:
    """What came of each outcome. A draft may leave any of them out. Raises Invalid."""
    reader, answers = Reader(form), {}
    for key in KEYS:
        came = reader.raw(f"came-{key}")
        if came not in CAME:
            came = ""
        if whole and not came:
            reader.wrong(f"came-{key}", "Say what came of it, or that you cannot say.")
        answers[key] = {"came": came, "words": reader.text(f"words-{key}", None, rules.LONGEST_WORDS)}
    reader.check()
    return answers


def read_draft(form: MultiDict[str, str]) -> dict[str, Any]:
    """What is typed so far about what it was worth, as it was typed. Raises Invalid."""
    reader = Reader(form)
    typed = {
        "amount": reader.line("amount", None, amounts.LONGEST),
        "outcomes": list(rules.chosen(form.getlist("outcome"), KEYS)),
        "why": reader.text("why", None, rules.LONGEST_WHY),
    }
    reader.check()
    return typed


def read_statement(form: MultiDict[str, str], currency: str, *, fresh: bool) -> Said:
    """What it was worth. Raises Invalid, a missing password among the faults."""
    reader = Reader(form)
    felt = _amount(reader, "amount", currency)
    outcomes = rules.chosen(form.getlist("outcome"), KEYS)
    if len(outcomes) > MOST_CHOSEN:
        reader.wrong("outcome", f"You ticked {len(outcomes)}. Leave the {MOST_CHOSEN} that weighed most.")
    why = reader.text("why", None, rules.LONGEST_WHY)
    reader.proof(fresh=fresh)
    reader.check()
    return Said(cast("int", felt), outcomes, why)


def read_client(form: Mapping[str, str], offered: Mapping[uuid.UUID, object], sentence: str) -> uuid.UUID:
    """For whom an engagement is. Raises Invalid."""
    reader = Reader(form)
    client = reader.identity("client", sentence)
    if client not in offered:
        reader.wrong("client", sentence)
    reader.check()
    return cast("uuid.UUID", client)
