"""How a signature's tier follows from how its signer proved who they are, and what seals an outside observer."""

from __future__ import annotations

from typing import Any, Protocol

from assessments.assurance import Tier
from lms.people.rules import FACE_TO_FACE, digest

BY_LINK = "a link sent by e-mail"


class Asked(Protocol):
    """An outside observer as they were asked, and what they typed as their signature."""

    email: str
    about: str
    signed_as: str


def tier_of(authenticated_by: str) -> Tier:
    """The tier of a signature that was proved like this: nothing else decides it."""
    if authenticated_by == BY_LINK:
        return "link"
    return "beside" if authenticated_by.endswith(FACE_TO_FACE) else "account"


def payload_of(asked: Asked) -> dict[str, Any]:
    """Who signed by a link, as the register seals it: no account stands behind them, so this is all there is."""
    return {"observer": {"name": asked.signed_as, "about": asked.about, "address": digest(asked.email)}}
