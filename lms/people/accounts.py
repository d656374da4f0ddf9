"""Accounts: how the account library meets our database, our sign-ins and our rules."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlsplit

import flask_login
import flask_security
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
from flask_security import Security
from flask_security.tf_plugin import tf_clean_session
from sqlalchemy.exc import OperationalError

from lms.core import clock, drawings, log, unit, web
from lms.core.actor import Actor
from lms.core.errors import Invalid
from lms.core.forms import UNSIGNED
from lms.core.settings import Settings
from lms.people import guard, late_libraries, service
from lms.people.account_config import DOORS, SENTENCES, config
from lms.people.account_forms import FORMS, asked_next, open_errors
from lms.people.account_library import Addresses, Datastore, OneTimeCodes, Passkeys, Passwords, RecoveryCodes, Sessions
from lms.people.models import Passkey, Person
from lms.people.rules import device_name, password_fault

__all__ = ["DOORS", "TOKEN", "authenticate", "hash_new_password", "install", "prove_again", "sign_in"]

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


def _library() -> Any:
    return current_app.extensions["security"]


def install(app: Flask, settings: Settings, letters: Letters) -> None:
    """Put accounts on `app`. `letters(db, template, person_id=…, **context)` promises a letter."""
    app.config.from_mapping(config(settings))
    security = Security(
        app,
        Datastore(Sessions(), Person, flask_security.RoleMixin, Passkey),
        mail_util_cls=Addresses,
        password_util_cls=Passwords,
        totp_cls=OneTimeCodes,
        mf_recovery_codes_util_cls=RecoveryCodes,
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
    _only_on_its_own_pages(app, security)
    app.extensions[LETTERS] = letters
    app.jinja_env.globals["empty_chair"] = drawings.ring(7, {0: "gap"}, size="large", rug="on", cls="hugering")
    _listen(app, settings)


def _only_on_its_own_pages(app: Flask, security: Security) -> None:
    """The library loads the person before every request and for every template; ours need no more than the actor."""
    before = security.principal._on_before_request
    app.before_request_funcs[None].remove(before)
    app.before_request_funcs.setdefault("security", []).append(before)
    app.template_context_processors[None].remove(flask_login.utils._user_context_processor)


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
    """Keep people out of states the library cannot leave, and from work it need not do."""
    if request.blueprint != "security":
        return None
    if request.is_json:
        abort(415)
    _read_destination()
    if str(request.endpoint).startswith("security.wan_"):
        late_libraries.load(late_libraries.PASSKEYS)
    if request.endpoint == "security.wan_signin":  # a passkey starts a sign-in afresh and is never its second step
        tf_clean_session()  # type: ignore[no-untyped-call]
    if request.endpoint == "security.login" and request.method == "GET" and web.find_actor() is None:
        return _render("security/login_user.html")  # the library would build a form to show two empty fields
    if request.endpoint == "security.two_factor_token_validation" and "tf_state" not in session:
        return redirect("/")  # the library would sign out whoever follows a stray link to it
    return None


def _read_destination() -> None:
    """The library falls over an address that is none, such as “//[”."""
    for given in (request.args, request.form):
        try:
            urlsplit(given.get("next", ""))
        except ValueError:
            abort(404)


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
    if request.endpoint == "security.two_factor_token_validation" and web.find_actor() is not None:
        template, context = "security/two_factor_setup.html", context | _square()
    page = render_template(template, errors=errors, next=asked_next(), **context)
    return make_response(page, 422 if errors else 200)


def _square() -> dict[str, Any]:
    """The square that is being set up: the library checks its code on the page that signs people in."""
    values = _library().totp_factory.fetch_setup_values(session["tf_totp_secret"], flask_login.current_user)
    return {"chosen_method": "authenticator", "authr_qrcode": values["image"], "authr_key": values["key"]}


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


def authenticate() -> Actor | None:
    """Who is acting in this request, if the cookie's sign-in still stands. One query brings the memberships along."""
    token = session.get(TOKEN)
    if not token or "asked_who" in g:  # asked once already and the database did not answer: the error page needs nobody
        actor: Actor | None = g.get("actor")
        return actor
    g.asked_who, g.actor = True, None
    found = service.find_signed_in(_library().datastore.db.session, token)
    if found is not None:
        g.actor, g.long_unseen = found
    return g.actor  # type: ignore[no-any-return]


def _load(_user_id: str) -> Person | None:
    """The acting person as the library knows them. Only its own pages and a typed password need that."""
    actor = web.find_actor()
    if actor is None:
        return None
    session.pop("fs_gexp", None)
    flask_security.utils.set_request_attr("fs_authn_via", "session")
    # Freshness is what the database says; nothing in the cookie can claim it, nor (fs_gexp) stretch it.
    flask_security.utils.set_request_attr("fs_paa", actor.verified_at.timestamp() if actor.verified_at else 0)
    return cast("Person | None", _library().datastore.db.session.get(Person, actor.person_id))


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
        raise Invalid({"password": UNSIGNED})
    person = cast("Person", flask_login.current_user)
    counted = guard.admit(person.email)
    if not counted:
        raise Invalid({"password": guard.TOO_MANY_TRIES})
    normal = _library().password_util.normalize(password)
    if not person.password or not flask_security.verify_password(normal, person.password):
        raise Invalid({"password": f"That did not fit. {UNSIGNED}"})
    guard.forgive(counted)
    unit.commit_library()
    unit.end_library()
    _prove(session[TOKEN], "password")
    g.actor = replace(actor, verified_at=clock.now(), verified_by="password")
    return "password"
