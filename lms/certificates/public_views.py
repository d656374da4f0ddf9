"""The pages anybody may open: a certificate by its number, and a file that somebody was given."""

from __future__ import annotations

from pathlib import PureWindowsPath
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.certificates import looking, publishing, rules
from lms.certificates.rules import Status
from lms.core import clock, settings
from lms.core.errors import NotFound
from lms.core.unit import reading
from lms.core.web import public, published, unlisted
from lms.credentials.rules import JSON_LD, JWT, tidy_code
from lms.credentials.views import A_MINUTE, as_json
from lms.credentials.views import answer as published_answer
from lms.people import guard

LONGEST_NAME = 80
JSON = "application/json"


def install(pages: Blueprint) -> None:
    """Put these pages beside the others of certificates."""
    pages.add_url_rule("/v/<code>", view_func=verify)
    pages.add_url_rule("/v/<code>.json", view_func=verify_data)
    pages.add_url_rule("/c/<code>", view_func=credential)
    pages.add_url_rule("/v", view_func=verify_typed, strict_slashes=False)
    pages.add_url_rule("/verify", view_func=check)
    pages.add_url_rule("/verify", view_func=check_file, methods=["POST"])


@public
def verify(code: str) -> ResponseReturnValue:
    """How a certificate stands, now: its state in a word, a sentence, the facts, what was checked, and nothing more."""
    if request.accept_mimetypes.best_match(["text/html", JSON]) == JSON:
        return _data(code)
    found = _find(code)
    page = render_template(
        "certificates/verify.html",
        found=found,
        facts=found.facts if found else None,
        status=found.status if found else Status.UNKNOWN,
        looked_for=rules.printed(rules.tidy(code)),
        slip=rules.slip(code),
        **_desk(),
    )
    return _unstored(make_response(page, 200 if found else 404))


@public
def verify_data(code: str) -> ResponseReturnValue:
    """The same facts for programs, which may run on pages of other sites."""
    return _data(code)


def _data(code: str) -> Response:
    found = _find(code)
    answer = jsonify(looking.told(found))
    answer.status_code = 200 if found else 404
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return _unstored(answer)


def _find(code: str) -> looking.Found | None:
    """What is known of a number. Whoever guesses is stopped; a slip of typing that can be no number is no guess."""
    if rules.parse(code) is None:
        return None
    guard.check_misses()
    found = looking.look(reading(), code)
    if found is None:
        guard.count_miss()
    return found


@public
@published(A_MINUTE)
@unlisted
def credential(code: str) -> ResponseReturnValue:
    """A certificate as signed: linked data, or a token for whoever prefers that. Its number opens it.

    Withdrawn or suspended it is not given out: it holds a name, and nobody has to rely on it. 410 says that this is
    for good, as far as anybody knows; 404 leaves it open.
    """
    if tidy_code(code) is None:
        raise NotFound
    guard.check_misses()
    found = publishing.find_published(reading(), code)
    if found is None:
        guard.count_miss()
        raise NotFound
    if found.withheld is not None:
        said = {"status": found.withheld.value.lower(), "sentence": publishing.INSTEAD[found.withheld]}
        answer = as_json(said, JSON)
        answer.status_code = 410 if found.withheld is Status.WITHDRAWN else 404
    elif found.document is None:
        raise NotFound  # it is being signed: whoever asks has not guessed
    elif request.accept_mimetypes.best_match([JSON_LD, JWT]) == JWT and found.jwt:
        answer = published_answer(found.jwt.encode(), JWT)
    else:
        answer = published_answer(found.document, JSON_LD, found.sha256)
    answer.vary.add("Accept")
    return answer


@public
def verify_typed() -> ResponseReturnValue:
    """The address without a number, as it is typed from paper: to where the number goes."""
    return redirect(url_for("certificates.check"))


@public
def check() -> ResponseReturnValue:
    """Where somebody types a number from paper, or hands in a file."""
    typed = request.args.get("number")
    if typed is None:
        return _check_page({})
    number = rules.printed(rules.tidy(typed))
    if not number:
        return _check_page({"number": "Type the number that stands under the square code."})
    return redirect(url_for("certificates.verify", code=number))


@public
def check_file() -> ResponseReturnValue:
    """Whether a file is the one that was issued. It is read and thrown away."""
    from lms.certificates import inspecting  # with what reads pictures and lists, which no other page needs

    sent = request.files.get("file")
    content = sent.stream.read(inspecting.MOST_BYTES + 1) if sent is not None and sent.filename else b""
    if sent is None or not content:
        return _check_page({"file": "Choose the file first."})
    if len(content) > inspecting.MOST_BYTES:
        return _check_page({"file": "This file has more than 2 MB. A certificate of ours has a tenth of that."})
    guard.check_misses()
    said = inspecting.inspect(reading(), content)
    if said.found is None:
        guard.count_miss()
    page = render_template(
        "certificates/file.html",
        said=said,
        found=said.found,
        file=_name(sent.filename or ""),
        size=max(1, round(len(content) / 1000)),
        **_desk(),
    )
    return _unstored(make_response(page))


def _check_page(errors: dict[str, str]) -> Response:
    page = render_template("certificates/check.html", errors=errors, **_desk())
    return _unstored(make_response(page, 422 if errors else 200))


def _name(typed: str) -> str:
    """The file's own name, without the folders some browsers send."""
    return "".join(each for each in PureWindowsPath(typed).name if each.isprintable())[:LONGEST_NAME] or "file"


def _desk() -> dict[str, object]:
    """When this was asked, and where to write to the register."""
    chosen = settings.current()
    return {"asked_at": clock.now().astimezone(ZoneInfo(chosen.time_zone)), "contact": chosen.contact_email}


def _unstored(answer: Response) -> Response:
    """A public answer that nobody keeps: it is true as of now, and no search engine lists it."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
