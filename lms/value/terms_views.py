"""Pages on which a provider writes an engagement down, and other terms for it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid, Stale
from lms.core.forms import identity_of, version_of
from lms.core.site_days import today
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.value import forms, rules, service
from lms.value.currencies import CURRENCIES
from lms.value.service import View
from lms.value.terms import Agreed
from lms.value.views import current, find, pages

__all__ = ["pages"]

AGAIN = ("currency", "tax_rate", "provider_address", "provider_tax_number", "pay_to", "pay_days")


@pages.get("/value/new")
@requires(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    """What was agreed, and what a bill needs. The provider's own lines are there from last time."""
    _must_administer()
    last = service.find_last_terms(reading(), actor())
    before = forms.filled(Agreed.of(last)) if last else {}
    given = {name: before[name] for name in AGAIN if name in before}
    return _form(given | {"key": str(uuid.uuid4())})


@pages.post("/value/new")
@requires(Role.ADMINISTRATOR)
def write_down() -> ResponseReturnValue:
    """Write an engagement down, for the client to confirm."""
    _must_administer()
    offered, faults = service.clients_of(reading(), actor()), dict[str, str]()
    for read in (lambda: forms.read_client(request.form, offered, service.CLIENT), _read):
        try:
            read()
        except Invalid as error:
            faults |= error.fields
    if faults:
        return _form(request.form, faults)
    client, key = forms.read_client(request.form, offered, service.CLIENT), identity_of(request.form) or uuid.uuid4()
    with transaction() as db:
        made = service.write_down(db, actor(), key, client, _read())
    flash("It is written down. The client’s managers have a letter, and confirm it or say what should be otherwise.")
    return redirect(url_for("value.engagement", engagement_id=made.id), 303)


@pages.get("/value/<uuid:engagement_id>/terms")
@requires(Role.ADMINISTRATOR)
def change(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """Other terms for an engagement."""
    view = find(engagement_id)
    if view.for_client or not view.may_change:
        raise Conflict(service.LATE)
    last = view.versions[-1]
    given = forms.filled(Agreed.of(last)) | {"version": str(last.version), "key": str(uuid.uuid4())}
    return _form(given, view=view)


@pages.post("/value/<uuid:engagement_id>/terms")
@requires(Role.ADMINISTRATOR)
def change_now(engagement_id: uuid.UUID) -> ResponseReturnValue:
    """Write them down. What was confirmed stands until these are."""
    view, key = find(engagement_id), identity_of(request.form) or uuid.uuid4()
    try:
        agreed = _read()
        with transaction() as db:
            service.change(db, actor(), engagement_id, version_of(request.form), key, agreed)
    except Invalid as error:
        return _form(request.form, error.fields, view=view)
    except Stale as error:
        given = {**request.form.to_dict(), "version": str(find(engagement_id).versions[-1].version)}
        return _form(given, view=view, changes=error.changes)
    flash("Written down. What was confirmed stands until the client confirms this.")
    return redirect(url_for("value.engagement", engagement_id=engagement_id), 303)


def _must_administer() -> None:
    if not rules.administers(actor()):
        raise Forbidden(service.KEPT_AWAY)


def _read() -> Agreed:
    return forms.read_terms(request.form, today())


def _form(
    form: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    view: View | None = None,
    changes: Sequence[str] = (),
) -> ResponseReturnValue:
    page = render_template(
        "value/terms.html",
        view=view,
        form={name: form.get(name, "") for name in FIELDS},
        clients=[(key, name) for key, (name, _) in service.clients_of(reading(), actor()).items()],
        currencies=[("", "Choose"), *((each.code, f"{each.name}, {each.code}") for each in CURRENCIES.values())],
        errors=errors or {},
        changes=changes,
        current=current(),
    )
    return page, 409 if changes else 422 if errors else 200


FIELDS = (
    "key", "version", "client", "title", *forms.DAYS, "currency", "fee", "floor", "tax_rate", "hours",
    "provider_address", "provider_tax_number", "client_address", "pay_to", "pay_days",
)  # fmt: skip
