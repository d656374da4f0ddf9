"""The page “What covered means”: a sentence with fields, what it would change, and the step that saves it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.certificates import service as certificates
from lms.core.actor import Role
from lms.core.errors import Invalid, Stale
from lms.core.forms import identity_of, page_of
from lms.core.phrases import full_day
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.coverage import changes, forms, meanings, service, trying
from lms.coverage.meaning import STANDING, Meaning
from lms.people.managed import managed

PAGE = 50  # units that would change


def install(pages: Blueprint) -> None:
    """Put this page beside the others of coverage: it is of one area."""
    pages.add_url_rule("/coverage/meaning", view_func=meaning)
    pages.add_url_rule("/coverage/meaning", view_func=set_meaning, methods=["POST"])


@requires(Role.MANAGER)
def meaning() -> ResponseReturnValue:
    """What covered means now, and with the fields filled in what else it could mean. Nothing is saved."""
    if not forms.MOST.keys() & request.args.keys():
        return _page(request.args)
    try:
        return _page(request.args, forms.read_meaning(request.args))
    except Invalid as error:
        return _page(request.args, errors=error.fields)


@requires(Role.MANAGER)
def set_meaning() -> ResponseReturnValue:
    """From a day on it means this."""
    form = request.form
    chosen = managed(actor(), identity_of(form, "organisation"))
    key, seen = identity_of(form) or uuid.uuid4(), identity_of(form, "seen")
    try:
        said = forms.read_setting(form)
        with transaction() as db:
            made = meanings.set_meaning(db, actor(), chosen.id, key, said, seen)
    except Invalid as error:
        tried = None if forms.MOST.keys() & error.fields.keys() else forms.read_meaning(form)
        return _page(form, tried, error.fields)
    except Stale as error:
        return _page(form, forms.read_meaning(form), changed=error.changes)
    flash(f"From {full_day(made.from_on)}, covered means this at {chosen.name}.")
    return redirect(url_for("coverage.meaning", organisation=chosen.id), 303)


def _page(
    form: Mapping[str, str],
    wanted: Meaning | None = None,
    errors: Mapping[str, str] | None = None,
    changed: tuple[str, ...] = (),
) -> ResponseReturnValue:
    db, today, page = reading(), certificates.today(), page_of(request.args)
    found = service.report(db, actor(), today, identity_of(form, "organisation"))
    said = meanings.earlier(db, found.organisation_id)
    tried = trying.would_be(db, found, wanted) if wanted is not None else None
    now = asdict(found.meaning)
    rendered = render_template(
        "coverage/meaning.html",
        report=found,
        form={name: form.get(name, value) for name, value in now.items()},
        saving={"from": form.get("from", full_day(today)), "reason": form.get("reason", "")},
        was={name: value for name, value in now.items() if tried and asdict(tried.meaning)[name] != value},
        tried=tried,
        headline=changes.headline(tried.changes, tried.meaning, found.meaning) if tried else "",
        lede=changes.lede(tried.changes, found.cover) if tried else "",
        footnote=changes.footnote(found.cover, tried.changes, tried.switched) if tried else "",
        shown=tried.changes[(page - 1) * PAGE : page * PAGE] if tried else (),
        page=page,
        more=bool(tried and page * PAGE < len(tried.changes)),
        here={name: form.get(name, "") for name in now if name in form} | {"organisation": found.organisation_id},
        saves=tried is not None or "reason" in form,
        said=said,
        standing=STANDING,
        today=today,
        key=identity_of(form) or uuid.uuid4(),
        seen=max(said, key=lambda one: str(one.set_at)).id if said else "",
        changed=changed,
        errors=errors or {},
        current="coverage",
    )
    return rendered, 409 if changed else 422 if errors else 200
