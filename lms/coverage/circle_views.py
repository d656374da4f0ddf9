"""The page of an organisation's circles and hand-overs, for its managers."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.advising.rules import THEMES
from lms.core.actor import Role
from lms.core.forms import page_of
from lms.core.site_days import today
from lms.core.unit import reading
from lms.core.web import actor, requires
from lms.coverage import circle_rules as rules
from lms.coverage import circles as looking
from lms.coverage.views import pages
from lms.people.managed import all_managed, managed

__all__ = ["pages"]


@pages.get("/coverage/circles")
@requires(Role.MANAGER)
def circles() -> ResponseReturnValue:
    """Each circle from outside: where it stands, when it meets, and what needs somebody first."""
    organisation, on = managed(actor(), request.args.get("organisation", "")), today()
    found = looking.look(reading(), organisation, on, page_of(request.args))
    return render_template(
        "coverage/circles.html",
        organisation=organisation,
        organisations=all_managed(actor()),
        found=found,
        headline=rules.headline(found.every, on),
        lede=rules.lede(found.every, on),
        rows=[(each, rules.needs(each, on), rules.days_since(each, on)) for each in found.rows],
        whom=rules.whom,
        signs_told=rules.signs_told,
        themes=THEMES,
        current="coverage",
    )
