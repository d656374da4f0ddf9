"""Themes on their way up that wait for a reader."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from lms.advising import rules, service
from lms.advising.models import AdviceVersion, ThemeNote, ThemeReading
from lms.core.actor import Actor
from lms.core.waiting import line
from lms.groups import service as groups
from lms.groups.models import PeerGroup
from lms.people.models import Organisation

READ = "theme-read"


def to_read(actor: Actor) -> Select[Any]:
    """Themes that want a reader still, which the actor neither wrote nor has read.

    Whoever sits in a circle of that organisation is not asked, whether or not it is the one behind the theme.
    """
    wrote = select(AdviceVersion.id).where(
        AdviceVersion.note_id == ThemeNote.id, AdviceVersion.changed_by == actor.person_id
    )
    now = (ThemeReading.note_id == ThemeNote.id, ThemeReading.version == ThemeNote.version)
    read = select(ThemeReading.id).where(*now, ThemeReading.reader_id == actor.person_id)
    doubted = select(ThemeReading.id).where(*now, ~ThemeReading.clear)
    readers = select(func.count()).where(*now).correlate(ThemeNote).scalar_subquery()
    sits_there = groups.ids_sat_in(actor).where(
        PeerGroup.organisation_id == ThemeNote.organisation_id, PeerGroup.provider_id == ThemeNote.provider_id
    )
    return (
        service.note_scope(actor)
        .join(Organisation, Organisation.id == ThemeNote.organisation_id)
        .where(
            ThemeNote.passed_at.is_(None),
            ThemeNote.taken_back_at.is_(None),
            ~wrote.exists(),
            ~read.exists(),
            ~doubted.exists(),
            readers < rules.READERS,
            ~sits_there.exists(),
        )
        .with_only_columns(*line(READ, ThemeNote.id, Organisation.name, more=ThemeNote.theme))
    )
