"""Engagements: written down by the provider, confirmed by the client, found through one scope."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from lms.core import clock
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from lms.core.site_days import today
from lms.people import provisions
from lms.people.models import Organisation
from lms.value import letters, rules
from lms.value.models import Bill, Engagement, Terms, ValueStatement, ValueSurvey
from lms.value.rules import Phase
from lms.value.terms import Agreed, differences

CLIENT = "Choose one of your clients."
LATE = "What came of it is being asked already, so these terms stay as they are."
NO_OTHERS = "Nothing is different, so there is nothing to confirm."
MOST_LISTED = 200

_provider, _client = aliased(Organisation), aliased(Organisation)


@dataclass(frozen=True, slots=True)
class View:
    """An engagement with all that is known of it. `terms` are in force; `proposed` wait for the client's answer."""

    engagement: Engagement
    provider: str
    client: str
    versions: tuple[Terms, ...]
    survey: ValueSurvey | None
    statement: ValueStatement | None
    bills: tuple[Bill, ...]
    on: date
    for_client: bool

    @property
    def terms(self) -> Terms | None:
        return next((each for each in self.versions if each.version == self.engagement.in_force), None)

    @property
    def proposed(self) -> Terms | None:
        """The newest version, if it has no answer and can still get one."""
        last = self.versions[-1]
        return last if last.answered_at is None and self.phase in OPEN_TO_CHANGE else None

    @property
    def latest(self) -> Agreed:
        """What stands, or what was written down last where nothing is confirmed."""
        return Agreed.of(self.terms or self.versions[-1])

    @property
    def phase(self) -> Phase:
        terms = self.terms
        days = (terms.ends_on, terms.answer_by) if terms else None
        return rules.phase(days, self.on, is_surveyed=self.survey is not None, is_billed=bool(self.bills))

    @property
    def may_change(self) -> bool:
        """Whether the provider may write other terms."""
        return not self.for_client and self.phase in OPEN_TO_CHANGE and self.survey is None

    @property
    def bill(self) -> Bill | None:
        """The one that holds: the first, or its last correction."""
        return self.bills[-1] if self.bills else None


OPEN_TO_CHANGE = (Phase.PROPOSED, Phase.RUNNING, Phase.OUTCOMES)


def scope(actor: Actor) -> ColumnElement[bool]:
    """The engagements of the providers an actor administers and the clients they manage, but of none they train for."""
    trains = actor.organisations(Role.TRAINER)
    return or_(
        Engagement.provider_id.in_(rules.administers(actor)),
        and_(
            Engagement.client_id.in_(actor.organisations(Role.MANAGER)),
            Engagement.provider_id.not_in(trains),
        ),
    )


def _chosen() -> Select[Engagement, str, str, ValueSurvey | None, ValueStatement | None]:
    return (
        select(Engagement, _provider.name, _client.name, ValueSurvey, ValueStatement)
        .join(_provider, _provider.id == Engagement.provider_id)
        .join(_client, _client.id == Engagement.client_id)
        .outerjoin(ValueSurvey, ValueSurvey.engagement_id == Engagement.id)
        .outerjoin(ValueStatement, ValueStatement.engagement_id == Engagement.id)
    )


def list_engagements(db: Session, actor: Actor) -> list[View]:
    """All in scope, the newest first. Three queries."""
    rows = db.execute(_chosen().where(scope(actor)).order_by(Engagement.id.desc()).limit(MOST_LISTED)).all()
    return _views(db, actor, rows)


def get(db: Session, actor: Actor, engagement_id: uuid.UUID, *, lock: bool = False) -> View:
    """One in scope. Raises NotFound. Four queries at most; with `lock` nobody else changes it meanwhile."""
    if lock:
        db.scalar(select(Engagement.id).where(Engagement.id == engagement_id, scope(actor)).with_for_update())
    rows = db.execute(_chosen().where(scope(actor), Engagement.id == engagement_id)).all()
    if not rows:
        raise NotFound
    return _views(db, actor, rows)[0]


def get_any(db: Session, engagement_id: uuid.UUID) -> View:
    """One for the house's own morning round, held until it is done."""
    db.scalar(select(Engagement.id).where(Engagement.id == engagement_id).with_for_update())
    rows = db.execute(_chosen().where(Engagement.id == engagement_id)).all()
    return _views(db, None, rows)[0]


