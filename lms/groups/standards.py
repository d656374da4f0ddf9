"""Which version of the standard a circle is judged by: the one in force when it began, for as long as it lives."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from assessments.group_standards import GroupStandard, standard_in_force
from lms.groups.models import PeerGroup


def standard_of(group: PeerGroup) -> GroupStandard:
    """The version a circle stays on, whatever is published later."""
    return standard_in_force(group.created_at.astimezone(ZoneInfo(group.zone)).date())
