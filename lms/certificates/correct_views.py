"""The page on which the holder's name on a certificate is corrected."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.certificates import correcting, forms, grounds, paper, records, steps
from lms.certificates.life import Asked
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid, Stale
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people.accounts import prove_again

CURRENT = "certificates"


def install(pages: Blueprint) -> None:
    """Put it beside the other pages of certificates."""
    at = "/certificates/<uuid:certificate_id>/correct"
    pages.add_url_rule(at, view_func=correct)
    pages.add_url_rule(at, view_func=correct_now, methods=["POST"])


@requires(Role.ADMINISTRATOR)
def correct(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """What correcting a name does, and the form for it."""
    db = reading()
    hindered = correcting.hindrance(db, records.get_record(db, actor(), certificate_id).certificate)
    if hindered:
        flash(hindered)
        return redirect(url_for("certificates.certificate", certificate_id=certificate_id))
    return _page(certificate_id, {})


@requires(Role.ADMINISTRATOR)
def correct_now(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Correct it. Sent twice, it is corrected once."""
    try:
        name, kind, written = forms.read_correction(request.form, fresh=actor().is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        asked = Asked(written.reason, proof, written.key, written.seen)
        with transaction() as db:
            correcting.correct(db, actor(), certificate_id, asked, name, kind)
    except Invalid as error:
        return _page(certificate_id, error.fields)
    except Conflict as error:
        return _page(certificate_id, {}, error.changes if isinstance(error, Stale) else (error.sentence,))
    flash("Corrected. It is signed and drawn anew under the same number, and the holder has a letter.")
    return redirect(url_for("certificates.certificate", certificate_id=certificate_id), 303)


def _page(certificate_id: uuid.UUID, errors: Mapping[str, str], changes: tuple[str, ...] = ()) -> ResponseReturnValue:
    db, who = reading(), actor()
    record = records.get_record(db, who, certificate_id)
    certificate = record.certificate
    grounds.must_administer(db, who, certificate.provider_id, certificate.person_id)
    suggested = correcting.suggested(db, certificate)
    page = render_template(
        "certificates/correct.html",
        current=CURRENT,
        record=record,
        facts=record.facts,
        account=suggested if suggested != certificate.name else "",
        form={"name": suggested, "kind": "", "reason": "", "key": uuid.uuid4()} | dict(request.form),
        direction=paper.set_name(record.facts.holder).direction,
        seen=steps.newest_entry(db, certificate),
        hindered=correcting.hindrance(db, certificate),
        causes=[(key, each.title, each.hint) for key, each in correcting.CAUSES.items()],
        errors=errors,
        changes=changes,
        is_fresh=who.is_fresh(clock.now()),
    )
    return page, 409 if changes else 422 if errors else 200
