"""Letters of the value guarantee. None carries an amount: an outbox is read by more people than may know one."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy.orm import Session

from lms.core.actor import Role
from lms.messages import service as messages
from lms.people import service as people
from lms.value.models import Bill, Engagement, Terms


def ask_to_confirm(db: Session, engagement: Engagement, terms: Terms) -> None:
    """To the client’s managers: terms are written down."""
    _write(db, engagement, _managers(db, engagement), "value_terms", title=terms.title, changed=terms.version > 1)


def tell_answer(db: Session, engagement: Engagement, terms: Terms) -> None:
    """To the provider’s administrators: the client said yes or no."""
    by = people.names_of(db, [terms.answered_by]).get(terms.answered_by or uuid.UUID(int=0), "")
    yes = bool(terms.is_confirmed)
    _write(db, engagement, _administrators(db, engagement), "value_answered", title=terms.title, by=by, confirmed=yes)


def ask(db: Session, engagement: Engagement, title: str, until: date) -> None:
    """To the client’s managers, once: the questions are open. Nobody is reminded of them."""
    _write(db, engagement, _managers(db, engagement), "value_open", title=title, until=until)


def send_bill(db: Session, engagement: Engagement, bill: Bill, title: str, replaced: int | None = None) -> None:
    """To both sides: a bill is made, or takes another one’s place."""
    everybody = _managers(db, engagement) | _administrators(db, engagement)
    path = f"/value/{engagement.id}/bills/{bill.number}"
    about = {"title": title, "number": bill.number, "answered": bill.was_answered}
    if replaced is None:
        _write(db, engagement, everybody, "value_bill", path, **about)
    else:
        _write(db, engagement, everybody, "value_corrected", path, replaced=replaced, **about)


def _managers(db: Session, engagement: Engagement) -> dict[uuid.UUID, str]:
    return _kept_apart(db, engagement, people.people_with(db, Role.MANAGER, [engagement.client_id]))


def _administrators(db: Session, engagement: Engagement) -> dict[uuid.UUID, str]:
    return _kept_apart(db, engagement, people.people_with(db, Role.ADMINISTRATOR, [engagement.provider_id]))


def _kept_apart(db: Session, engagement: Engagement, found: dict[uuid.UUID, str]) -> dict[uuid.UUID, str]:
    """Without whoever trains or assesses for the provider: they are told nothing of it."""
    trainers = people.people_with(db, Role.TRAINER, [engagement.provider_id])
    return {each: name for each, name in found.items() if each not in trainers}


def _write(
    db: Session,
    engagement: Engagement,
    to: dict[uuid.UUID, str],
    template: str,
    path: str = "",
    /,
    **context: object,
) -> None:
    link, provider = messages.link(path or f"/value/{engagement.id}"), engagement.provider_id
    for person_id in to:
        messages.send(db, template, person_id=person_id, organisation_id=provider, link=link, **context)  # type: ignore[arg-type]
