"""The terms of an engagement as plain values: how they are told, and what differs between two versions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from lms.core.phrases import full_day
from lms.value.amounts import marked


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides agree on. Amounts are minor units, the tax rate is in hundredths of a per cent."""

    title: str
    starts_on: date
    ends_on: date
    answer_by: date
    agreed_on: date
    currency: str
    fee: int
    floor: int | None
    tax_rate: int
    minutes: int
    provider_address: str
    provider_tax_number: str
    client_address: str
    pay_to: str
    pay_days: int

    @classmethod
    def of(cls, row: Any) -> Agreed:
        """The terms that a row keeps."""
        return cls(**{name: getattr(row, name) for name in NAMES})

    @classmethod
    def of_payload(cls, said: Mapping[str, Any]) -> Agreed:
        """The terms as the register sealed them, or as a bill says them."""
        values: dict[str, Any] = {name: said[name] for name in NAMES}
        return cls(**values | {name: date.fromisoformat(said[name]) for name in _DAYS})

    @property
    def hours(self) -> str:
        """“46”, “46.5”."""
        return f"{self.minutes / 60:.2f}".rstrip("0").rstrip(".")

    @property
    def tax(self) -> str:
        """“15%”, “8.75%”."""
        return f"{self.tax_rate // 100}.{self.tax_rate % 100:02d}".rstrip("0").rstrip(".") + "%"

    def told(self) -> Iterator[tuple[str, str]]:
        """Each of the terms, named, as a page says it."""
        yield "What", self.title
        yield "From", full_day(self.starts_on)
        yield "To", full_day(self.ends_on)
        yield "Facilitated hours", self.hours
        yield "Agreed fee, without tax", marked(self.fee, self.currency)
        yield "Tax", self.tax if self.tax_rate else "None"
        yield "Floor", marked(self.floor, self.currency) if self.floor else "None: the bill may be 0"
        yield "Agreed on", full_day(self.agreed_on)
        yield "The questions are open until", full_day(self.answer_by)
        yield "To be paid within", "1 day" if self.pay_days == 1 else f"{self.pay_days} days"
        yield "Paid to", self.pay_to
        yield "Bill from", _in_line(self.provider_address)
        yield "Tax number", self.provider_tax_number or "None"
        yield "Bill to", _in_line(self.client_address)

    def payload(self) -> dict[str, Any]:
        """What the register seals of them."""
        values = {name: getattr(self, name) for name in NAMES}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


NAMES = tuple(each.name for each in fields(Agreed))
_DAYS = ("starts_on", "ends_on", "answer_by", "agreed_on")


def _in_line(text: str) -> str:
    return ", ".join(line.strip() for line in text.splitlines() if line.strip())


def differences(before: Agreed, after: Agreed) -> tuple[str, ...]:
    """What is different, one sentence each."""
    pairs = zip(before.told(), after.told(), strict=True)
    return tuple(f"{name}: {was}. Now: {now}." for (name, was), (_, now) in pairs if was != now)
