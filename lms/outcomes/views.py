"""Pages of the nine outcomes for organisation managers."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.core.actor import Role
from lms.core.downloads import download
from lms.core.forms import identity_of
from lms.core.unit import reading
from lms.core.web import actor, requires
from lms.outcomes import service, stories, telling
from lms.outcomes.survey_views import choosing, pages

__all__ = ["pages"]


@pages.get("/outcomes")
@requires(Role.MANAGER)
def outcomes() -> ResponseReturnValue:
    """One indicator each, beside one's own last year, and what it cost."""
    who = actor()
    found = service.report(reading(), who, identity_of(request.args, "organisation"))
    title, lede = telling.headline(found.outcomes)
    return render_template(
        "outcomes/outcomes.html",
        current="coverage",
        report=found,
        title=title,
        lede=lede,
        telling=telling,
        **choosing(who, found.organisation_id),
    )


@pages.get("/outcomes/export")
@requires(Role.MANAGER)
def export() -> ResponseReturnValue:
    """The same numbers as a CSV file."""
    found = service.report(reading(), actor(), identity_of(request.args, "organisation"))
    return download("\ufeff" + service.as_csv(found), f"outcomes-{found.until.isoformat()}.csv", "text/csv")


@pages.get("/outcomes/stories")
@requires(Role.ADMINISTRATOR)
def told() -> ResponseReturnValue:
    """What holders let be told."""
    return render_template("outcomes/told.html", current="groups", stories=stories.list_stories(reading(), actor()))
