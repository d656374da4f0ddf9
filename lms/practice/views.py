"""A trainee's pages of practice: the list, the write-up, one session."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assessments.wording import first_name
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.forms import identity_of, page_of, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.groups import service as groups
from lms.people import service as people
from lms.practice import (
    absence_views,
    calibration_views,
    contest,
    counting,
    display,
    dispute_views,
    earlier_views,
    forms,
    here,
    observer_views,
    observers,
    outside,
    own_list,
    retelling,
    rules,
    service,
    sign_off,
    together_views,
    write_up,
)
from lms.practice.drafts import CHANGE, NEW, AlreadySent, StaleDraft
from lms.practice.forms import Body
from lms.practice.models import Draft, PracticeSession
from lms.practice.observation import Observation
from lms.practice.rules import Log

pages = Blueprint("practice", __name__)
for room in (
    sign_off, together_views, absence_views, calibration_views, counting,
    here, dispute_views, observer_views, earlier_views,
):  # fmt: skip
    room.install(pages)
Change = Callable[[Session, Actor, uuid.UUID, int, int, Log], PracticeSession]
SENT = {NEW: "Sent. You can change it until it is signed.", CHANGE: "Your changes are sent."}


@pages.get("/practice")
@requires(Role.TRAINEE)
def index() -> ResponseReturnValue:
    """Your sessions, and where each stands."""
    db, who = reading(), actor()
    sent = own_list.find(db, who.person_id, page_of(request.args))
    circles, own = groups.circles_about(db, who, {row.group_id for row in sent.rows})
    led = {circle.id: circle for circle in own if circle.facilitator_id == who.person_id}
    drafts = service.list_drafts(db, who)
    written = own_list.days_of(db, who.person_id, led)
    new_here = not sent.rows and not drafts and own
    return render_template(
        "practice/index.html",
        current="practice",
        sent=sent,
        circles=circles,
        own=own,
        trainer=people.names_of(db, [own[0].trainer_id])[own[0].trainer_id] if new_here else "",
        drafts=drafts,
        zones={draft.key: display.zone_of(draft.body, circles) for draft in drafts},
        to_log=service.meetings_to_log(db, list(led.values()), written)[:3],
        headline=display.practice_headline(sent.sums),
        totals=display.practice_totals(sent.sums),
        parts_played=display.PARTS,
        words=rules.STATE_WORDS,
        first_name=first_name,
    )


@pages.get("/practice/new")
@requires(Role.TRAINEE)
def new() -> ResponseReturnValue:
    """The write-up: the draft there is, or a fresh one with what the calendar knows."""
    db, who = reading(), actor()
    key, asked, on = identity_of(request.args), request.args.get("group", ""), request.args.get("on", "")
    rows = service.sessions_of(db, who.person_id)
    waiting = [] if key or asked else service.list_drafts(db, who)
    key = key or (waiting[0].key if waiting else forms.fresh_key(who.person_id, len(rows), asked, on))
    draft = service.find_draft(db, who, key)
    if draft is not None:
        return write_up.page(draft.body, draft.key, draft=draft)
    own = groups.circles_of(db, who)
    own = [circle for circle in own if str(circle.id) == asked] or own
    meetings = service.meetings_to_log(db, own, {(row.group_id, row.held_on) for row in rows})
    meetings = [meeting for meeting in meetings if f"{meeting.starts_local:%Y-%m-%d}" == on] or meetings
    body = forms.blank(own, next(iter(meetings), None)) | {"signer": request.args.get("signer", "")}
    return write_up.page(body, key)


@pages.post("/practice/new")
@requires(Role.TRAINEE)
def create() -> ResponseReturnValue:
    """Send the session, or keep the draft: a tally button and “Save and leave” and the Enter key are submits too."""
    key = identity_of(request.form) or uuid.uuid4()
    who, version = actor(), version_of(request.form)

    def send(db: Session, log: Log) -> uuid.UUID:
        return service.log_practice(db, who, key, version, log).id

    return _receive(NEW, key, url_for("practice.new", key=key), send)


@pages.post("/practice/draft")
@requires(Role.TRAINEE)
def draft() -> ResponseReturnValue:
    """Keep what is typed so far, for the page's script."""
    body = forms.body_of(request.form)
    key = identity_of(request.form)
    if key is None:
        raise NotFound
    kind = CHANGE if "session_version" in body else NEW
    try:
        saved = _keep(kind, key, version_of(request.form), body)
    except StaleDraft as error:
        return {"message": error.sentence, "version": error.version, "kept": error.body}, 409
    except Conflict as error:
        return {"message": error.sentence}, 409
    return {"saved_at": saved.updated_at.isoformat(), "version": saved.version}


@pages.post("/practice/draft/<uuid:key>/throw-away")
@requires(Role.TRAINEE)
def throw_away(key: uuid.UUID) -> ResponseReturnValue:
    """A draft that is not wanted."""
    who = actor()
    with transaction() as db:
        service.throw_away(db, who, key)
    flash("The draft is thrown away.")
    return redirect(url_for("practice.index"), 303)


