"""Accounts: how the account library meets our database, our sign-ins and our rules."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import flask_login
import flask_security
import segno
import structlog
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_login import user_logged_in, user_logged_out
from flask_security import MailUtil, PasswordUtil, Security, SQLAlchemyUserDatastore, Totp, WebauthnUtil
from flask_security.mail_util import EmailValidateException
from flask_security.tf_plugin import tf_clean_session
from markupsafe import Markup
from passlib.totp import TotpMatch
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from lms.core import clock, unit, web
from lms.core.actor import Actor
from lms.core.errors import Invalid
from lms.core.settings import Settings
from lms.people import guard, service
from lms.people.account_config import DOORS, SENTENCES, config
from lms.people.account_forms import FORMS, asked_next, open_errors
from lms.people.models import Passkey, Person
from lms.people.rules import device_name, fold, is_address, password_fault

__all__ = ["DOORS", "TOKEN", "authenticate", "hash_new_password", "install", "prove_again", "sign_in"]

log = structlog.get_logger()
Letters = Callable[..., object]

LETTERS = "askwell_letters"
TOKEN = "sign_in"  # noqa: S105 - a key in the cookie, not a secret
# How somebody proved who they are, by the page where they did. Everything else is the password.
PROOFS = {
    "security.two_factor_token_validation": "password and authenticator app",
    "security.mf_recovery": "password and recovery code",
    "security.wan_signin_response": "passkey",
}
KEPT_AT_SIGN_IN = ("_user_id", "_flashes")


class _Sessions:
    """What the library sees as its database: a reading session for pages, a writing one for its own changes."""

    @property
    def writes(self) -> bool:
        """Whether this request may change the library's rows."""
        return request.method not in ("GET", "HEAD") and request.blueprint == "security"

    @property
    def session(self) -> Session:
        return unit.library_session() if self.writes else unit.reading()


class Datastore(SQLAlchemyUserDatastore):
    """The library's store on our unit of work. It finds only people who may come in."""

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Person | None:
        name, value = by.popitem()
        wanted = fold(value) if name == "email" else value
        return service.find_account(self.db.session, name, wanted, lock=self.db.writes)

    def commit(self) -> None:
        unit.commit_library()


class Addresses(MailUtil):
    """E-mail addresses as we compare them. The library sends no mail; our outbox does."""

    def normalize(self, email: str) -> str:
        if not is_address(email.strip()):
            raise EmailValidateException(SENTENCES["INVALID_EMAIL_ADDRESS"])
        return fold(email)

    validate = normalize


class Passwords(PasswordUtil):
    """New passwords must be long and hard to guess, for this person."""

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:
        normal, person = self.normalize(password), about["user"]
        fault = password_fault(normal, person.name, person.email)
        return [fault] if fault else None, normal


