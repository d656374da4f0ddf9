"""Writing letters, and the outbox in which an administrator sees what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, or_, select, tuple_
from sqlalchemy.orm import Session

from lms.core import clock, jobs, settings, texts
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, NotFound
from lms.messages import rules
from lms.messages.models import Message
from lms.people import same
from lms.people.service import get_person

PAGE = 50


def link(path: str) -> str:
    """The full address of a page, as letters carry it. Never made from a request, whose host anybody may forge."""
    return settings.current().public_url + path


def send(
    db: Session,
    template: str,
    /,
    *,
    person_id: uuid.UUID | None = None,
    email: str | None = None,
    organisation_id: uuid.UUID | None = None,
    calendar: str | None = None,
    stop_link: str | None = None,
    **context: object,
) -> Message:
    """Write the letter `templates/mail/<template>.txt` and promise its delivery, in the caller's transaction.

    To a person (whose `name` the letter then knows), or to an `email` with a `name` in the context. The context never
    carries what was said in a circle, a rating or somebody's problem. `calendar` goes with it, as iCalendar. A letter
    that comes again has a `stop_link`, which mail programs show as well.
    """
    context |= {"stop_link": stop_link} if stop_link is not None else {}
    if person_id is not None:
        person = same.reader_of(db, get_person(db, person_id))
        person_id, context, email = person.id, {"name": person.name, **context}, email or person.email
    if email is None:
        raise ValueError("a letter needs a person or an address")
    subject, body = rules.compose(texts.letter(template, **{key: rules.plain(each) for key, each in context.items()}))
    message = Message(
        person_id=person_id,
        organisation_id=organisation_id,
        email=str(rules.plain(email)),
        template=template,
        subject=subject,
        body=body,
        calendar=calendar,
        stop_link=stop_link,
        message_id=f"<{uuid.uuid4()}@{urlsplit(settings.current().public_url).hostname}>",
    )
    db.add(message)
    db.flush()
    jobs.enqueue(db, "deliver", key=f"deliver:{message.id}", message=str(message.id))
    return message


def send_again(db: Session, actor: Actor, message_id: uuid.UUID) -> None:
    """Promise once more to deliver a letter that could not be sent. Raises NotFound, Conflict."""
    message = get_message(db, actor, message_id)
    if message.sent_at is not None:
        raise Conflict("This letter has been sent. It is not sent twice.")
    jobs.enqueue(db, "deliver", key=f"deliver:{message.id}:{message.tries}", message=str(message.id))


def scope(actor: Actor) -> Select[Message]:
    """The letters of the organisations `actor` administers.

    Letters of nobody's, such as a new password's, have no organisation. While somebody tries the program without a
    mail server, administrators find them too. Never in production: whoever reads such a link could sign as its owner.
    """
    administered = actor.organisations(Role.ADMINISTRATOR)
    allowed: ColumnElement[bool] = Message.organisation_id.in_(administered)
    if administered and not is_delivering() and settings.current().mode != "production":
        allowed = or_(allowed, Message.organisation_id.is_(None))
    return select(Message).where(allowed)


def list_messages(db: Session, actor: Actor, before: uuid.UUID | None = None) -> Sequence[Message]:
    """The newest letters in scope, at most a page and one, those before `before` only."""
    chosen = scope(actor).order_by(Message.created_at.desc(), Message.id.desc()).limit(PAGE + 1)
    if before is not None:
        edge = select(Message.created_at, Message.id).where(Message.id == before)
        chosen = chosen.where(tuple_(Message.created_at, Message.id) < edge.scalar_subquery())
    return db.scalars(chosen).all()


def get_message(db: Session, actor: Actor, message_id: uuid.UUID) -> Message:
    """A letter in scope. Raises NotFound."""
    found = db.scalar(scope(actor).where(Message.id == message_id))
    if found is None:
        raise NotFound
    return found


def is_delivering() -> bool:
    """Whether a mail server is set. If so, nobody reads letters here: some carry a link that opens an account."""
    return settings.current().smtp_url is not None


def state(message: Message) -> rules.State:
    """What became of a letter."""
    return rules.state(message.sent_at, message.failed_at, delivering=is_delivering())


def find_unsent(db: Session, message_id: uuid.UUID) -> Message | None:
    """The letter, if it is still to be sent. For the delivery only."""
    return db.scalar(select(Message).where(Message.id == message_id, Message.sent_at.is_(None)))


def note_sent(db: Session, message_id: uuid.UUID) -> None:
    """The mail server took it. A letter that opened an account keeps no text."""
    message = db.get_one(Message, message_id)
    message.sent_at, message.failed_at, message.trouble = clock.now(), None, None
    message.tries += 1
    if message.template in rules.KEYS:
        message.body = ""


def note_trouble(db: Session, message_id: uuid.UUID, sentence: str) -> None:
    """It could not be sent this time, and why."""
    message = db.get_one(Message, message_id)
    message.failed_at, message.trouble = clock.now(), str(rules.plain(sentence))[:300]
    message.tries += 1
