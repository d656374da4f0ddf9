"""What holders do with their certificate: take it along as a record or a picture, and choose what others read."""

from __future__ import annotations

import io
import uuid
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from lms.certificates import baking, drawing, holding, looking
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.credentials.rules import JSON_LD

# https://www.linkedin.com/help/linkedin/answer/a1340867: the form for a certification, filled in by its address
LINKEDIN = "https://www.linkedin.com/profile/add"
EUROPASS = "https://europass.europa.eu/en"  # takes no facts by address; the signed record is added there by hand


def install(pages: Blueprint) -> None:
    """Put these beside the other pages of certificates."""
    at = "/certificates/<uuid:certificate_id>"
    pages.add_url_rule(f"{at}/credential.json", view_func=record)
    pages.add_url_rule(f"{at}/badge.png", view_func=badge)
    pages.add_url_rule(f"{at}/draw", view_func=draw_again, methods=["POST"])
    pages.add_url_rule("/certificates/evidence", view_func=show_evidence, methods=["POST"])


@signed_in
def record(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """The signed record, byte for byte."""
    return _file(certificate_id, "certificate", "json", JSON_LD)


@signed_in
def badge(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """A picture with the signed record inside."""
    return _file(certificate_id, "badge", "png", "image/png")


def _file(certificate_id: uuid.UUID, title: str, ending: str, kind: str) -> ResponseReturnValue:
    found = holding.find_signed(reading(), actor(), certificate_id)
    if found is None:
        flash("Your certificate is being signed. Load this page again in a moment.")
        return redirect(url_for("certificates.certificate", certificate_id=certificate_id))
    content = baking.bake(found.document) if ending == "png" else found.document
    name = f"{title}-{found.number[:9]}.{ending}"
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


@signed_in
def draw_again(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Take up a drawing that was given up."""
    with transaction() as db:
        drawing.draw_again(db, actor(), certificate_id)
    flash("It is tried again now. Load this page again in a minute.")
    return redirect(url_for("certificates.certificate", certificate_id=certificate_id), 303)


@signed_in
def show_evidence() -> ResponseReturnValue:
    """Show one's own evidence in one line to whoever checks a number of theirs, or hide it."""
    shown = request.form.get("shown") == "yes"
    with transaction() as db:
        looking.choose_evidence(db, actor(), shown)
    flash("Whoever checks your number now reads your evidence, in one line." if shown else "Your evidence is hidden.")
    return redirect(url_for("certificates.index"), 303)


def linkedin(held: holding.Held) -> str:
    """The form for a certification, filled in. It opens on the other site and sends nothing by itself."""
    facts = held.facts
    asked = {
        "startTask": "CERTIFICATION_NAME",
        "name": facts.award,
        "organizationName": facts.provider,
        "issueYear": facts.issued_on.year,
        "issueMonth": facts.issued_on.month,
        "expirationYear": facts.valid_until.year,
        "expirationMonth": facts.valid_until.month,
        "certUrl": facts.address,
        "certId": facts.number,
    }
    return f"{LINKEDIN}?{urlencode(asked)}"