class OneTimeCodes(Totp):
    """Authenticator codes that work once: the counter last used is kept for each secret."""

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        g.totp_secret = hashlib.sha256(totp_secret.encode()).hexdigest()[:16]
        return bool(super().verify_totp(token, totp_secret, user, window))

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = (user.tf_counters or {}).get(g.totp_secret)
        return counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        user.tf_counters = {g.totp_secret: tmatch.counter}

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The square code as inline SVG: our pages load no `data:` pictures."""
        svg = segno.make(self.get_totp_uri(username, totp), error="m", micro=False)
        return Markup(svg.svg_inline(scale=5, border=3, dark="#251a2b", light="#fff"))  # noqa: S704 - drawn by segno


class Passkeys(WebauthnUtil):
    """A passkey is kept on the device and checks who holds it, so it signs in alone."""

    def origin(self) -> str:
        """Where browsers must say they are; behind https never what a request claims."""
        settings: Settings = current_app.extensions["askwell_settings"]
        return settings.public_url if settings.secure else str(super().origin())

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        )

    def user_verification(self, user: Any, usage: list[str] | None) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED


def _library() -> Any:
    return current_app.extensions["security"]


def install(app: Flask, settings: Settings, letters: Letters) -> None:
    """Put accounts on `app`. `letters(db, template, person_id=…, **context)` promises a letter."""
    app.config.from_mapping(config(settings))
    security = Security(
        app,
        Datastore(_Sessions(), Person, flask_security.RoleMixin, Passkey),
        mail_util_cls=Addresses,
        password_util_cls=Passwords,
        totp_cls=OneTimeCodes,
        webauthn_util_cls=Passkeys,
        render_template=cast("Any", _render),
        **FORMS,
    )
    security.pwd_context = guard.Hashing(security.pwd_context)
    security.want_json(lambda _request: False)
    security.reauthn_handler(cast("Any", _ask_again))
    app.login_manager.user_loader(_load)  # type: ignore[attr-defined]
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    app.before_request(_in_order)
    app.after_request(_after)
    app.teardown_appcontext(unit.end_library)
    security.principal.skip_static = True
    app.extensions[LETTERS] = letters
    _listen(app, settings)


def _listen(app: Flask, settings: Settings) -> None:
    """Do our part when the library says that something happened."""

    forgotten = settings.public_url + app.config["SECURITY_RESET_URL"]

    def letter(template: str, person: Person, **context: str) -> None:
        app.extensions[LETTERS](unit.library_session(), template, person_id=person.id, **context)

    def reset_asked(_app: Flask, user: Person, token: str, **_: Any) -> None:
        link = f"{forgotten}/{token}"  # never made from the request, whose host anybody may forge
        letter("reset", user, link=link)
        unit.commit_library()
        flask_security.hash_password("as much work as an unknown address makes")

    def reset(_app: Flask, user: Person, **_: Any) -> None:
        service.end_sign_ins(unit.library_session(), user.id)
        letter("password_changed", user, link=forgotten)

    def changed(_app: Flask, user: Person, **_: Any) -> None:
        db = unit.library_session()
        service.end_sign_ins(db, user.id, but=service.find_sign_in_id(db, session[TOKEN]))
        letter("password_changed", user, link=forgotten)

    for signal, listener in (
        (user_logged_in, _begin),
        (user_logged_out, _end),
        (flask_security.reset_password_instructions_sent, reset_asked),
        (flask_security.password_reset, reset),
        (flask_security.password_changed, changed),
    ):
        signal.connect(listener, app, weak=False)


def _in_order() -> ResponseReturnValue | None:
    """Keep people out of states the library cannot leave."""
    if request.blueprint == "security" and request.is_json:
        abort(415)
    if request.endpoint == "security.wan_signin":  # a passkey starts a sign-in afresh and is never its second step
        tf_clean_session()  # type: ignore[no-untyped-call]
    if request.endpoint == "security.two_factor_token_validation" and "tf_state" not in session:
        return redirect("/")  # the library would sign out whoever follows a stray link to it
    return None


def _ask_again(_within: object, _grace: object) -> ResponseReturnValue:
    """Send people to prove who they are, and back to a page they can open."""
    flash(SENTENCES["REAUTHENTICATION_REQUIRED"])
    back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else "/account"
    return redirect(flask_security.url_for_security("verify", next=back))


def _after(response: Response) -> Response:
    """Keep what the request proved and that the person was here; let the library's answers lead nowhere else."""
    if request.endpoint == "static":
        return response
    unit.end_library()
    token = session.get(TOKEN)
    if request.blueprint == "security":
        response.headers["Cache-Control"] = "no-store"
        if response.location:
            response.location = web.local_path(response.location)
        if token and g.get("proved"):
            _prove(token, g.proved)
    if token and g.get("long_unseen"):
        try:
            with unit.transaction() as db:
                service.see(db, token)
        except OperationalError as error:  # the page is more important than the time
            log.warning("sign-in not marked as seen", error=str(error.orig))
    return response


