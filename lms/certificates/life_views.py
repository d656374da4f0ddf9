"""Pages on which a certificate is suspended or given back, and what is told of all that on its own page."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.certificates import correcting, editions, forms, grounds, history, life, records, rules, steps
from lms.certificates.history import LIFTED, SUSPENDED, UNDONE
from lms.certificates.life import Asked
from lms.certificates.models import NameCorrection, Step
from lms.certificates.records import Record
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid, Stale
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people import same
from lms.people import service as people
from lms.people.accounts import prove_again

CURRENT = "certificates"
Take = Callable[[Session, Actor, uuid.UUID, Asked], Step]
DONE = {
    UNDONE: "Taken back. Whoever got a letter about the withdrawal gets another one.",
    SUSPENDED: "Suspended. Whoever checks the number reads it from now on, and the holder has a letter.",
    LIFTED: "Lifted. Whoever got a letter about the suspension gets another one.",
}


def install(pages: Blueprint) -> None:
    """Put these beside the other pages of certificates."""
    at = "/certificates/<uuid:certificate_id>"
    for view in (undo, suspend, lift):
        pages.add_url_rule(f"{at}/{view.__name__}", view_func=view)
    for name, view in (("undo", undo_now), ("suspend", suspend_now), ("lift", lift_now)):
        pages.add_url_rule(f"{at}/{name}", view_func=view, methods=["POST"])


@requires(Role.ADMINISTRATOR)
def undo(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """What taking a withdrawal back does, and the form for it."""
    return _ask(certificate_id, UNDONE)


@requires(Role.ADMINISTRATOR)
def undo_now(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Take it back. Sent twice, it is taken back once."""
    return _do(certificate_id, UNDONE, life.undo)


@requires(Role.ADMINISTRATOR)
def suspend(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """What suspending does, and the form for it."""
    return _ask(certificate_id, SUSPENDED)


@requires(Role.ADMINISTRATOR)
def suspend_now(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Suspend it. Sent twice, it is suspended once."""
    return _do(certificate_id, SUSPENDED, life.suspend)


@requires(Role.ADMINISTRATOR)
def lift(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """What lifting a suspension does, and the form for it."""
    return _ask(certificate_id, LIFTED)


@requires(Role.ADMINISTRATOR)
def lift_now(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Lift it. Sent twice, it is lifted once."""
    return _do(certificate_id, LIFTED, life.lift)


def about(db: Session, who: Actor, record: Record) -> dict[str, Any]:
    """What a certificate's own page tells of what happened to it, and which steps the reader may take now."""
    certificate, state = record.certificate, record.state
    provided = certificate.provider_id in who.organisations(Role.ADMINISTRATOR, Role.TRAINER)
    corrections = editions.corrections_of(db, certificate.id)
    rows: list[Step | NameCorrection] = [*steps.steps_of(db, certificate.id), *corrections]
    happened = sorted(rows, key=lambda each: each.leaf_seq)
    return {
        "happened": happened,
        "names": people.names_of(db, [each.done_by for each in happened]),
        "told": {kind: said.told for kind, said in history.KINDS.items()}
        | dict.fromkeys(correcting.CAUSES, life.CORRECTED),
        "reads_reason": provided or same.is_one(db, who.person_id, certificate.person_id),
        "may": {kind: not history.hinders(state, kind, clock.now()) for kind in history.KINDS},
        "undo_until": state.until(),
    }


def _ask(certificate_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    db = reading()
    certificate = records.get_record(db, actor(), certificate_id).certificate
    hindered = life.hindrance(db, certificate, kind)
    if hindered:
        flash(hindered)
        return redirect(url_for("certificates.certificate", certificate_id=certificate_id))
    return _page(certificate_id, kind, {})


def _do(certificate_id: uuid.UUID, kind: str, take: Take) -> ResponseReturnValue:
    try:
        written = forms.read_step(request.form, fresh=actor().is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            take(db, actor(), certificate_id, Asked(written.reason, proof, written.key, written.seen))
    except Invalid as error:
        return _page(certificate_id, kind, error.fields)
    except Conflict as error:
        changes = error.changes if isinstance(error, Stale) else (error.sentence,)
        return _page(certificate_id, kind, {}, changes)
    flash(DONE[kind])
    return redirect(url_for("certificates.certificate", certificate_id=certificate_id), 303)


def _page(
    certificate_id: uuid.UUID, kind: str, errors: Mapping[str, str], changes: tuple[str, ...] = ()
) -> ResponseReturnValue:
    db, who = reading(), actor()
    record = records.get_record(db, who, certificate_id)
    grounds.must_administer(db, who, record.certificate.provider_id, record.certificate.person_id)
    page = render_template(
        "certificates/step.html",
        current=CURRENT,
        kind=kind,
        record=record,
        facts=record.facts,
        state=record.state,
        reason=request.form.get("reason", ""),
        key=request.form.get("key") or uuid.uuid4(),
        seen=steps.newest_entry(db, record.certificate),
        hindered=life.hindrance(db, record.certificate, kind),
        then=rules.status(record.certificate, None, records.today()),
        errors=errors,
        changes=changes,
        is_fresh=who.is_fresh(clock.now()),
    )
    return page, 409 if changes else 422 if errors else 200
