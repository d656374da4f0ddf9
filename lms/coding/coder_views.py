"""Pages of the two who code: each alone, and then where they differ."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import coding
from lms.coding import forms, labelling, naming, own, rules, settling
from lms.coding.labelling import Desk, OldLabels
from lms.coding.models import CodingResult
from lms.coding.own_views import pages
from lms.coding.settling import OldComparison
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid
from lms.core.forms import page_of, version_of
from lms.core.phrases import day
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.groups.models import PeerGroup
from lms.people import service as people
from lms.people.accounts import prove_again

__all__ = ["pages"]
Errors = Mapping[str, str]


@pages.get("/coding")
@requires(Role.TRAINER)
def mine() -> ResponseReturnValue:
    """What waits to be coded by the reader, and what they have coded."""
    found = labelling.list_mine(reading(), actor())
    return render_template(
        "coding/mine.html",
        current="sign_off",
        waiting=[row for row in found if row[0].state in ("coding", "comparing")],
        done=[row for row in found if row[0].state == "closed"],
    )


@pages.get("/coding/<uuid:sample_id>")
@requires(Role.TRAINER)
def desk(sample_id: uuid.UUID) -> ResponseReturnValue:
    """Ten turns at a time, and only one's own labels."""
    found = labelling.open_desk(reading(), actor(), sample_id)
    if found.sample.state in ("closed", "ended") or found.coder.finished_at is not None:
        return redirect(url_for("coding.compare", sample_id=sample_id), 303)
    return _desk(found, page_of(request.args))


def _desk(
    found: Desk,
    page: int,
    form: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    stale: OldLabels | None = None,
) -> ResponseReturnValue:
    db, sample = reading(), found.sample
    last = rules.pages(len(found.turns))
    page = min(page, last)
    group = db.get_one(PeerGroup, sample.group_id)
    others = [each for each in naming.list_coders(db, sample.id) if each.id != found.coder.id]
    sheet = render_template(
        "coding/desk.html",
        current="sign_off",
        place=labelling.place_of(sample, group),
        sample=sample,
        turns=found.turns[(page - 1) * rules.ON_A_PAGE : page * rules.ON_A_PAGE],
        total=len(found.turns),
        labelled=len(found.turns) - len(found.left),
        left_on=sorted({rules.page_of(place) for place in found.left}) if errors else [],
        page=page,
        last=last,
        version=found.coder.version,
        other=people.names_of(db, [each.person_id for each in others]),
        other_done=bool(others) and all(each.finished_at for each in others),
        openness=list(coding.OPENNESS.items()),
        advice=list(coding.ADVICE.items()),
        form=forms.filled(found.labels) if form is None else form,
        theirs=_theirs(found, form or {}, stale),
        told=_told(found, group),
        errors=errors or {},
    )
    return sheet, 409 if stale else 422 if errors else 200


def _told(found: Desk, group: PeerGroup) -> str:
    sample = found.sample
    if not sample.taken_out or sample.taken_out_at is None:
        return ""
    return rules.taken_out(sample.taken_out, day(sample.taken_out_at, group.zone))


def _theirs(found: Desk, form: Mapping[str, str], stale: OldLabels | None) -> list[tuple[str, str]]:
    """What the same coder chose otherwise in another browser."""
    if stale is None:
        return []
    out, typed = [], forms.filled(stale.labels)
    for turn in found.turns:
        for name, words in ((f"open-{turn.id}", coding.OPENNESS), (f"advice-{turn.id}", coding.ADVICE)):
            there = typed.get(name, "")
            if f"shown-{turn.id}" in form and there != form.get(name, ""):
                out.append((f"Turn {turn.number}", words.get(there, "Nothing")))
    return out


