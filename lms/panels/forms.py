"""Reading the forms of panels."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from lms.core.forms import Reader, identity_of, version_of
from lms.handover.rules import KINDS
from lms.panels import rules
from lms.panels.ballots import Ballot
from lms.panels.closing import Words


def read_members(form: MultiDict[str, str]) -> tuple[list[uuid.UUID], uuid.UUID]:
    """Who is to sit, and the form's own key. Raises Invalid."""
    reader, members = Reader(form), list[uuid.UUID]()
    for each in form.getlist("members"):
        try:
            members.append(uuid.UUID(each))
        except ValueError:
            reader.wrong("members", "Choose among those who may sit.")
    reader.check()
    return members, identity_of(form) or uuid.uuid4()


def read_member(form: Mapping[str, str]) -> uuid.UUID:
    """Who takes a free seat. Raises Invalid."""
    reader = Reader(form)
    member = reader.identity("member", "Choose who takes the seat.")
    reader.check()
    assert member is not None  # noqa: S101 - check() raised otherwise
    return member


def read_ballot(form: Mapping[str, str], *, fresh: bool) -> Ballot:
    """A vote. Raises Invalid with every fault, a missing password among them."""
    reader = Reader(form)
    kind = reader.choice("kind", KINDS, "Choose what you say.")
    reason = reader.text("reason", rules.UNREASONED, rules.LONGEST_REASON)
    reader.proof(fresh=fresh)
    reader.check()
    return Ballot(version_of(form, "page"), version_of(form, "round"), kind, reason)


def read_words(form: Mapping[str, str], *, fresh: bool) -> Words:
    """What the chair writes. What has to be there depends on the votes, and is said with them. Raises Invalid."""
    reader = Reader(form)
    reason = reader.text("because", None, rules.LONGEST_PART)
    answer = reader.text("answer", None, rules.LONGEST_PART)
    exceptional = reader.text("exceptional", None, rules.LONGEST_PART)
    reader.proof(fresh=fresh)
    reader.check()
    return Words(reader.raw("decision"), version_of(form, "page"), reason, answer, exceptional)


def read_text(form: Mapping[str, str], name: str, missing: str) -> str:
    """Somebody's own words. Raises Invalid."""
    reader = Reader(form)
    text = reader.text(name, missing, rules.LONGEST_REASON)
    reader.check()
    return text
