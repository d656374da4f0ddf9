"""The page of one person, as far as the manager of their organisation may know."""

from __future__ import annotations

import uuid

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.certificates.service import today
from lms.core.actor import Role
from lms.core.forms import identity_of
from lms.core.unit import reading
from lms.core.web import actor, requires
from lms.coverage.person import get_person


def install(pages: Blueprint) -> None:
    """Put this page beside the others of coverage: it is of one area."""
    pages.add_url_rule("/coverage/people/<uuid:person_id>", view_func=person)


@requires(Role.MANAGER)
def person(person_id: uuid.UUID) -> ResponseReturnValue:
    """What somebody counts as, and on which evidence."""
    chosen = identity_of(request.args, "organisation")
    return render_template(
        "coverage/person.html",
        known=get_person(reading(), actor(), person_id, today(), chosen),
        here={"organisation": chosen} if chosen else {},
        current="coverage",
    )
