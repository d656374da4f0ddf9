"""Accounts: how the account library meets our database, our sign-ins and our rules. The only user of flask_security."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any, cast

import flask_login
import flask_security
import segno
from flask import Flask, Response, current_app, g, make_response, render_template, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security import MailUtil, PasswordUtil, Security, SQLAlchemyUserDatastore, Totp, WebauthnUtil
from markupsafe import Markup
from passlib.totp import TotpMatch
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
from lms.people import service
from lms.people.models import Passkey, Person
from lms.people.rules import EMAIL_LENGTH, fold

TOKEN = "sign_in"  # noqa: S105 - a key in the cookie, not a secret
PROOFS = {"password": "password", "authenticator": "password and authenticator app", "webauthn": "passkey"}
PROVING = {"security.verify": "password", "security.wan_verify_response": "passkey"}
PASSWORD_MIN = 10
# OWASP's minimum for argon2id: 19 MiB, two passes, one lane (cheatsheetseries.owasp.org, “Password Storage”).
ARGON2 = {"argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1}

# The library's pages and who may open them. Pages between the two factors are public: the library checks its own state.
DOORS = {
    "security.static": web.PUBLIC,
    "security.login": web.PUBLIC,
    "security.logout": web.PUBLIC,
    "security.forgot_password": web.PUBLIC,
    "security.reset_password": web.PUBLIC,
    "security.two_factor_token_validation": web.PUBLIC,
    "security.two_factor_rescue": web.PUBLIC,
    "security.tf_select": web.PUBLIC,
    "security.mf_recovery": web.PUBLIC,
    "security.wan_signin": web.PUBLIC,
    "security.wan_signin_response": web.PUBLIC,
    "security.verify": web.SIGNED_IN,
    "security.change_password": web.SIGNED_IN,
    "security.two_factor_setup": web.SIGNED_IN,
    "security.two_factor_setup_validate": web.SIGNED_IN,
    "security.mf_recovery_codes": web.SIGNED_IN,
    "security.wan_register": web.SIGNED_IN,
    "security.wan_register_response": web.SIGNED_IN,
    "security.wan_delete": web.SIGNED_IN,
    "security.wan_verify": web.SIGNED_IN,
    "security.wan_verify_response": web.SIGNED_IN,
}


def _config(settings: Settings) -> dict[str, Any]:
    def derive(purpose: str) -> str:
        return hmac.new(settings.secret_key.encode(), purpose.encode(), hashlib.sha256).hexdigest()

    return {
        "SECURITY_PASSWORD_SALT": derive("password salt"),
        "SECURITY_TOTP_SECRETS": {"1": derive("authenticator secrets")},
        "SECURITY_TOTP_ISSUER": "Askwell",
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
        "SECURITY_PASSWORD_LENGTH_MIN": PASSWORD_MIN,
        "SECURITY_PASSWORD_COMPLEXITY_CHECKER": "zxcvbn",
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_EMAIL_PLAINTEXT": False,  # our letters are in templates/mail
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_RECOVERABLE": True,
        "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=2),
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": None,
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "Askwell",
        "SECURITY_FRESHNESS": timedelta(minutes=5),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
        "SECURITY_LOGOUT_CSRF": True,
        "SECURITY_FLASH_MESSAGES": True,
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_RESET_URL": "/reset",
        "SECURITY_VERIFY_URL": "/account/verify",
        "SECURITY_CHANGE_URL": "/account/password",
        "SECURITY_TWO_FACTOR_SETUP_URL": "/account/authenticator",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/sign-in/help",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
        "SECURITY_WAN_REGISTER_URL": "/account/passkeys",
        "SECURITY_WAN_DELETE_URL": "/account/passkeys/remove",
        "SECURITY_WAN_VERIFY_URL": "/account/verify/passkey",
        "SECURITY_WAN_SIGNIN_URL": "/sign-in/passkey",
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
        "SECURITY_POST_RESET_VIEW": "/sign-in",
        "SECURITY_POST_CHANGE_VIEW": "/account",
        "SECURITY_POST_VERIFY_VIEW": "/account",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account",
        "SECURITY_WAN_POST_REGISTER_VIEW": "/account",
        "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
            "That address and password do not go together. Check both, or set a new password.",
            "error",
        ),
        "SECURITY_MSG_GENERIC_RECOVERY": (
            "If that address has an account, a letter with a link is on its way. The link works for 2 hours.",
            "info",
        ),
        "SECURITY_MSG_INVALID_PASSWORD": ("That is not your password. Try again.", "error"),
        "SECURITY_MSG_PASSWORD_INVALID_LENGTH": (
            f"Choose at least {PASSWORD_MIN} characters. Four unrelated words are easy to keep.",
            "error",
        ),
        "SECURITY_MSG_PASSWORD_TOO_SIMPLE": (
            "That is too easy to guess. Four unrelated words are easy to keep.",
            "error",
        ),
        "SECURITY_MSG_TWO_FACTOR_INVALID_TOKEN": (
            "That code does not fit. Wait for the next one in your app and type it within 30 seconds.",
            "error",
        ),
    }


class _Sessions:
    """What the library sees as its database: a reading session for pages, a writing one for its own changes."""

    @property
    def session(self) -> Session:
        if request.method in ("GET", "HEAD") or request.blueprint != "security":
            return unit.reading()
        return unit.library_session()


class Datastore(SQLAlchemyUserDatastore):
    """The library's store on our unit of work; addresses compare folded."""

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Person | None:
        if isinstance(by.get("email"), str):
            by["email"] = fold(by["email"])[: EMAIL_LENGTH + 1]
        return cast("Person | None", super().find_user(**by))

    def commit(self) -> None:
        unit.commit_library()


