"""Reading and filling the forms of advice: every fault a sentence, and nothing typed is lost."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping
from typing import Any

from lms.advising import rules
from lms.advising.rules import Advice, Option
from lms.core.forms import Reader, identity_of

UNTHEMED = "Choose the theme it belongs to."
SOMEBODY_ELSE = ""


def read_new(form: Mapping[str, str]) -> tuple[uuid.UUID, str, Advice]:
    """A case to open: the form's own key, what it is about, what it says. Raises Invalid."""
    reader = Reader(form)
    about = reader.line("about", "Choose what it is about.")
    theme, issue, options = _said(reader)
    shared = reader.ticked("shared")
    reader.check()
    return identity_of(form) or uuid.uuid4(), about, Advice(theme, issue, options, shared=shared)


def read_case(form: Mapping[str, str]) -> Advice:
    """What a case is to say from now on. Raises Invalid."""
    reader = Reader(form)
    theme, issue, options = _said(reader)
    step = reader.text("step", None, rules.LONGEST_STEP)
    owner_id = reader.identity("owner_id", "Choose one of the people on the list.") if reader.raw("owner_id") else None
    owner = reader.line("owner", None, rules.LONGEST_OWNER)
    due_on = reader.day("due_on", "") if reader.raw("due_on") else None
    state = reader.choice("state", rules.STATES, "Choose where the case stands.")
    outcome = reader.text("outcome", None, rules.LONGEST_OUTCOME)
    shared = reader.ticked("shared")
    reader.check()
    return Advice(theme, issue, options, step, owner_id, owner, due_on, state, outcome, shared)


def _said(reader: Reader) -> tuple[str, str, tuple[Option, ...]]:
    theme = reader.choice("theme", rules.THEMES, UNTHEMED)
    issue = reader.text("issue", "Write what stands in the way.", rules.LONGEST_ISSUE)
    options = []
    for number in range(1, rules.MOST_OPTIONS + 1):
        text = reader.text(f"option-{number}", None, rules.LONGEST_OPTION)
        if text:
            by = reader.choice(f"by-{number}", rules.RAISED_BY, "Say who named it.")
            options.append(Option(text, by))
    return theme, issue, tuple(options)


def filled(advice: Advice) -> dict[str, str]:
    """The form as it was filled."""
    options = {
        f"{name}-{number}": value
        for number, each in enumerate(advice.options, start=1)
        for name, value in (("option", each.text), ("by", each.by))
    }
    plain: dict[str, Any] = advice.kept()
    day = f"{advice.due_on:%-d %B %Y}" if advice.due_on else ""
    said = {name: str(value) for name, value in plain.items() if name not in ("options", "shared")}
    return said | options | {"due_on": day} | ({"shared": "yes"} if advice.shared else {})


def option_rows(form: Mapping[str, str]) -> list[int]:
    """Which rows for ways a page shows: those that are filled, and two more to fill."""
    last = max((n for n in range(1, rules.MOST_OPTIONS + 1) if form.get(f"option-{n}", "").strip()), default=0)
    return list(range(1, min(last + 2, rules.MOST_OPTIONS) + 1))


def read_theme(form: Mapping[str, str], *, of_case: bool) -> tuple[uuid.UUID, str, str, str]:
    """A theme to draft: the form's own key, what it is about, the theme and the text. Raises Invalid."""
    reader = Reader(form)
    about = reader.line("about", None if of_case else "Choose what it is about.")
    theme = "" if of_case else reader.choice("theme", rules.THEMES, UNTHEMED)
    text = _text(reader)
    reader.check()
    return identity_of(form) or uuid.uuid4(), about, theme, text


def read_text(form: Mapping[str, str]) -> str:
    """The text of a theme. Raises Invalid."""
    reader = Reader(form)
    text = _text(reader)
    reader.check()
    return text


def _text(reader: Reader) -> str:
    """In one way of writing accents, so that what was read and what is sealed are the same letters."""
    reader.form = dict(reader.form) | {"text": unicodedata.normalize("NFC", reader.form.get("text", ""))}
    return reader.text("text", "Write what the sponsor is to read.", rules.LONGEST_THEME)


def read_reading(form: Mapping[str, str], *, fresh: bool) -> tuple[bool, str, uuid.UUID]:
    """What a reader found: whether nobody can be recognised, else what to change, and the form's own key.

    Raises Invalid, a missing password among what is wrong.
    """
    reader = Reader(form)
    clear = reader.choice("clear", rules.CLEAR, "Say whether anybody or anything can be recognised.") == "yes"
    change = reader.text("change", None if clear else "Write what has to be changed.", rules.LONGEST_CHANGE)
    reader.proof(fresh=fresh)
    reader.check()
    return clear, change, identity_of(form) or uuid.uuid4()