def _render(template: str, **context: Any) -> Response:
    """The library's pages: what was wrong in a form comes back as 422."""
    forms = [each for each in context.values() if hasattr(each, "hidden_tag")]
    errors = open_errors(forms) if request.method == "POST" else {}
    page = render_template(template, errors=errors, next=asked_next(), **context)
    return make_response(page, 422 if errors else 200)


def _begin(_app: Flask, user: Person) -> None:
    """Signed in: a new row, a new cookie content, a new protection token for forms."""
    db, old = unit.library_session(), session.get(TOKEN)
    if old:
        service.end_sign_in(db, old)
    by = PROOFS.get(request.endpoint or "", "password")
    token = service.begin_sign_in(db, user.id, device_name(request.user_agent.string), by)
    web.new_session(keep=KEPT_AT_SIGN_IN)
    g.pop("csrf_token", None)
    session[TOKEN] = token


def _end(_app: Flask, **_: Any) -> None:
    token = session.get(TOKEN)
    if token:
        service.end_sign_in(unit.library_session(), token)
        unit.commit_library()
    session.clear()
    g.pop("actor", None)


def _prove(token: str, by: str) -> None:
    """Record a fresh proof under a new token, so that a copy of the old cookie gains nothing by it."""
    with unit.transaction() as db:
        session[TOKEN] = service.prove(db, token, by)


def _load(_user_id: str) -> Person | None:
    """The person of the cookie's sign-in, if that sign-in still stands. One query brings the memberships along."""
    token = session.get(TOKEN)
    g.actor = None
    if not token or "asked_who" in g:  # asked once already and the database did not answer: the error page needs nobody
        return None
    g.asked_who = True
    session.pop("fs_gexp", None)
    found = service.find_signed_in(_library().datastore.db.session, token)
    if found is None:
        return None
    person, g.actor, g.long_unseen = found
    flask_security.utils.set_request_attr("fs_authn_via", "session")
    # Freshness is what the database says; nothing in the cookie can claim it, nor (fs_gexp) stretch it.
    flask_security.utils.set_request_attr("fs_paa", g.actor.verified_at.timestamp() if g.actor.verified_at else 0)
    return person


def authenticate() -> Actor | None:
    """Who is acting in this request."""
    if TOKEN not in session:
        return None
    current_app.login_manager._load_user()  # type: ignore[attr-defined]
    actor: Actor | None = g.get("actor")
    return actor


def sign_in(person_id: uuid.UUID) -> None:
    """Sign in somebody who has just proved who they are by the password they chose."""
    flask_security.login_user(service.get_person(unit.library_session(), person_id))
    unit.commit_library()


def hash_new_password(password: str, *about: str) -> str:
    """What to keep of a new password of somebody whose name and address are `about`. Call it before the transaction:
    hashing is slow. Raises Invalid."""
    normal = _library().password_util.normalize(password)
    fault = password_fault(normal, *about)
    if fault:
        raise Invalid({"password": fault})
    return str(flask_security.hash_password(normal))


def prove_again(password: str) -> str:
    """How the actor proves, before something lasting, that it is still them: freshly verified, or by `password` now.

    Returns the words a signature keeps. Call it before the transaction: hashing is slow. Raises Invalid.
    """
    actor = web.actor()
    if not password:
        if actor.is_fresh(clock.now()):
            return actor.verified_by
        raise Invalid({"password": "Type your password, or show with a passkey that it is you. Nothing is lost."})
    person = cast("Person", flask_login.current_user)
    counted = guard.admit(person.email)
    if not counted:
        raise Invalid({"password": guard.TOO_MANY_TRIES})
    normal = _library().password_util.normalize(password)
    if not person.password or not flask_security.verify_password(normal, person.password):
        raise Invalid({"password": "That is not your password. Try again. Nothing you wrote is lost."})
    guard.forgive(counted)
    unit.commit_library()
    unit.end_library()
    _prove(session[TOKEN], "password")
    g.actor = replace(actor, verified_at=clock.now(), verified_by="password")
    return "password"