def _views(db: Session, actor: Actor | None, rows: Sequence[Row]) -> list[View]:  # type: ignore[type-arg]
    ids = [row[0].id for row in rows]
    terms = db.scalars(select(Terms).where(Terms.engagement_id.in_(ids)).order_by(Terms.version)).all()
    bills = db.scalars(select(Bill).where(Bill.engagement_id.in_(ids)).order_by(Bill.number)).all()
    on = today()
    return [
        View(
            engagement,
            provider,
            client,
            tuple(each for each in terms if each.engagement_id == engagement.id),
            survey,
            statement,
            tuple(each for each in bills if each.engagement_id == engagement.id),
            on,
            actor is not None and rules.is_client(actor, engagement.provider_id, engagement.client_id),
        )
        for engagement, provider, client, survey, statement in rows
    ]


def clients_of(db: Session, actor: Actor) -> dict[uuid.UUID, tuple[str, uuid.UUID]]:
    """The clients for whom the actor may write an engagement down: their names, and whose clients they are."""
    mine = rules.administers(actor)
    theirs = select(Organisation.id, Organisation.name).where(Organisation.id.in_(provisions.clients_of(mine)))
    names = {row.id: row.name for row in db.execute(theirs.order_by(Organisation.name))}
    ours = {
        client: [own for own, _ in providers if own in mine]
        for client, providers in provisions.providers_of(db, names).items()
    }
    return {client: (name, ours[client][0]) for client, name in names.items() if ours.get(client)}


def find_last_terms(db: Session, actor: Actor) -> Terms | None:
    """What the actor's provider wrote down last: its address need not be typed again."""
    written = select(Terms).join(Engagement, Engagement.id == Terms.engagement_id)
    mine = written.where(Engagement.provider_id.in_(rules.administers(actor)))
    return db.scalar(mine.order_by(Terms.written_at.desc()).limit(1))


def write_down(db: Session, actor: Actor, key: uuid.UUID, client_id: uuid.UUID, agreed: Agreed) -> Engagement:
    """Write an engagement down, for the client to confirm. The same form twice is one. Raises Invalid, Forbidden."""
    if not rules.administers(actor):
        raise Forbidden(KEPT_AWAY)
    known = db.scalar(select(Engagement).where(Engagement.written_by == actor.person_id, Engagement.key == key))
    if known is not None:
        return known
    client = clients_of(db, actor).get(client_id)
    if client is None:
        raise Invalid({"client": CLIENT})
    made = Engagement(provider_id=client[1], client_id=client_id, key=key, written_by=actor.person_id)
    db.add(made)
    db.flush()
    _add_version(db, actor, made, 1, key, agreed)
    return made


def change(db: Session, actor: Actor, engagement_id: uuid.UUID, seen: int, key: uuid.UUID, agreed: Agreed) -> None:
    """Write another version. What was confirmed stands until the client confirms this one.

    Raises NotFound, Forbidden, Conflict, Stale.
    """
    view = get(db, actor, engagement_id, lock=True)
    last = view.versions[-1]
    if last.key == key:
        return
    if view.for_client:
        raise Forbidden("The provider writes the terms down. Say what should be otherwise when you answer.")
    if not view.may_change:
        raise Conflict(LATE)
    if last.version != seen:
        raise Stale((f"{last.version - seen} newer versions were written meanwhile.", *since(view, seen)))
    if agreed == Agreed.of(last) and last.is_confirmed is not False:
        raise Conflict(NO_OTHERS)
    _add_version(db, actor, view.engagement, last.version + 1, key, agreed)


def since(view: View, seen: int) -> tuple[str, ...]:
    """What is different now from the version somebody saw."""
    before = next((each for each in view.versions if each.version == seen), view.versions[0])
    return differences(Agreed.of(before), Agreed.of(view.versions[-1]))


def _add_version(
    db: Session, actor: Actor, engagement: Engagement, version: int, key: uuid.UUID, agreed: Agreed
) -> None:
    values = {name: getattr(agreed, name) for name in Agreed.__slots__}
    terms = Terms(
        engagement_id=engagement.id,
        version=version,
        **values,
        key=key,
        written_by=actor.person_id,
        written_at=clock.now(),
        salt=secrets.token_hex(16),
    )
    db.add(terms)
    db.flush()
    letters.ask_to_confirm(db, engagement, terms)


KEPT_AWAY = (
    "You train or assess for this provider, so amounts are kept from you. "
    "An administrator who does neither writes engagements down."
)
