"""Pages about who stands on a list twice: the report, and making two entries one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import Conflict, Invalid, Stale
from lms.core.forms import identity_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.organisations import duplicates, merging, service
from lms.organisations.views import pages
from lms.people import service as people

__all__ = ["pages"]


@pages.get("/people/duplicates")
@requires(*service.CARERS)
def doubled() -> ResponseReturnValue:
    """Who might stand on a list twice, and who did."""
    db = reading()
    kept = service.organisations(db, actor())
    found = [(each, duplicates.find(db, each.id), merging.list_merged(db, each.id)) for each in kept]
    who = people.names_of(db, [one.was.merged_by for _, _, merged in found for one in merged])
    return render_template("organisations/doubled.html", found=found, most=duplicates.MOST, names=who, current="people")


@pages.get("/people/duplicates/<uuid:entry_id>/<uuid:other_entry_id>")
@requires(*service.CARERS)
def merge(entry_id: uuid.UUID, other_entry_id: uuid.UUID) -> ResponseReturnValue:
    """Two entries side by side, and which of them would stay."""
    return _merge(entry_id, other_entry_id, {})


@pages.post("/people/duplicates/<uuid:entry_id>/<uuid:other_entry_id>")
@requires(*service.CARERS)
def merge_now(entry_id: uuid.UUID, other_entry_id: uuid.UUID) -> ResponseReturnValue:
    """Make them one."""
    key, form = identity_of(request.form) or uuid.uuid4(), request.form
    try:
        with transaction() as db:
            kept = merging.merge(
                db, actor(), key, entry_id, other_entry_id, form.get("stays", ""), form.get("shown", "")
            )
    except Invalid as error:
        return _merge(entry_id, other_entry_id, error.fields), 422
    except Stale as error:
        return _merge(entry_id, other_entry_id, {}, error.changes), 409
    except Conflict:
        return _merge(entry_id, other_entry_id, {}), 409
    flash(f"{kept.name} is one entry now. A file with either address means the same person.")
    return redirect(url_for("organisations.doubled"), 303)


def _merge(
    entry_id: uuid.UUID, other_entry_id: uuid.UUID, errors: Mapping[str, str], changes: Sequence[str] = ()
) -> str:
    pair = merging.look(reading(), actor(), entry_id, other_entry_id)
    usual = next((each for each in pair.entries if each.has_account), pair.entries[0])
    return render_template(
        "organisations/merge.html",
        pair=pair,
        chosen=request.form.get("stays", str(usual.id)),
        key=identity_of(request.form) or uuid.uuid4(),
        errors=errors,
        changes=changes,
        current="people",
    )
