"""Pages about somebody from outside who was in the room: asking them, and the page that their link opens."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.wording import first_name
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.forms import Reader, version_of
from lms.core.unit import reading, transaction
from lms.core.web import actor, find_actor, public, requires, unlisted
from lms.people.rules import EMAIL_LENGTH, NAME_LENGTH, is_address
from lms.practice import display, forms, observers, observing, rules, service
from lms.practice.observing import Over, Shown
from lms.practice.rows import Opened
from lms.practice.signing import StaleReading

SEEN = {"yes": rules.MEANING}  # whoever signs by a link was there
STATUS = {"expired": 410}


def install(pages: Blueprint) -> None:
    """Put these pages beside the session's: they are of one area."""
    ask = "/practice/<uuid:session_id>/observer"
    pages.add_url_rule(ask, view_func=observer)
    pages.add_url_rule(ask, view_func=ask_observer, methods=["POST"])
    pages.add_url_rule(f"{ask}/<uuid:link_id>/send", view_func=ask_observer_again, methods=["POST"])
    pages.add_url_rule(f"{ask}/<uuid:link_id>/take-back", view_func=end_link, methods=["POST"])
    pages.add_url_rule("/observe/<code>", view_func=observe)
    pages.add_url_rule("/observe/<code>", view_func=observed, methods=["POST"])
    pages.add_url_rule("/observe/<code>/not-seen", view_func=not_seen, methods=["POST"])


@requires(Role.TRAINEE)
def observer(session_id: uuid.UUID) -> ResponseReturnValue:
    """Whom to ask, and exactly what they will see."""
    opened = _own(session_id)
    if opened.session.state != "waiting" or opened.observed:
        return redirect(url_for("practice.session", session_id=session_id), 303)
    return _asking(opened, {}, {})


@requires(Role.TRAINEE)
def ask_observer(session_id: uuid.UUID) -> ResponseReturnValue:
    """Send them the letter."""
    opened, who = _own(session_id), actor()
    try:
        name, email, about = _read_asked(request.form)
        with transaction() as db:
            link = observers.ask(db, who, session_id, name=name, email=email, about=about)
    except Invalid as error:
        return _asking(opened, request.form, error.fields)
    flash(f"The letter to {link.name} is on its way. Its link works for {observers.LIFE.days} days.")
    return redirect(url_for("practice.session", session_id=session_id), 303)


@requires(Role.TRAINEE)
def ask_observer_again(session_id: uuid.UUID, link_id: uuid.UUID) -> ResponseReturnValue:
    """The letter once more, with a new link."""
    who = actor()
    try:
        with transaction() as db:
            link = observers.send_again(db, who, session_id, link_id)
        flash(f"A new letter to {link.name} is on its way. The link in the old one is dead.")
    except Invalid as error:
        flash(" ".join(error.fields.values()))
    return redirect(url_for("practice.session", session_id=session_id), 303)


@requires(Role.TRAINEE)
def end_link(session_id: uuid.UUID, link_id: uuid.UUID) -> ResponseReturnValue:
    """End the link."""
    who = actor()
    with transaction() as db:
        link = observers.take_back(db, who, session_id, link_id)
    flash(f"Taken back. The link sent to {link.name} opens nothing any more.")
    return redirect(url_for("practice.session", session_id=session_id), 303)


@public
@unlisted
def observe(code: str) -> ResponseReturnValue:
    """The page a link opens. Opening it uses nothing up: programs that check letters open links too."""
    shown = _opened(code)
    if shown is None or shown.state != "open":
        return _over(shown)
    return _page(shown, {}, {})