class Passwords(PasswordUtil):
    """Strong passwords, and no slow hashing while a transaction is open."""

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:
        problems, normal = super().validate(password, is_register, **about)
        unit.commit_library()
        return problems, normal


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
        unit.library_session().add(user)

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The square code as inline SVG: our pages load no `data:` pictures."""
        svg = segno.make(self.get_totp_uri(username, totp), error="m", micro=False)
        return Markup(svg.svg_inline(scale=5, border=3, dark="#251a2b", light="#fff"))  # noqa: S704 - drawn by segno


class Passkeys(WebauthnUtil):
    """A passkey that signs in alone must be stored on the device and must check who holds it."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        alone = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED if alone else ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.PREFERRED,
        )

    def user_verification(self, user: Any, usage: list[str] | None) -> UserVerificationRequirement:
        return (
            UserVerificationRequirement.DISCOURAGED if usage == ["secondary"] else UserVerificationRequirement.REQUIRED
        )


def install(app: Flask, settings: Settings, mail_util: type[MailUtil] = MailUtil) -> None:
    """Put accounts on `app`. `mail_util` is how the library's letters go out, which a higher area knows."""
    for name, value in _config(settings).items():
        app.config.setdefault(name, value)
    datastore = Datastore(_Sessions(), Person, flask_security.RoleMixin, Passkey)
    app.security = Security(  # type: ignore[attr-defined]
        app,
        datastore,
        password_util_cls=Passwords,
        totp_cls=OneTimeCodes,
        webauthn_util_cls=Passkeys,
        mail_util_cls=mail_util,
        render_template=_render,
    )
    app.login_manager.user_loader(_load)  # type: ignore[attr-defined]
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    flask_security.user_authenticated.connect(_proved, app)
    app.teardown_appcontext(unit.end_library)
    app.after_request(_after)


def _after(response: Response) -> Response:
    """Keep what the request proved about the person, and that they were here, with their sign-in."""
    token = session.get(TOKEN)
    if token and request.endpoint in PROVING and session.get("fs_paa") != g.get("fs_paa_before"):
        with unit.transaction() as db:
            service.prove(db, token, PROVING[request.endpoint])
    elif token and g.get("long_unseen"):
        with unit.transaction() as db:
            service.see(db, token)
    return response


def _render(template: str, **context: Any) -> Any:
    """The library's pages: what was wrong in a form comes back as 422."""
    forms = [each for each in context.values() if hasattr(each, "errors") and hasattr(each, "hidden_tag")]
    wrong = request.method == "POST" and any(form.errors for form in forms)
    return make_response(render_template(template, **context), 422 if wrong else 200)


def _begin(_app: Flask, user: Person) -> None:
    """Signed in: a new row, a new cookie content, a new protection token for forms."""
    token = service.begin_sign_in(unit.library_session(), user.id, request.user_agent.string)
    web.new_session(keep=("_user_id", "_id", "_fresh", "fs_paa", "fs_cc", "tf_remember_login", "tf_state"))
    g.pop("csrf_token", None)
    session[TOKEN] = token


def _proved(_app: Flask, authn_via: list[str] | None = None, **_: Any) -> None:
    proof = PROOFS.get((authn_via or ["password"])[-1], "password")
    service.prove(unit.library_session(), session[TOKEN], proof)


def _end(_app: Flask, **_: Any) -> None:
    token = session.pop(TOKEN, None)
    if token:
        with unit.transaction() as db:
            service.end_sign_in(db, token)


def _load(_user_id: str) -> Person | None:
    """The person of the cookie's sign-in, if that sign-in still stands. One query brings the memberships along."""
    token = session.get(TOKEN)
    if not token:
        return None
    db = current_app.security.datastore.db.session  # type: ignore[attr-defined]
    found = service.find_signed_in(db, token)
    if found is None:
        g.actor = None
        return None
    person, g.actor, g.long_unseen = found
    g.fs_paa_before = session.get("fs_paa")
    flask_security.utils.set_request_attr("fs_authn_via", "session")
    flask_security.utils.set_request_attr("fs_paa", g.actor.verified_at.timestamp() if g.actor.verified_at else 0)
    return person


def authenticate() -> Actor | None:
    """Who is acting in this request."""
    if TOKEN not in session:
        return None
    current_app.login_manager._load_user()  # type: ignore[attr-defined]
    actor: Actor | None = g.get("actor")
    return actor


def prove_again(password: str) -> str:
    """How the actor proves, before something lasting, that it is still them: freshly verified, or by `password` now.

    Returns the words a signature keeps. Call it before the transaction: hashing is slow. Raises Invalid.
    """
    actor = web.actor()
    if not password and actor.is_fresh(clock.now()):
        return actor.verified_by
    person = flask_login.current_user
    if not password or not person.verify_and_update_password(password):
        raise Invalid({"password": "Type your own password to sign. Nothing you wrote is lost."})
    return "password"
