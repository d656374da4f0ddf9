"""The card sort: alone, then brought to a circle."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import Conflict, Invalid, Stale
from lms.core.forms import version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, signed_in
from lms.groups import service as groups
from lms.values import forms, rules, service, sorting
from lms.values.sorting import Sort
from lms.values.views import pages

__all__ = ["pages"]


@pages.get("/values/sort")
@signed_in
def sort() -> ResponseReturnValue:
    """What must be true in a circle of yours: sixteen cards, three piles."""
    return _page(sorting.look(reading(), actor()))


def _page(
    found: Sort,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    changes: Sequence[str] = (),
) -> ResponseReturnValue:
    db, who = reading(), actor()
    own = [(f"own-{number}", found.own.get(f"own-{number}", "")) for number in range(1, found.pack.own + 1)]
    page = render_template(
        "values/sort.html",
        current="learn",
        sort=found,
        piles=[("must", "Must have"), ("good", "Good to have"), ("not", "Not for us")],
        over=sorting.over(found) if found.over else "",
        own=[(key, form.get(f"text-{key}", "") if form else text) for key, text in own],
        longest=rules.LONGEST_CARD,
        circles=[each for each in groups.list_groups(db, who) if groups.sits_in(db, who, each.id)],
        errors=errors or {},
        changes=changes,
    )
    return page, 409 if changes else 422 if errors else 200


@pages.post("/values/sort")
@signed_in
def keep_sort() -> ResponseReturnValue:
    """Keep where the cards lie."""
    who, form = actor(), request.form
    found = sorting.look(reading(), who)
    try:
        placed, own = forms.read_sort(form, found.pack)
        with transaction() as db:
            kept = sorting.keep(db, who, version_of(form), placed, own)
    except Invalid as error:
        return _page(replace(found, placed=forms.placed_so_far(form, found.placed)), form, error.fields)
    except Stale as error:
        return _page(sorting.look(reading(), who), changes=error.changes)
    flash(sorting.over(kept) if kept.over else "Your sort is kept. Nobody else sees it.")
    return redirect(url_for("values.sort"), 303)


@pages.get("/groups/<uuid:group_id>/values/sorts")
@signed_in
def sorts(group_id: uuid.UUID) -> ResponseReturnValue:
    """What each of the circle brought as a must-have."""
    db = reading()
    state, _mine = service.get_seated(db, actor(), group_id)
    return render_template(
        "values/sorts.html",
        current="groups",
        group=state.group,
        brought=sorting.brought(db, state),
        sort=sorting.look(db, actor()),
        error="",
    )


@pages.post("/groups/<uuid:group_id>/values/sorts")
@signed_in
def bring(group_id: uuid.UUID) -> ResponseReturnValue:
    """Bring one's must-haves to the circle, or take them back."""
    who = actor()
    state, _mine = service.get_seated(reading(), who, group_id)
    try:
        with transaction() as db:
            if request.form.get("back"):
                sorting.take_back(db, who, group_id)
            else:
                sorting.bring(db, who, group_id)
    except (Invalid, Conflict) as error:
        page = render_template(
            "values/sorts.html",
            current="groups",
            group=state.group,
            brought=sorting.brought(reading(), state),
            sort=sorting.look(reading(), who),
            error=error.sentence,
        )
        return page, error.status
    flash("They no longer see your must-haves." if request.form.get("back") else "The circle sees your must-haves now.")
    return redirect(url_for("values.sorts", group_id=group_id), 303)
