"""Which organisation and which day an address asks for."""

from __future__ import annotations

from flask import request

from lms.certificates.service import today
from lms.core.errors import Invalid
from lms.core.forms import identity_of
from lms.core.unit import reading
from lms.core.web import actor
from lms.coverage import forms, service
from lms.coverage.service import Report


def found_and_faults() -> tuple[Report, dict[str, str]]:
    """Today and the first by name unless an address says otherwise, and what is wrong with its day. Raises NotFound."""
    on, errors = forms.read_day(request.args, today())
    return service.report(reading(), actor(), on, identity_of(request.args, "organisation")), errors


def asked_report() -> Report:
    """The same for what has no page to show a mistake on. Raises NotFound, Invalid."""
    found, errors = found_and_faults()
    if errors:
        raise Invalid(errors)
    return found
