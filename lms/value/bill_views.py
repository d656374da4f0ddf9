"""Pages of a bill: to read, as a PDF, and the form by which another takes its place."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people.accounts import prove_again
from lms.value import billing, forms, paper
from lms.value.asked_views import pages
from lms.value.models import Bill
from lms.value.service import View
from lms.value.terms import Agreed
from lms.value.views import SIDES, current, find

__all__ = ["pages"]


@pages.get("/value/<uuid:engagement_id>/bills/<int:number>")
@requires(*SIDES)
def bill(engagement_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """A bill on the screen."""
    view = find(engagement_id)
    found = billing.find(view, number)
    return render_template(
        "value/bill.html",
        view=view,
        replaced=_replaced(view, found),
        newer=_newer(view, found),
        is_drawn=billing.is_drawn(reading(), found),
        current=current(),
        **paper.told(found),
    )


@pages.get("/value/<uuid:engagement_id>/bills/<int:number>.pdf")
@requires(*SIDES)
def pdf(engagement_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """The same on paper, once it is drawn."""
    content = billing.find_pdf(reading(), billing.find(find(engagement_id), number))
    if content is None:
        raise Conflict("This bill is being drawn. Open it again in a minute; its page says the same.")
    name = f"bill-{number}.pdf"
    return send_file(BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)


@pages.get("/value/<uuid:engagement_id>/bills/<int:number>/correct")
@requires(Role.ADMINISTRATOR)
def correct(engagement_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """What may be otherwise on the bill that takes this one's place."""
    view = find(engagement_id)
    return _form(view, _to_correct(view, number), {})


@pages.post("/value/<uuid:engagement_id>/bills/<int:number>/correct")
@requires(Role.ADMINISTRATOR)
def correct_now(engagement_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """Make it."""
    view, who = find(engagement_id), actor()
    found = billing.find(view, number)
    try:
        before = Agreed.of_payload(found.facts)
        mended, because = forms.read_mended(request.form, before, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            made = billing.correct(db, who, engagement_id, number, mended, because, proof)
    except Invalid as error:
        return _form(view, found, error.fields)
    flash(f"Bill {made.number} takes its place. Both of you have a letter.")
    return redirect(url_for("value.bill", engagement_id=engagement_id, number=made.number), 303)


def _to_correct(view: View, number: int) -> Bill:
    found = billing.find(view, number)
    if view.for_client:
        raise Forbidden(billing.ADMINISTRATORS)
    if _newer(view, found) is not None:
        raise Conflict(billing.CORRECTED)
    return found


def _replaced(view: View, found: Bill) -> Bill | None:
    return next((each for each in view.bills if each.id == found.corrects_id), None)


def _newer(view: View, found: Bill) -> Bill | None:
    return next((each for each in view.bills if each.corrects_id == found.id), None)


def _form(view: View, found: Bill, errors: Mapping[str, str]) -> ResponseReturnValue:
    stands = forms.filled(Agreed.of_payload(found.facts))
    before = {name: stands[name] for name in forms.MENDED} | {"because": ""}
    page = render_template(
        "value/correct.html",
        view=view,
        bill=found,
        form={name: request.form.get(name, text) for name, text in before.items()},
        errors=errors,
        is_fresh=actor().is_fresh(clock.now()),
        current=current(),
    )
    return page, 422 if errors else 200
