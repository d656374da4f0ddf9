"""Pages of certificates: the holder's and the administrator's. Those for anybody are in `public_views`."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from lms.certificates import (
    correct_views,
    drawing,
    holder_pages,
    holding,
    holding_views,
    life_views,
    looking,
    paper,
    public_views,
    records,
    rules,
    scripts,
    service,
    sharing_views,
    steps,
)
from lms.certificates.rules import Status
from lms.core import clock, settings
from lms.core.actor import Role
from lms.core.errors import Invalid, Stale
from lms.core.forms import Reader, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.people import same
from lms.people.accounts import prove_again

pages = Blueprint("certificates", __name__)
CURRENT = "certificates"
public_views.install(pages)
holding_views.install(pages)
sharing_views.install(pages)
life_views.install(pages)
correct_views.install(pages)
for _name, _filter in scripts.FILTERS.items():
    pages.add_app_template_filter(_filter, _name)


@pages.get("/certificates")
@signed_in
def index() -> ResponseReturnValue:
    """One's own certificate first; then, by role, who waits for one and who has one."""
    db, who = reading(), actor()
    own = service.own_records(db, who)
    first = next((each for each in own if each.status is Status.VALID), own[0] if own else None)
    return render_template(
        "certificates/index.html",
        current=CURRENT,
        own=own,
        first=first,
        code=paper.square_code(first.facts.address) if first else "",
        page=holder_pages.find_address(db, who) if first else "",
        is_shown=bool(first) and looking.shows_evidence(db, who.person_id),
        **_take_along(first),
        **_drawing(first),
        waiting=service.ready_without_certificate(db, who) if Role.ADMINISTRATOR in who.roles else [],
        others=service.list_records(db, who),
        decides=Role.ADMINISTRATOR in who.roles,
        sees_others=bool(who.roles - {Role.TRAINEE}),
    )


