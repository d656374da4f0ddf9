"""What the browser’s own keeper of pages reads: whose page this is, and whether it may be read without a connection."""

from __future__ import annotations

import hashlib

from flask import Response

from lms.core.actor import Actor

NOBODY = "nobody"
READER, MAY_BE_KEPT = "X-Reader", "X-Offline"


def reader_tag(who: Actor) -> str:
    """A name for the reader by which their pages lie in the browser; it says nothing about them."""
    return hashlib.sha256(f"reader {who.person_id}".encode()).hexdigest()[:16]


def say_whose(response: Response, who: Actor | None, *, at_the_door: bool) -> None:
    """Whose page an answer is. The door, where nobody is signed in, makes the browser forget whoever was here before;
    other pages that anybody may open say nothing."""
    if who is not None:
        response.headers[READER] = reader_tag(who)
    elif at_the_door:
        response.headers[READER] = NOBODY


def let_keep(response: Response) -> Response:
    """The browser may keep this page for its reader."""
    response.headers[MAY_BE_KEPT] = "keep"
    return response
