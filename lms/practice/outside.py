"""What stands beside a session from outside, for its page and for the page on which it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.wording import first_name
from lms.core.drawings import LEVELS
from lms.practice import rules
from lms.practice.models import Signature
from lms.practice.observation import Observation
from lms.practice.observer_models import ObserverLink
from lms.practice.rows import Opened


@dataclass(frozen=True, slots=True)
class Outside:
    """What an observer signed, if one did, with the link it came by; who else was asked; whether one may be asked."""

    signature: Signature | None
    by: ObserverLink | None
    said: tuple[tuple[str, str], ...]
    asked: tuple[ObserverLink, ...]
    may_ask: bool


def from_outside(opened: Opened, links: Sequence[ObserverLink], *, mine: bool) -> Outside:
    """For somebody who may read the session; `mine` says whether they wrote it."""
    signature = opened.observed
    by = next((each for each in links if signature and each.signature_id == signature.id), None)
    asked = tuple(each for each in links if each.state in ("open", "declined"))
    waits = opened.session.state == "waiting" and not any(each.state == "open" for each in asked)
    return Outside(
        signature=signature,
        by=by,
        said=_said(signature, first_name(by.name)) if signature and by else (),
        asked=asked,
        may_ask=mine and waits and signature is None,
    )


def _said(signature: Signature, name: str) -> tuple[tuple[str, str], ...]:
    rows = rules.rubric(signature.rubric_version).rows
    rated = [(row.title, LEVELS[signature.ratings[row.id]][0]) for row in rows if row.id in signature.ratings]
    return (*rated, *Observation.of(signature.observation).facts(name))
