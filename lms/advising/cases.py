"""Opening an advisory case and changing it: nothing that was written is lost, and no page replaces a newer one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.advising import notes, rules, service
from lms.advising.models import AdviceVersion, AdvisoryCase
from lms.advising.rules import Advice, Option
from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Invalid
from lms.people import service as people

CHOOSE_PLACE = "Choose what it is about."


class StaleCase(Conflict):
    """Somebody else changed the case while the page was open."""


def as_advice(case: AdvisoryCase) -> Advice:
    """What a case says."""
    return Advice(
        theme=case.theme,
        issue=case.issue,
        options=tuple(Option(*each) for each in case.options),
        step=case.step,
        owner_id=case.owner_id,
        owner=case.owner,
        due_on=case.due_on,
        state=case.state,
        outcome=case.outcome,
        shared=case.shared_with_sponsor,
    )


def owners(db: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Of whom a step may be: those who manage the organisation today, by name."""
    return people.people_with(db, Role.MANAGER, [organisation_id])


def open_case(db: Session, actor: Actor, key: uuid.UUID, about: str, new: Advice) -> AdvisoryCase:
    """Open a case. Sent twice with one key, it is the same case. Raises Invalid."""
    sent = _sent(db, actor, key)
    if sent is None:
        place = service.places(db, actor).get(about)
        if place is None:
            raise Invalid({"about": CHOOSE_PLACE})
        now = clock.now()
        case = AdvisoryCase(
            key=key,
            provider_id=place.provider_id,
            organisation_id=place.organisation_id,
            group_id=place.group_id,
            version=1,
            opened_by=actor.person_id,
            opened_at=now,
            changed_by=actor.person_id,
            changed_at=now,
        )
        _write(case, new)
        try:
            with db.begin_nested():
                db.add(case)
        except IntegrityError:
            sent = _sent(db, actor, key)
            if sent is None:
                raise
        else:
            service.keep(db, actor, 1, new.kept(), case_id=case.id)
            notes.settle(db, case.provider_id, case.organisation_id, case.theme)
            return case
    if as_advice(sent) != new:
        raise Invalid({"issue": "This page has opened a case already. Open it again to open another."})
    return sent


def change(db: Session, actor: Actor, case_id: uuid.UUID, version: int, new: Advice) -> AdvisoryCase:
    """Change a case that still stands as it was read. Raises NotFound, StaleCase, Invalid."""
    case = service.get_own_case(db, actor, case_id, lock=True)
    before = as_advice(case)
    if before == new:
        return case  # the same form sent again, or nothing changed
    if case.version != version:
        raise StaleCase("Somebody else changed this case while your page was open.")
    wrong = rules.misfits(new, service.today(), before)
    if new.owner_id is not None and new.owner_id not in {before.owner_id, *owners(db, case.organisation_id)}:
        wrong["owner_id"] = "Choose one of the people on the list, or write it in words."
    if wrong:
        raise Invalid(wrong)
    _write(case, new)
    case.version, case.changed_by, case.changed_at = version + 1, actor.person_id, clock.now()
    service.keep(db, actor, case.version, new.kept(), case_id=case.id)
    notes.settle(db, case.provider_id, case.organisation_id, case.theme)
    return case


def differences(theirs: AdvisoryCase, typed: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What stands there now and was typed otherwise: what it is called, and what it says."""
    now = as_advice(theirs).kept()
    return [
        (label, rules.told(name, now[name], names) or "Nothing")
        for name, label in rules.LABELS.items()
        if name in now and name in typed and now[name] != typed[name]
    ]


def changes(versions: Sequence[AdviceVersion]) -> list[tuple[AdviceVersion, list[str]]]:
    """Every version with what changed in it, newest first; of the first, nothing."""
    later = [(after, rules.changed(before.kept, after.kept)) for before, after in pairwise(versions)]
    return [*reversed(later), (versions[0], [])] if versions else []


def stood(kept: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a version said, as it reads on the page."""
    said = ((label, rules.told(name, kept[name], names)) for name, label in rules.LABELS.items() if name in kept)
    return [(label, words) for label, words in said if words]


def people_in(case: AdvisoryCase, versions: Sequence[AdviceVersion]) -> set[uuid.UUID | None]:
    """Whoever is named on the page of a case: its owners, and those who wrote its versions."""
    owned = {uuid.UUID(each.kept["owner_id"]) for each in versions if each.kept["owner_id"]}
    return {case.owner_id, *owned, *(each.changed_by for each in versions)}


def _sent(db: Session, actor: Actor, key: uuid.UUID) -> AdvisoryCase | None:
    return db.scalar(select(AdvisoryCase).where(AdvisoryCase.opened_by == actor.person_id, AdvisoryCase.key == key))


def _write(case: AdvisoryCase, new: Advice) -> None:
    case.theme, case.issue, case.step, case.outcome = new.theme, new.issue, new.step, new.outcome
    case.options = [[each.text, each.by] for each in new.options]
    case.owner_id, case.owner, case.due_on = new.owner_id, new.owner, new.due_on
    case.state, case.shared_with_sponsor = new.state, new.shared
