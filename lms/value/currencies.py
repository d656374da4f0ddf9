"""Currencies in which fees are agreed: how each is named and marked, and how many figures its cents have. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by its ISO 4217 code. `signs` are what people write beside an amount in it, other than the code."""

    code: str
    name: str
    sign: str
    places: int = 2
    signs: tuple[str, ...] = ()


_ALL = (
    Currency("AUD", "Australian dollars", "A$", signs=("$", "AU$")),
    Currency("CAD", "Canadian dollars", "C$", signs=("$", "CA$")),
    Currency("CHF", "Swiss francs", "CHF ", signs=("Fr.", "Fr")),
    Currency("CZK", "Czech crowns", "Kč ", signs=("Kč",)),
    Currency("DKK", "Danish kroner", "DKK ", signs=("kr.", "kr")),
    Currency("EUR", "euros", "€", signs=("euros", "euro")),
    Currency("GBP", "pounds sterling", "£", signs=("pounds",)),
    Currency("HKD", "Hong Kong dollars", "HK$", signs=("$",)),
    Currency("INR", "Indian rupees", "₹", signs=("Rs.", "Rs")),
    Currency("ISK", "Icelandic krónur", "ISK ", 0, signs=("kr.", "kr")),
    Currency("JPY", "Japanese yen", "¥", 0, signs=("yen",)),
    Currency("KRW", "South Korean won", "₩", 0, signs=("won",)),
    Currency("NOK", "Norwegian kroner", "NOK ", signs=("kr.", "kr")),
    Currency("NZD", "New Zealand dollars", "NZ$", signs=("$",)),
    Currency("PLN", "Polish złoty", "PLN ", signs=("zł",)),
    Currency("SEK", "Swedish kronor", "SEK ", signs=("kr.", "kr")),
    Currency("SGD", "Singapore dollars", "S$", signs=("$",)),
    Currency("USD", "US dollars", "US$", signs=("$", "dollars")),
    Currency("ZAR", "South African rand", "R ", signs=("R", "rand")),
)
CURRENCIES = {each.code: each for each in _ALL}


def marks(currency: Currency) -> tuple[str, ...]:
    """Everything that says this currency beside an amount, the longest first."""
    return tuple(sorted({currency.code, currency.sign.strip(), *currency.signs}, key=lambda mark: (-len(mark), mark)))
