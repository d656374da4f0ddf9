"""What the site publishes for programs that check credentials: stable addresses, readable from every other site."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue

from lms.core.errors import NotFound
from lms.core.unit import reading
from lms.core.web import public, published, unlisted
from lms.credentials import build, rules, service
from lms.credentials.awards import find_award
from lms.people import guard

pages = Blueprint("credentials", __name__)
A_MINUTE, AN_HOUR = 60, 3_600
JSON, LINKED = "application/json", "application/ld+json"
GONE = {"status": "withdrawn", "sentence": "This certificate was withdrawn. Do not rely on it."}


@pages.get("/.well-known/did.json")
@pages.get("/did.json", endpoint="did_below")
@public
@published(AN_HOUR)
def did() -> ResponseReturnValue:
    """The site's identifier and its keys, where did:web looks for them: below a path, or at the root."""
    return _json(rules.did_document(service.controller(), service.listed_keys(reading())), JSON)


@pages.get("/c/<code>")
@public
@published(A_MINUTE)
@unlisted
def credential(code: str) -> ResponseReturnValue:
    """A certificate as signed: linked data, or a token for whoever prefers that. Its number opens it.

    Once it is withdrawn it is given out no more: it holds a name, and nobody has to rely on it.
    """
    if rules.tidy_code(code) is None:
        raise NotFound
    guard.check_misses()
    found = service.find_published(reading(), code)
    if found is None:
        guard.count_miss()
        raise NotFound
    if found.is_withdrawn:
        answer = _json(GONE, JSON)
        answer.status_code = 410
    elif request.accept_mimetypes.best_match([rules.JSON_LD, rules.JWT]) == rules.JWT and found.jwt:
        answer = _answer(found.jwt.encode(), rules.JWT)
    else:
        answer = _answer(found.document, rules.JSON_LD, found.sha256)
    answer.vary.add("Accept")
    return answer


@pages.get("/status/<int:number>")
@public
@published(A_MINUTE)
def status(number: int) -> ResponseReturnValue:
    """A list of what was withdrawn."""
    found = service.find_list(reading(), number)
    if found is None:
        raise NotFound
    return _answer(found, rules.JSON_LD)


@pages.get("/achievements/<name>")
@public
@published(AN_HOUR)
def achievement(name: str) -> ResponseReturnValue:
    """What one version of a standard awards."""
    found = find_award(name)
    if found is None:
        raise NotFound
    return _json({"@context": list(build.CONTEXTS), **build.achievement(service.site(), found)}, LINKED)


@pages.get("/issuer")
@public
@published(AN_HOUR)
def issuer() -> ResponseReturnValue:
    """Who issues here."""
    about = build.issuer(service.site(), service.controller(), service.issuer_name(reading()))
    return _json({"@context": list(build.CONTEXTS), **about}, LINKED)


def _json(document: dict[str, Any], kind: str) -> Response:
    return _answer(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), kind)


def _answer(content: bytes, kind: str, digest: str = "") -> Response:
    answer = make_response(content)
    answer.content_type = kind
    answer.set_etag(digest or rules.sha256(content))
    answer.make_conditional(request)
    return answer
