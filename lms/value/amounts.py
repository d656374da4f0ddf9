"""Amounts as people type and read them. Kept as whole minor units, never as floats. Pure."""

from __future__ import annotations

import re
import unicodedata

from lms.value.currencies import CURRENCIES, Currency, marks

MOST = 10**15 - 1  # minor units: far beyond any fee, and still exact wherever numbers are read
LONGEST = 60
MINUS = "−"

EMPTY = "Write an amount, like 15,600. It may be 0."
BELOW = "An amount cannot be less than 0. Write 0 if it was worth nothing to you."
NO_NUMBER = "Write the amount in figures, like 15,600 or 15,600.50."
TOO_LARGE = "This amount is larger than a bill can carry. Write it in figures, like 15,600."
_SPACES = re.compile(r"[\s'’_]+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_PLAIN = re.compile(r"\d+")


class Unread(ValueError):
    """What was typed is no amount that can be read in one way only. `sentence` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read(typed: str, code: str) -> int:
    """The minor units that were typed. Raises Unread.

    >>> read("15,600", "NZD"), read("NZ$ 15 600.50", "NZD"), read("15.600,00", "EUR")
    (1560000, 1560050, 1560000)
    """
    currency = CURRENCIES[code]
    text = _without_marks(_figures(typed), currency)
    if not text:
        raise Unread(EMPTY)
    if text[0] in f"-{MINUS}–(":
        raise Unread(BELOW if any(each.isdigit() for each in text) else NO_NUMBER)
    text = _SPACES.sub("", text)
    if not re.fullmatch(r"[\d.,]+", text) or not text[0].isdigit():
        raise Unread(_not_figures(text, currency))
    whole, part = _parts(text, currency)
    minor = int(whole + part.ljust(currency.places, "0")) if len(whole) <= LONGEST else MOST + 1
    if minor > MOST:
        raise Unread(TOO_LARGE)
    return minor


def _figures(typed: str) -> str:
    """What was typed, with every script's figures as ours."""
    plain = unicodedata.normalize("NFKC", typed[: 4 * LONGEST]).strip()
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in plain)


def _without_marks(text: str, currency: Currency) -> str:
    """The figures without the currency's own sign or code before or after them."""
    for mark in marks(currency):
        if text.casefold().startswith(mark.casefold()) and not text[len(mark) :][:1].isalpha():
            text = text[len(mark) :].strip()
            break
    for mark in marks(currency):
        if text.casefold().endswith(mark.casefold()) and not text[: -len(mark)][-1:].isalpha():
            return text[: -len(mark)].strip()
    return text


def _not_figures(text: str, currency: Currency) -> str:
    """Why this cannot be read: it names another currency, or it is no number."""
    words = {each.upper() for each in re.findall(r"[A-Za-z]+", text)}
    others = words & (set(CURRENCIES) - {currency.code}) or {each for each in "€£¥₹₩$" if each in text}
    if others:
        return f"This engagement is in {currency.name}. Write the amount in these, without another currency."
    return NO_NUMBER


def _parts(given: str, currency: Currency) -> tuple[str, str]:
    """The whole units and the smaller part. Raises Unread where it could be read in two ways."""
    text = _in_order(given)
    whole, point, part = text.partition(".")
    is_whole = _PLAIN.fullmatch(whole) or _GROUPED.fullmatch(whole)
    if not is_whole or (point and (not part.isdigit() or len(part) == 3)):
        raise Unread(_unclear(given))
    if len(part) > currency.places:
        raise Unread(
            f"Write at most {currency.places} figures after the point."
            if currency.places
            else f"Write whole {currency.name}: nothing stands after a point."
        )
    return whole.replace(",", ""), part


def _in_order(text: str) -> str:
    """With commas between thousands: 15.600,00 and 1.500.000 can be nothing else than 15,600.00 and 1,500,000."""
    turned = text.translate({ord(","): ".", ord("."): ","})
    if "," in text and text.rfind(",") > text.rfind(".") >= 0 and text.count(",") == 1:
        whole, _, part = turned.rpartition(".")
        return turned if _GROUPED.fullmatch(whole) and len(part) in (1, 2) else text
    return turned if text.count(".") > 1 and _GROUPED.fullmatch(turned) else text


def _unclear(text: str) -> str:
    shown = text[:LONGEST]
    return f"“{shown}” can be read in two ways. Write a comma between thousands and a point before cents: 15,600.00."


def said(minor: int, code: str) -> str:
    """“15,600.00”, or “−2,800.00”: figures as they stand in a column."""
    places = CURRENCIES[code].places
    whole, part = divmod(abs(minor), 10**places)
    figures = f"{whole:,}.{part:0{places}d}" if places else f"{whole:,}"
    return f"{MINUS}{figures}" if minor < 0 else figures


def marked(minor: int, code: str) -> str:
    """“NZ$18,400.00”: an amount in a sentence."""
    sign = CURRENCIES[code].sign
    return f"{MINUS}{sign}{said(-minor, code)}" if minor < 0 else f"{sign}{said(minor, code)}"


def typed(minor: int, code: str) -> str:
    """How an amount stands in a field before anybody types: without cents where there are none."""
    text = said(minor, code)
    return text.removesuffix(".00")