@pages.get("/certificates/<uuid:certificate_id>")
@signed_in
def certificate(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """The certificate as it is printed, its facts in words, and what can be done with it."""
    db, who = reading(), actor()
    record = service.get_record(db, who, certificate_id)
    provider_id, is_own = record.certificate.provider_id, same.is_one(db, who.person_id, record.certificate.person_id)
    return render_template(
        "certificates/certificate.html",
        current=CURRENT,
        record=record,
        facts=record.facts,
        name=paper.set_name(record.facts.holder),
        code=paper.square_code(record.facts.address),
        is_own=is_own,
        renewed=records.find_renewed(db, certificate_id),
        today=service.today(),
        withdrawals=rules.WITHDRAWALS,
        administers=not is_own and provider_id in who.organisations(Role.ADMINISTRATOR),
        **life_views.about(db, who, record),
        **_take_along(record if is_own else None),
        **_drawing(record),
    )


def _take_along(record: service.Record | None) -> dict[str, str]:
    """The other site's form, filled in, and the lines for an e-mail."""
    if record is None:
        return {"linkedin": "", "lines": ""}
    return {"linkedin": holding_views.linkedin(record), "lines": holding.lines(record.facts)}


def _drawing(record: service.Record | None) -> dict[str, object]:
    """What keeps the certificate from being drawn, if anything does, and whom to write to."""
    delay = drawing.delay_of(reading(), record) if record else None
    return {"delay": delay, "contact": settings.current().contact_email}


@pages.get("/certificates/<uuid:certificate_id>/certificate.pdf")
@signed_in
def download(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """The PDF, once it is drawn."""
    return _file(certificate_id, service.find_pdf(reading(), actor(), certificate_id), "certificate")


@pages.get("/certificates/<uuid:certificate_id>/print-shop.pdf")
@requires(Role.ADMINISTRATOR)
def print_shop(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """The same page with bleed and crop marks, for a print shop."""
    return _file(certificate_id, service.find_print(reading(), actor(), certificate_id), "print")


def _file(certificate_id: uuid.UUID, content: bytes | None, title: str) -> ResponseReturnValue:
    """A PDF whose file name carries the number, never a person's name."""
    if content is None:  # its page says how it stands
        return redirect(url_for("certificates.certificate", certificate_id=certificate_id))
    number = service.get_record(reading(), actor(), certificate_id).facts.number
    return send_file(
        io.BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{title}-{number[:9]}.pdf",
    )


@pages.get("/certificates/issue")
@requires(Role.ADMINISTRATOR)
def issue() -> ResponseReturnValue:
    """What would be printed, and why, before anything is issued."""
    decision_id = _identity(request.args.get("decision", ""))
    if decision_id is None:
        return redirect(url_for("certificates.index"))
    issued = service.find_issued(reading(), actor(), decision_id)
    if issued is not None:
        return redirect(url_for("certificates.certificate", certificate_id=issued.id))
    return _issue_page(decision_id, {})


@pages.post("/certificates/issue")
@requires(Role.ADMINISTRATOR)
def issue_now() -> ResponseReturnValue:
    """Issue it. Sent twice, it leads to the same certificate."""
    decision_id = _identity(request.form.get("decision", ""))
    if decision_id is None:
        return redirect(url_for("certificates.index"))
    try:
        proof = prove_again(request.form.get("password", ""))
    except Invalid as error:
        return _issue_page(decision_id, error.fields)
    with transaction() as db:
        made = service.issue(db, actor(), decision_id, proof)
    flash(f"Issued. {made.holder_name} has a letter, and the number works from now on.")
    return redirect(url_for("certificates.certificate", certificate_id=made.id), 303)


def _issue_page(decision_id: uuid.UUID, errors: Mapping[str, str]) -> ResponseReturnValue:
    decision, facts = service.preview(reading(), actor(), decision_id)
    page = render_template(
        "certificates/issue.html",
        current=CURRENT,
        decision=decision,
        facts=facts,
        name=paper.set_name(facts.holder),
        errors=errors,
        is_fresh=actor().is_fresh(clock.now()),
        **service.signing_state(reading()),
    )
    return page, 422 if errors else 200


@pages.get("/certificates/<uuid:certificate_id>/withdraw")
@requires(Role.ADMINISTRATOR)
def withdraw(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """What withdrawing does, and the form for it."""
    return _withdraw_page(certificate_id, {})


@pages.post("/certificates/<uuid:certificate_id>/withdraw")
@requires(Role.ADMINISTRATOR)
def withdraw_now(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Withdraw it. Sent twice, the first reason stands."""
    try:
        kind, reason, seen = _read_withdrawal()
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            service.revoke(db, actor(), certificate_id, reason, proof, kind, seen)
    except Invalid as error:
        return _withdraw_page(certificate_id, error.fields)
    except Stale as error:
        return _withdraw_page(certificate_id, {}, error.changes)
    flash("Withdrawn. Whoever checks the number reads it from now on, and the holder has a letter.")
    return redirect(url_for("certificates.certificate", certificate_id=certificate_id), 303)


def _read_withdrawal() -> tuple[str, str, int]:
    reader = Reader(request.form)
    kind = reader.choice("kind", rules.WITHDRAWALS, "Choose why it is withdrawn.")
    reason = reader.text("reason", "Write why, in your words. The holder reads it.", 2_000)
    reader.check()
    return kind, reason, version_of(request.form, "seen")


def _withdraw_page(
    certificate_id: uuid.UUID, errors: Mapping[str, str], changes: tuple[str, ...] = ()
) -> ResponseReturnValue:
    db = reading()
    record = service.get_record(db, actor(), certificate_id)
    if record.status is Status.WITHDRAWN:
        return redirect(url_for("certificates.certificate", certificate_id=certificate_id))
    page = render_template(
        "certificates/withdraw.html",
        current=CURRENT,
        record=record,
        facts=record.facts,
        today=service.today(),
        form={name: request.form.get(name, "") for name in ("kind", "reason")},
        errors=errors,
        changes=changes,
        seen=steps.newest_entry(db, record.certificate),
        reasons=[(key, each.title, each.hint) for key, each in rules.WITHDRAWALS.items()],
        is_fresh=actor().is_fresh(clock.now()),
    )
    return page, 409 if changes else 422 if errors else 200


def _identity(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None
