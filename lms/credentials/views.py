"""What the site publishes for programs that check credentials: stable addresses, readable from every other site."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue

from lms.core.errors import NotFound
from lms.core.unit import reading
from lms.core.web import public, published
from lms.credentials import build, rules, service
from lms.credentials.awards import find_award

pages = Blueprint("credentials", __name__)
A_MINUTE, AN_HOUR = 60, 3_600
JSON, LINKED = "application/json", "application/ld+json"


@pages.get("/.well-known/did.json")
@pages.get("/did.json", endpoint="did_below")
@public
@published(AN_HOUR)
def did() -> ResponseReturnValue:
    """The site's identifier and its keys, where did:web looks for them: below a path, or at the root."""
    return as_json(rules.did_document(service.controller(), service.listed_keys(reading())), JSON)


@pages.get("/status/<int:number>")
@public
@published(A_MINUTE)
def status(number: int) -> ResponseReturnValue:
    """A list of what was withdrawn."""
    found = service.find_list(reading(), number)
    if found is None:
        raise NotFound
    return answer(found, rules.JSON_LD)


@pages.get("/achievements/<name>")
@public
@published(AN_HOUR)
def achievement(name: str) -> ResponseReturnValue:
    """What one version of a standard awards."""
    found = find_award(name)
    if found is None:
        raise NotFound
    return as_json({"@context": list(build.CONTEXTS), **build.achievement(service.site(), found)}, LINKED)


@pages.get("/issuer")
@public
@published(AN_HOUR)
def issuer() -> ResponseReturnValue:
    """Who issues here."""
    about = build.issuer(service.site(), service.controller(), service.issuer_name(reading()))
    return as_json({"@context": list(build.CONTEXTS), **about}, LINKED)


def as_json(document: dict[str, Any], kind: str) -> Response:
    """A document as it is published."""
    return answer(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), kind)


def answer(content: bytes, kind: str, digest: str = "") -> Response:
    """What is published, with the digest by which a cache asks whether it is still so."""
    made = make_response(content)
    made.content_type = kind
    made.set_etag(digest or rules.sha256(content))
    made.make_conditional(request)
    return made
