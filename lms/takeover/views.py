"""Pages of taking over: how a circle’s meetings ran, what is short before its trainer leaves, the stool’s moves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assessments.changed import as_read
from lms.coding import service as coding
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Invalid, Stale
from lms.core.forms import version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.groups import handing, meetings
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.people import service as people
from lms.people.accounts import prove_again
from lms.practice.evidence import mixes_of_circle
from lms.takeover import counting, forms, links, moves, overview, planning, ran, rules, service, words
from lms.takeover.counting import StaleCount
from lms.takeover.refresher import refreshers

pages = Blueprint("takeover", __name__)


@pages.get("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/count")
@signed_in
def count(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """How a meeting ran, in figures."""
    return _count(group_id, meeting_id)


def _count(
    group_id: uuid.UUID,
    meeting_id: uuid.UUID,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    stale: StaleCount | None = None,
) -> ResponseReturnValue:
    db, who = reading(), actor()
    meeting = counting.get_meeting(db, who, group_id, meeting_id)
    seats, row = counting.seats_at(db, meeting), counting.find(db, meeting)
    if form is None:
        form = forms.filled(counting.as_counted(row)) if row else {}
    page = render_template(
        "takeover/count.html",
        current="groups",
        group=service.get_circle(db, who, group_id),
        meeting=meeting,
        has_begun=meetings.has_begun(meeting),
        counted=row,
        names=people.names_of(db, [row.counted_by if row else None]),
        version=version_of(form) if errors else row.version if row else 0,
        seats=[("", "Choose"), *((each.id, each.name) for each in seats)],
        times=[(name, label, "") for name, label in forms.TIMES.items()],
        turns=[(f"turns-{each.id}", each.name, "") for each in seats],
        answers=list(rules.YES_OR_NO.items()),
        steps=list(rules.STEPS.items()),
        form=form,
        errors=errors or {},
        theirs=forms.differences(form, counting.as_counted(row), seats) if stale and row else [],
    )
    return page, 409 if stale else 422 if errors else 200


@pages.post("/groups/<uuid:group_id>/meetings/<uuid:meeting_id>/count")
@signed_in
def save_count(group_id: uuid.UUID, meeting_id: uuid.UUID) -> ResponseReturnValue:
    """Write the figures down."""
    db, who = reading(), actor()
    meeting = counting.get_meeting(db, who, group_id, meeting_id)
    try:
        counted = forms.read_count(request.form, counting.seats_at(db, meeting))
        with transaction() as writing:
            counting.count(writing, who, group_id, meeting_id, version_of(request.form), counted)
    except Invalid as error:
        return _count(group_id, meeting_id, request.form, error.fields)
    except StaleCount as error:
        return _count(group_id, meeting_id, request.form, stale=error)
    flash("The figures are saved.")
    return redirect(url_for("takeover.page", group_id=group_id), 303)


@pages.get("/groups/<uuid:group_id>/taking-over")
@signed_in
def page(group_id: uuid.UUID) -> ResponseReturnValue:
    """Where a circle stands on its way to doing without a trainer, and what is short."""
    return _page(group_id, {}, {})


def _page(
    group_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str], changes: Sequence[str] = ()
) -> ResponseReturnValue:
    db, who = reading(), actor()
    group = service.get_circle(db, who, group_id)
    past = moves.list_moves(db, group.id)
    standing = moves.standing_of(db, group, past, clock.today(group.zone))
    members = groups.list_members(db, group.id)
    may = _may(db, who, group)
    movers = [each.decided_by for each in past] + [each.proposed_by for each in past]
    names = people.names_of(db, [group.facilitator_id, *movers])
    page = render_template(
        "takeover/circle.html",
        current="groups",
        group=group,
        standing=standing,
        headline=standing.readiness.headline if standing.readiness else f"{group.name} runs itself",
        changed=ran.columns(mixes_of_circle(db, group.id, ran.DRAWN), standing.evidence),
        ran=ran.lines(standing.evidence, names[group.facilitator_id]),
        members=members,
        plan=planning.find_plan(db, group.id),
        passed=standing.passed,
        today=clock.today(group.zone),
        topics=list(rules.TOPICS.items()),
        known={(uuid.UUID(each.member_id), each.topic) for each in standing.evidence.checks},
        moves=past,
        refreshers=refreshers(),
        names=names,
        stages={each.id: each.name for each in standing.standard.stages},
        addresses=links.addresses(group, arranges=may["may_arrange"], moves=may["may_move"]),
        ways=[(each.id, each.name, each.picture) for each in standing.by_word],
        form={"to": "", "reason": "", "key": str(uuid.uuid4()), "stands": standing.stage.id} | dict(form),
        read=as_read(standing.findings),
        changes=changes,
        errors=errors,
        is_fresh=who.is_fresh(clock.now()),
        unready=moves.unready(db, who, group, standing) if may["may_move"] else "",
        **may,
    )
    return page, 409 if changes else 422 if errors else 200


def _may(db: Session, who: Actor, group: PeerGroup) -> dict[str, bool]:
    """What the reader may do here."""
    return {
        "may_count": counting.may_count(db, who, group),
        "may_arrange": groups.may_arrange(who, group),
        "may_move": service.may_move(db, who, group),
        "may_sample": coding.may_ask(db, who, group),
    }


@pages.get("/groups/taking-over")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def circles() -> ResponseReturnValue:
    """Where every circle of your provider stands, and how often the stool had to come back."""
    db, who = reading(), actor()
    found, handed_over = overview.list_circles(db, who), handing.list_handed_over(db, who)
    return render_template(
        "takeover/circles.html",
        current="groups",
        circles=found,
        headline=overview.headline(found, len(handed_over)),
        handed_over=handed_over,
        support_again=overview.support_again(db, who, clock.now()),
        stepped_back=overview.stepped_back(db, who, clock.now()),
    )


@pages.post("/groups/<uuid:group_id>/taking-over")
@signed_in
def move(group_id: uuid.UUID) -> ResponseReturnValue:
    """Move the stool."""
    who = actor()
    service.get_to_move(reading(), who, group_id)
    try:
        to, reason, key = forms.read_move(request.form, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as writing:
            moves.move(
                writing,
                who,
                group_id,
                request.form.get("stands", ""),
                to,
                reason,
                proof,
                key,
                request.form.get("read", ""),
            )
    except Invalid as error:
        return _page(group_id, request.form, error.fields)
    except Stale as error:
        return _page(group_id, request.form, {}, error.changes)
    flash("The move is recorded. Whoever sits in the circle and has an account gets a letter.")
    return redirect(url_for("takeover.page", group_id=group_id, _anchor="moves"), 303)


@pages.post("/groups/<uuid:group_id>/taking-over/knows")
@signed_in
def note_known(group_id: uuid.UUID) -> ResponseReturnValue:
    """Write down who of the circle knows what."""
    who = actor()
    groups.group_to_arrange(reading(), who, group_id)
    try:
        known = forms.read_known(request.form)
        with transaction() as db:
            words.note_known(db, who, group_id, known)
    except Invalid as error:
        return _page(group_id, {}, error.fields)
    flash("Saved.")
    return redirect(url_for("takeover.page", group_id=group_id, _anchor="knows"), 303)
