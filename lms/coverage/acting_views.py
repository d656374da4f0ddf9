"""Pages on which managers act: who is stuck, whose certificate ends, and one letter to whoever can move it on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.actor import Role
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.forms import Reader, identity_of, page_of
from lms.core.site_days import today
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.coverage import acting, acting_rules, holding, service, stuck, stuck_rules
from lms.coverage.acting_rules import Kind, Target
from lms.coverage.circle_views import pages
from lms.coverage.service import Report
from lms.people.managed import Managed, all_managed, managed

__all__ = ["pages"]

KINDS: dict[str, Kind] = {each: each for each in acting_rules.AGAIN_AFTER}
MOST_ENDING = 200


@pages.get("/coverage/stuck")
@requires(Role.MANAGER)
def stuck_people() -> ResponseReturnValue:
    """Who is stuck and why, with one click to whoever can move it on."""
    return _stuck()


def _stuck(fault: str = "", ticked: Sequence[str] = (), status: int = 200) -> ResponseReturnValue:
    organisation, reason = _organisation(), request.args.get("why", "")
    reason = reason if reason in stuck_rules.REASONS else ""
    found = stuck.look(reading(), organisation.id, today(), reason, page_of(request.args))
    page = render_template(
        "coverage/stuck.html",
        organisation=organisation,
        organisations=all_managed(actor()),
        found=found,
        headline=stuck_rules.headline(found.every),
        reasons=stuck_rules.REASONS,
        why=reason,
        written=acting.last_asked(reading(), organisation.id, "unblock", [each.person_id for each in found.rows]),
        ticked=ticked,
        errors={"who": fault} if fault else {},
        current="coverage",
    )
    return page, status


@pages.get("/coverage/act")
@requires(Role.MANAGER)
def act() -> ResponseReturnValue:
    """Units that were ticked, or all endings: nominate somebody, ask for renewal, write."""
    return _act()


def _act(fault: str = "", ticked: Sequence[str] = (), status: int = 200) -> ResponseReturnValue:
    organisation = _organisation()
    units = set(request.args.getlist("unit")[:MOST_ENDING])
    every = holding.holders(reading(), organisation.id, today())
    units_said = [] if not units else holding.units_named(reading(), organisation.id, units)
    near = holding.of_units(_report(organisation), every, units) if units else holding.ending(every, today())
    page = render_template(
        "coverage/act.html",
        organisation=organisation,
        organisations=all_managed(actor()),
        units=units_said,
        headline=acting_rules.of_list([name for _, name in units_said], len(near)),
        holders=near[:MOST_ENDING],
        more=max(0, len(near) - MOST_ENDING),
        asked=acting.last_asked(reading(), organisation.id, "renewal", [each.person_id for each in near]),
        today=today(),
        never_extended=acting_rules.NEVER_EXTENDED,
        ticked=ticked,
        errors={"who": fault} if fault else {},
        current="coverage",
    )
    return page, status


@pages.get("/coverage/write")
@requires(Role.MANAGER)
def letter() -> ResponseReturnValue:
    """A letter to whoever was ticked, before it goes out."""
    organisation, kind, wanted = _organisation(), _kind(request.args), request.args.getlist("who")
    try:
        found = _targets(organisation, kind, wanted)
    except Invalid as error:
        return _back(kind, error.fields["who"], wanted, 422)
    except Conflict as error:
        return _back(kind, error.sentence, wanted, 409)
    return _letter(organisation, kind, found, {"key": str(uuid.uuid4()), "text": acting_rules.begun(kind)})


@pages.post("/coverage/write")
@requires(Role.MANAGER)
def write() -> ResponseReturnValue:
    """Send it."""
    organisation, kind, wanted = _organisation(), _kind(request.form), request.form.getlist("who")
    reader = Reader(request.form)
    text = reader.text("text", acting_rules.NOTHING, acting_rules.LONGEST_LETTER)
    found: list[Target] = []
    try:
        found = _targets(organisation, kind, wanted)
        reader.check()
        with transaction() as db:
            key = identity_of(request.form) or uuid.uuid4()
            went, again = acting.write(db, actor(), organisation, key, found, text)
    except Invalid as error:
        if not found:
            return _back(kind, error.fields["who"], wanted, 422)
        return _letter(organisation, kind, found, request.form, error.fields)
    except Conflict as error:
        if not found:
            return _back(kind, error.sentence, wanted, 409)
        return _letter(organisation, kind, found, request.form, {"text": error.sentence}, 409)
    flash(acting_rules.sent(went, again))
    back = "coverage.stuck_people" if kind == "unblock" else "coverage.act"
    return redirect(url_for(back, organisation=organisation.id), 303)


def _targets(organisation: Managed, kind: Kind, wanted: Sequence[str]) -> list[Target]:
    return acting.targets(reading(), organisation, kind, wanted)


def _organisation() -> Managed:
    return managed(actor(), request.values.get("organisation", ""))


def _kind(given: Mapping[str, str]) -> Kind:
    if given.get("kind", "") not in KINDS:
        raise NotFound
    return KINDS[given["kind"]]


def _report(organisation: Managed) -> Report:
    return service.report(reading(), actor(), today(), organisation.id)


def _back(kind: Kind, sentence: str, ticked: Sequence[str], status: int) -> ResponseReturnValue:
    """The list on which it was ticked, with what is wrong."""
    return _stuck(sentence, ticked, status) if kind == "unblock" else _act(sentence, ticked, status)


def _letter(
    organisation: Managed,
    kind: Kind,
    found: list[Target],
    form: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    status: int = 0,
) -> ResponseReturnValue:
    page = render_template(
        "coverage/letter.html",
        organisation=organisation,
        kind=kind,
        headline=acting_rules.headline(kind, found),
        letters=found,
        form={"key": form.get("key", ""), "text": form.get("text", "")},
        never_extended=acting_rules.NEVER_EXTENDED if kind == "renewal" else "",
        errors=errors or {},
        current="coverage",
    )
    return page, status or (422 if errors else 200)