@pages.post("/coding/<uuid:sample_id>")
@requires(Role.TRAINER)
def label(sample_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a page of labels, and go on, leave or finish."""
    who, page = actor(), page_of(request.form)
    found = labelling.open_desk(reading(), who, sample_id)
    do = "leave" if "leave" in request.form else request.form.get("do", "save")
    if do == "finish" and found.coder.finished_at is not None:
        return redirect(url_for("coding.compare", sample_id=sample_id), 303)
    try:
        chosen = forms.read_labels(request.form, [each.id for each in found.turns])
        with transaction() as db:
            labelling.save(db, who, sample_id, version_of(request.form), chosen)
        if do == "finish":
            with transaction() as db:
                labelling.finish(db, who, sample_id)
    except Invalid as error:
        return _desk(labelling.open_desk(reading(), who, sample_id), page, request.form, error.fields)
    except OldLabels as error:
        return _desk(labelling.open_desk(reading(), who, sample_id), page, request.form, stale=error)
    if do == "finish":
        return redirect(url_for("coding.compare", sample_id=sample_id), 303)
    if do == "leave":
        flash("Saved. You can go on whenever you like.")
        return redirect(url_for("coding.mine"), 303)
    return redirect(url_for("coding.desk", sample_id=sample_id, page=page + (do == "next") - (do == "back")), 303)


@pages.post("/coding/<uuid:sample_id>/draft")
@requires(Role.TRAINER)
def draft(sample_id: uuid.UUID) -> ResponseReturnValue:
    """What the page sends by itself while somebody chooses. It answers with a version, and with no label."""
    who = actor()
    found = labelling.open_desk(reading(), who, sample_id)
    try:
        chosen = forms.read_labels(request.form, [each.id for each in found.turns])
        with transaction() as db:
            coder = labelling.save(db, who, sample_id, version_of(request.form), chosen)
    except Conflict as error:
        return {"message": f"{error.sentence} Press “Save” to see both."}, 409
    except Invalid as error:
        return {"message": error.sentence}, 422
    return {"version": coder.version}


@pages.get("/coding/<uuid:sample_id>/compare")
@requires(Role.TRAINER)
def compare(sample_id: uuid.UUID) -> ResponseReturnValue:
    """Where the two differ, once both have finished; before that, that one has; after it, what came of it."""
    db, who = reading(), actor()
    found = labelling.open_desk(db, who, sample_id)
    if found.coder.finished_at is None and found.sample.state == "coding":
        return redirect(url_for("coding.desk", sample_id=sample_id), 303)
    if found.sample.state != "comparing":
        return _waiting(found)
    return _compare(sample_id, {}, {})


def _waiting(found: Desk) -> ResponseReturnValue:
    """What a coder reads who has finished first, or when all is settled."""
    db, sample = reading(), found.sample
    others = [each.person_id for each in naming.list_coders(db, sample.id) if each.id != found.coder.id]
    result, group = db.get(CodingResult, sample.id), db.get_one(PeerGroup, sample.group_id)
    return render_template(
        "coding/over.html",
        current="sign_off",
        place=labelling.place_of(sample, group),
        sample=sample,
        other=", ".join(people.names_of(db, others).values()),
        result=result,
        outcome=coding.Outcome(result.turns, result.open, result.without_advice) if result else None,
        told=_told(found, group),
        ended=rules.ENDED.get(sample.ended_because or "", ""),
        decimal=coding.decimal,
    )


def _compare(
    sample_id: uuid.UUID, form: Mapping[str, str], errors: Errors, stale: OldComparison | None = None
) -> ResponseReturnValue:
    db, who = reading(), actor()
    found = settling.compare(db, who, sample_id)
    mine = next(n for n, each in enumerate(found.coders) if each.person_id == who.person_id)
    names = people.names_of(db, [each.person_id for each in found.coders])
    group = db.get_one(PeerGroup, found.sample.group_id)
    least = own.kappa_asked(db, found.sample, group)
    page = render_template(
        "coding/compare.html",
        current="sign_off",
        place=labelling.place_of(found.sample, group),
        found=found,
        mine=mine,
        other=names[found.coders[1 - mine].person_id],
        names=names,
        least=least,
        enough=(found.openness.is_enough(least), found.advice.is_enough(least)),
        openness=coding.OPENNESS,
        advice=coding.ADVICE,
        told=_told(labelling.open_desk(db, who, sample_id), group),
        form=forms.filled(found.settled) | dict(form),
        errors=errors,
        stale=stale.sentence if stale else "",
        is_fresh=who.is_fresh(clock.now()),
    )
    return page, 409 if stale else 422 if errors else 200


@pages.post("/coding/<uuid:sample_id>/compare")
@requires(Role.TRAINER)
def write_down(sample_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what the two agreed, and sign it."""
    who = actor()
    found = settling.compare(reading(), who, sample_id)
    try:
        chosen = forms.read_settled(request.form, [each.turn.id for each in found.differing])
        proof = prove_again(request.form.get("password", "")) if settling.is_whole(found, chosen) else ""
        with transaction() as db:
            settling.write_down(db, who, sample_id, version_of(request.form), chosen, proof)
    except Invalid as error:
        return _compare(sample_id, request.form, error.fields)
    except OldComparison as error:
        return _compare(sample_id, request.form, {}, error)
    flash("It is written down and signed by you. It counts when the other says yes to it.")
    return redirect(url_for("coding.compare", sample_id=sample_id), 303)


@pages.post("/coding/<uuid:sample_id>/agree")
@requires(Role.TRAINER)
def agree(sample_id: uuid.UUID) -> ResponseReturnValue:
    """The other's yes, with which the sample closes."""
    who, version = actor(), version_of(request.form)
    sample = labelling.get_sample(reading(), who, sample_id)
    try:
        if sample.state == "comparing" and sample.version == version:
            found = settling.compare(reading(), who, sample_id)
            settling.check_same(found, forms.read_settled(request.form, [each.turn.id for each in found.differing]))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            settling.agree(db, who, sample_id, version, proof)
    except Invalid as error:
        return _compare(sample_id, request.form, error.fields)
    except OldComparison as error:
        return _compare(sample_id, request.form, {}, error)
    whose = "the circle sees" if sample.person_id is None else "whoever led and their trainer see"
    flash(f"Both have signed. Every word is deleted; {whose} the result.")
    return redirect(url_for("coding.compare", sample_id=sample_id), 303)
