"""What the browser’s own keeper of pages reads: whose page this is, and whether it may be read without a connection."""

from __future__ import annotations

import hashlib

from flask import Response

from lms.core.actor import Actor

READER, MAY_BE_KEPT = "X-Reader", "X-Offline"


def reader_tag(who: Actor) -> str:
    """A name for the reader by which their pages lie in the browser; it says nothing about them."""
    return hashlib.sha256(f"reader {who.person_id}".encode()).hexdigest()[:16]


def say_whose(response: Response, who: Actor | None) -> None:
    """Whose page an answer is. A page of nobody’s makes the browser forget those of whoever was here before."""
    if who is not None:
        response.headers[READER] = reader_tag(who)


def let_keep(response: Response) -> Response:
    """The browser may keep this page for its reader."""
    response.headers[MAY_BE_KEPT] = "keep"
    return response
