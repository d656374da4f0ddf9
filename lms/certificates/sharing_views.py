"""Where holders hand their certificate on: into a wallet, and by a page of their own."""

from __future__ import annotations

import io
import uuid

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from lms.certificates import holder_pages, holding, paper, rules
from lms.core.errors import NotFound
from lms.core.unit import reading, transaction
from lms.core.web import actor, public, signed_in, unlisted
from lms.credentials.rules import JWT
from lms.messages import service as messages
from lms.people import guard

CREDENTIAL = "application/vc"  # https://www.w3.org/TR/vc-data-model-2.0/#application-vc, which is JSON
CURRENT = "certificates"


def install(pages: Blueprint) -> None:
    """Put these beside the other pages of certificates."""
    at = "/certificates/<uuid:certificate_id>/wallet"
    pages.add_url_rule(at, view_func=wallet)
    pages.add_url_rule(f"{at}/credential.json", view_func=wallet_file)
    pages.add_url_rule(f"{at}/credential.jwt", view_func=wallet_token)
    pages.add_url_rule("/certificates/page", view_func=open_or_close, methods=["POST"])
    pages.add_url_rule("/holder/<code>", view_func=holder)


@signed_in
def wallet(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """The ways into a wallet for signed credentials: a file, a token, the published address."""
    found = holding.find_signed(reading(), actor(), certificate_id)
    if found is None:
        return _wait(certificate_id)
    address = messages.link(f"/c/{rules.tidy(found.number)}")
    return render_template(
        "certificates/wallet.html",
        current=CURRENT,
        certificate_id=certificate_id,
        number=found.number,
        has_token=found.token is not None,
        address=address,
        code=paper.square_code(address),
    )


@signed_in
def wallet_file(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """The signed record as a Verifiable Credential, byte for byte."""
    found = holding.find_signed(reading(), actor(), certificate_id)
    if found is None:
        return _wait(certificate_id)
    return _file(found.document, CREDENTIAL, f"credential-{found.number[:9]}.json")


@signed_in
def wallet_token(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """The same as a token, where there is a key for it."""
    found = holding.find_signed(reading(), actor(), certificate_id)
    if found is None:
        return _wait(certificate_id)
    if found.token is None:
        raise NotFound
    return _file(found.token.encode(), JWT, f"credential-{found.number[:9]}.jwt")


def _file(content: bytes, kind: str, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


def _wait(certificate_id: uuid.UUID) -> ResponseReturnValue:
    flash("Your certificate is being signed. Load this page again in a moment.")
    return redirect(url_for("certificates.certificate", certificate_id=certificate_id))


@signed_in
def open_or_close() -> ResponseReturnValue:
    """Open one's own page under a new address, or close it for good."""
    opens = request.form.get("open") == "yes"
    with transaction() as db:
        (holder_pages.open_page if opens else holder_pages.close_page)(db, actor())
    flash(
        "Your page is open to whoever has its address." if opens else "Your page is closed. Its address leads nowhere."
    )
    return redirect(url_for("certificates.index", _anchor="page"), 303)


@public
@unlisted
def holder(code: str) -> ResponseReturnValue:
    """A holder's valid certificates, if they opened this page. Whoever guesses addresses is stopped."""
    guard.check_misses()
    shown = holder_pages.find_shown(reading(), code)
    if shown is None:
        if rules.parse(code) is not None:
            guard.count_miss()
        raise NotFound
    return make_response(render_template("certificates/holder.html", shown=shown))