@pages.get("/practice/<uuid:session_id>")
@signed_in
def session(session_id: uuid.UUID) -> ResponseReturnValue:
    """What was written, and the signature or the reason it came back."""
    db, who = reading(), actor()
    opened = service.open_session(db, who, session_id)
    seen = contest.see(opened)
    asked = service.list_asked(db, session_id)
    now = next((each for each in asked if each.is_about(opened.session)), None)
    rubric = rules.rubric(opened.signature.rubric_version if opened.signature else None)
    mine = opened.session.person_id == who.person_id
    links = observers.links_of(reading(), session_id)
    return render_template(
        "practice/session.html",
        current="practice" if mine else "sign_off",
        opened=opened,
        mine=mine,
        may_edit=rules.may_edit(who.person_id, owner_id=opened.session.person_id, state=opened.session.state),
        headline=display.session_headline(opened, mine=mine),
        times=display.times(opened.session),
        seen=display.seen(opened, rubric),
        parts_played=rules.ROLE_WORDS,
        words=rules.STATE_WORDS,
        first_name=first_name,
        unseen=rules.UNSEEN,
        noticed=Observation.of(opened.signature.observation if opened.signature else None),
        others=display.others_asked(now, first_name(opened.trainer), opened.circle.zone) if now else "",
        told=retelling.retell(opened, who.person_id, asked),
        contest=seen,
        disputable=contest.disputable(opened, who.person_id),
        deciders=service.list_deciders(db, opened, seen.dispute.first_id) if seen and not seen.is_decided else {},
        second=rules.SECOND,
        outside=outside.from_outside(opened, links, mine=mine),
        may_withdraw=opened.signature is not None and opened.signature.signer_id == who.person_id,
    )


@pages.get("/practice/<uuid:session_id>/edit")
@requires(Role.TRAINEE)
def edit(session_id: uuid.UUID) -> ResponseReturnValue:
    """Change a session that is not signed."""
    found = _own(session_id)
    if found.state == "signed":
        raise Conflict("This session is signed. A signed session is never changed.")
    if service.standing_of(reading(), found.id):
        return redirect(url_for("practice.correct", session_id=found.id), 303)
    return _opened(found)


@pages.post("/practice/<uuid:session_id>/edit")
@requires(Role.TRAINEE)
def change(session_id: uuid.UUID) -> ResponseReturnValue:
    """Send the changed session, or keep the change as a draft."""
    return _send_on(_own(session_id), service.change_practice)


@pages.get("/practice/<uuid:session_id>/correct")
@requires(Role.TRAINEE)
def correct(session_id: uuid.UUID) -> ResponseReturnValue:
    """Put right what was signed, in the form as it was signed."""
    found = _own(session_id)
    if not service.standing_of(reading(), found.id):
        return redirect(url_for("practice.edit", session_id=found.id), 303)
    return _opened(found)


@pages.post("/practice/<uuid:session_id>/correct")
@requires(Role.TRAINEE)
def correct_now(session_id: uuid.UUID) -> ResponseReturnValue:
    """Send the correction, or keep it as a draft. What was signed stays; its signature counts no more."""
    return _send_on(_own(session_id), service.correct_practice)


def _send_on(found: PracticeSession, act: Change) -> ResponseReturnValue:
    who, version, began_from = actor(), version_of(request.form), version_of(request.form, "session_version")

    def send(db: Session, log: Log) -> uuid.UUID:
        return act(db, who, found.id, began_from, version, log).id

    return _receive(CHANGE, found.id, request.path, send, found)


def _opened(found: PracticeSession) -> ResponseReturnValue:
    """The form with what was sent, or with what the writer has changed in it so far."""
    draft = service.find_draft(reading(), actor(), found.id)
    if draft is not None and draft.body.get("session_version") == str(found.version):
        return write_up.page(draft.body, found.id, draft=draft, session=found)
    body = forms.filled(found)
    if service.was_overruled(reading(), found.id):
        body["signer"] = str(found.trainer_id)  # as the second assessor, whom it stays with
    return write_up.page(body, found.id, version=draft.version if draft else 0, session=found)


def _own(session_id: uuid.UUID) -> PracticeSession:
    found = service.get_session(reading(), actor(), session_id)
    if found.person_id != actor().person_id:
        raise NotFound
    return found


def _receive(
    kind: str,
    key: uuid.UUID,
    here: str,
    send: Callable[[Session, Log], uuid.UUID],
    session: PracticeSession | None = None,
) -> ResponseReturnValue:
    body, version = forms.body_of(request.form), version_of(request.form)
    try:
        if "step" in request.form:
            _keep(kind, key, version, forms.stepped(body, request.form["step"]))
            return redirect(f"{here}#questions", 303)
        for button, then in (
            ("save", here),
            ("count", url_for("practice.count", key=key)),
            ("leave", url_for("practice.index")),
        ):
            if button in request.form:
                _keep(kind, key, version, body)
                return redirect(then, 303)
        log = forms.read_log(request.form)
        with transaction() as db:
            sent = send(db, log)
    except Invalid as error:
        return _refuse(kind, key, version, body, error, session)
    except Conflict as error:
        newest = error.version if isinstance(error, StaleDraft) else version
        return write_up.page(body, key, version=newest, conflict=error, session=session)
    flash("Your correction is sent." if write_up.correcting() else SENT[kind])
    return redirect(url_for("practice.session", session_id=sent), 303)


def _refuse(
    kind: str, key: uuid.UUID, version: int, body: Body, error: Invalid, session: PracticeSession | None
) -> ResponseReturnValue:
    """The page again with everything typed, which is also kept as a draft, so that the page may say so."""
    draft = None
    try:
        draft = _keep(kind, key, version, body)
    except AlreadySent:
        pass  # the fields say so
    except StaleDraft as stale:
        return write_up.page(body, key, version=stale.version, errors=error.fields, conflict=stale, session=session)
    return write_up.page(body, key, draft=draft, version=version, errors=error.fields, session=session)


def _keep(kind: str, key: uuid.UUID, version: int, body: Body) -> Draft:
    who = actor()
    with transaction() as db:
        return service.save_draft(db, who, kind, key, version, body)