@public
@unlisted
def observed(code: str) -> ResponseReturnValue:
    """Sign what they saw."""
    shown = _opened(code)
    if shown is None or shown.state != "open":
        return _over(shown, 409)
    try:
        seen, signed_as = _read_seen(request.form, shown)
        with transaction() as db:
            observing.sign_by_link(
                db, code, version_of(request.form), seen.ratings, seen.level, seen.comment, signed_as, seen.meaning,
                seen.observation,
            )  # fmt: skip
    except Invalid as error:
        return _page(shown, request.form, error.fields)
    except StaleReading as error:
        now = _opened(code)
        return _page(now, request.form, {}, error) if now and now.state == "open" else _over(now, 409)
    except (Over, NotFound):  # used, replaced or taken back in the meantime
        return _over(_opened(code), 409)
    return redirect(url_for("practice.observe", code=code), 303)


@public
@unlisted
def not_seen(code: str) -> ResponseReturnValue:
    """They were not there."""
    shown = _opened(code)
    if shown is None or shown.state != "open":
        return _over(shown, 409)
    try:
        with transaction() as db:
            observing.decline(db, code)
    except (Over, NotFound):
        return _over(_opened(code), 409)
    return redirect(url_for("practice.observe", code=code), 303)


def _own(session_id: uuid.UUID) -> Opened:
    opened = service.open_session(reading(), actor(), session_id)
    if opened.session.person_id != actor().person_id:
        raise NotFound
    return opened


def _opened(code: str) -> Shown | None:
    """What the code opens. Whoever is signed in and wrote the session is not its observer. Raises Forbidden."""
    shown, who = observing.open_link(reading(), code), find_actor()
    if shown is not None and who is not None and who.person_id == shown.session.person_id:
        raise Forbidden("This link is for whoever saw you lead. Nobody signs their own practice.")
    return shown


def _read_asked(form: Mapping[str, str]) -> tuple[str, str, str]:
    """Whom to ask. Raises Invalid."""
    reader = Reader(form)
    asked = reader.name("name", "Write their name.", NAME_LENGTH)
    email = reader.line("email", "Write their e-mail address.", EMAIL_LENGTH)
    if email and not is_address(email):
        reader.wrong("email", "Write the whole address, with an @ in it.")
    about = reader.line("about", "Write in one line who they are, so that your trainer knows whose view this is.")
    reader.check()
    return asked, email, about


def _read_seen(form: Mapping[str, str], shown: Shown) -> tuple[forms.Review, str]:
    """What the observer saw, and the name they sign with. Raises Invalid with every mistake."""
    reader, name = Reader(form), first_name(shown.trainee)
    signed_as = reader.name("signed_as", "Write your name. It is your signature.", NAME_LENGTH)
    try:
        seen = forms.read_review(form, shown.session.role, name, SEEN, outside=True)
    except Invalid as error:
        wrong = dict(error.fields)
        if "level" in wrong:
            wrong["level"] = f"Choose where {first_name(shown.trainer)} should sit at {name}’s next session."
        raise Invalid(wrong | reader.errors) from None
    reader.check()
    return seen, signed_as


def _asking(opened: Opened, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    page = render_template(
        "practice/observer.html",
        current="practice",
        opened=opened,
        trainer=first_name(opened.trainer),
        form=form,
        errors=errors,
        days=observers.LIFE.days,
    )
    return page, 422 if errors else 200


def _page(
    shown: Shown, form: Mapping[str, str], errors: Mapping[str, str], conflict: Conflict | None = None
) -> ResponseReturnValue:
    page = render_template(
        "practice/observe.html",
        shown=shown,
        name=first_name(shown.trainee),
        trainer=first_name(shown.trainer),
        form=form,
        errors=errors,
        conflict=conflict,
        sheet=forms.review_sheet(shown.session.role, first_name(shown.trainee), outside=True),
        times=display.times(shown.session),
        parts_played=rules.ROLE_WORDS,
        meaning=rules.MEANING,
    )
    return page, 409 if conflict else 422 if errors else 200


def _over(shown: Shown | None, status: int = 200) -> ResponseReturnValue:
    """A link that opens nothing, and what to do: the same page for one that nobody has and one that was taken back."""
    if shown is None:
        return render_template("practice/observe_unknown.html"), 404
    page = render_template("practice/observe_over.html", shown=shown, name=first_name(shown.trainee))
    return page, STATUS.get(shown.state, status)
