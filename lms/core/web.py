"""Doors: every endpoint says who may open it, every answer carries the same safe headers, every error is a page."""

from __future__ import annotations

import re
import secrets
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from flask import Flask, Response, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from lms.core import log, unit
from lms.core.actor import Actor, Role
from lms.core.errors import Conflict, Forbidden, HouseError, Invalid, NotFound, OldPage
from lms.core.form_token import Protection, protection
from lms.core.offline import say_whose
from lms.core.settings import Settings

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

PUBLIC = "public"
SIGNED_IN = "signed in"
NEVER_GIVEN_BACK = re.compile(r"csrf_token|code|credential|.*password.*")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# One slash and then no second one, nor what browsers read as one or leave out: “/\\evil.example”, “/\t/evil.example”.
LOCAL_PATH = re.compile(r"/(?!/)[^\\\x00-\x1f\x7f]*")
STANDING_PAGES = {401, 403, 404, 405, 409, 413, 429, 500, 503}


class UnmarkedDoor(Exception):
    """An endpoint does not say who may open it."""


# Of an address with a code in it no search engine learns, and no other site, nor a log of ours by way of a picture.
# The origin alone goes along: behind HTTPS the protection of forms asks where a form came from.
UNLISTED = {"X-Robots-Tag": "noindex", "Referrer-Policy": "strict-origin"}


def unlisted(view: View) -> View:
    """The address of this carries a code, and is told to nobody."""
    view.unlisted = True  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anybody may open this."""
    view.policy = PUBLIC  # type: ignore[attr-defined]
    return view


def published(seconds: int) -> Callable[[View], View]:
    """Programs of other sites read this, and may keep a good answer for so long."""

    def mark(view: View) -> View:
        view.kept_for = seconds  # type: ignore[attr-defined]
        return view

    return mark


def takes(size: int) -> Callable[[View], View]:
    """A file of so many bytes may come with this form; all others are held to the limit of every request."""

    def mark(view: View) -> View:
        view.takes_bytes = size  # type: ignore[attr-defined]
        return view

    return mark


def kept(seconds: int) -> Callable[[View], View]:
    """The browser of whoever reads this may keep a good answer for so long, and nobody on the way."""

    def mark(view: View) -> View:
        view.kept_at_home = seconds  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: View) -> View:
    """Anybody who is signed in may open this; what they see is a matter of scope."""
    view.policy = SIGNED_IN  # type: ignore[attr-defined]
    return view


def requires(*roles: Role) -> Callable[[View], View]:
    """Only people who hold one of `roles` somewhere may open this; where, is a matter of scope."""

    def mark(view: View) -> View:
        view.policy = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def policy_of(app: Flask, endpoint: str) -> str | frozenset[Role]:
    """Who may open `endpoint`. Raises UnmarkedDoor."""
    declared: dict[str, str | frozenset[Role]] = app.extensions["askwell_doors"]
    policy = declared.get(endpoint) or getattr(app.view_functions[endpoint], "policy", None)
    if policy is None:
        raise UnmarkedDoor(f"{endpoint} does not say who may open it: add @public, @signed_in or @requires(...)")
    return policy


def actor() -> Actor:
    """Who is acting. Only for endpoints that are not public."""
    found = find_actor()
    if found is None:
        raise Forbidden("Sign in to do this.")
    return found


def find_actor() -> Actor | None:
    """Who is acting, if anybody is signed in."""
    if "actor" not in g:
        g.actor = g.app_authenticate()
    found: Actor | None = g.actor
    return found


def install(
    app: Flask,
    settings: Settings,
    authenticate: Callable[[], Actor | None],
    library_doors: Mapping[str, str],
) -> None:
    """Put the doors, the headers, CSRF and the error pages on `app`. `library_doors` marks endpoints not our own."""
    app.extensions["askwell_doors"] = {"static": PUBLIC, **library_doors}
    standing = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if settings.secure else {})

    @app.before_request
    def keep_doors() -> ResponseReturnValue | None:
        g.app_authenticate = authenticate
        stopped = _gate(app)
        if stopped is None and request.mimetype == "multipart/form-data":  # other forms carry no files
            request.max_content_length = getattr(app.view_functions.get(request.endpoint or ""), "takes_bytes", None)
        return stopped

    Protection(app)
    app.jinja_env.globals["csrf_token"] = protection
    app.teardown_appcontext(unit.end_reading)

    @app.after_request
    def safe(response: Response) -> Response:
        return _made_safe(response, app.view_functions.get(request.endpoint or ""), standing)

    app.register_error_handler(CSRFError, lambda _error: resend(400))
    app.register_error_handler(HouseError, _house_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _broken)


def _made_safe(response: Response, view: Callable[..., Any] | None, standing: Mapping[str, str]) -> Response:
    """An answer with the headers that every answer carries, and with whose it is and how long it may be kept."""
    if getattr(view, "unlisted", False):
        response.headers.update(UNLISTED)
    said = {name for name, _ in response.headers}
    for name, value in standing.items():
        if name not in said:
            response.headers.add(name, value)
    say_whose(response, g.get("actor"), at_the_door=request.endpoint == "security.login")
    if request.endpoint != "static":
        at_home = getattr(view, "kept_at_home", 0) if response.status_code in (200, 206, 304) else 0
        response.headers["Cache-Control"] = (
            f"private, max-age={at_home}" if at_home else _keeping(response, getattr(view, "kept_for", 0))
        )
    return response


def _keeping(response: Response, seconds: int) -> str:
    """For how long an answer may be kept, by whom. What is published is read by other sites' pages as well."""
    if not seconds:
        return "no-store"
    response.headers["Access-Control-Allow-Origin"] = "*"
    session.accessed = False  # whoever looked into the cookie, the answer is the same for all
    return f"public, max-age={seconds}" if response.status_code in (200, 304) else "no-store"


def tell_script(save: Callable[[], int], elsewhere: str) -> ResponseReturnValue:
    """What a page’s script hears when it sends what is typed so far: its version now, or why it is not kept here.

    `elsewhere` says what to do where somebody wrote on in another browser.
    """
    try:
        return {"version": save()}
    except OldPage:
        return {"message": elsewhere}, 409
    except Conflict as error:
        return {"message": error.sentence}, 409
    except Invalid as error:
        return {"message": f"Kept on this device only. {next(iter(error.fields.values()))}"}, 422


def check_doors(app: Flask) -> None:
    """Refuse to start with an endpoint that does not say who may open it."""
    for endpoint in app.view_functions:
        policy_of(app, endpoint)


def _gate(app: Flask) -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    policy = policy_of(app, request.endpoint)
    if policy == PUBLIC:
        return None
    who = find_actor()
    if who is None:
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("security.login", next=local_path(request.full_path.rstrip("?"))))
        return resend(401)
    if isinstance(policy, frozenset) and not policy & who.roles:
        raise NotFound
    return None


def local_path(target: str | None) -> str:
    """`target` if it is a path on this site, else the home page: `next=` never leads elsewhere."""
    return target if target and LOCAL_PATH.fullmatch(target) else "/"


def resend(status: int) -> ResponseReturnValue:
    """The form could not be taken now (signed out, or its protection lapsed): give it back whole, to send again."""
    form = request.form  # raises when it is too long to be given back
    return render_template("errors/resend.html", status=status, **_given_back(form)), status


def _given_back(form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, but for secrets, and where it was going."""
    kept = [(name, value) for name, value in form.items(multi=True) if not NEVER_GIVEN_BACK.fullmatch(name)]
    return {"kept": kept, "action": request.full_path}


def _page(status: int, **context: Any) -> ResponseReturnValue:
    """An error's page. Nobody loses what they typed because of what went wrong with it."""
    try:
        form: MultiDict[str, str] = request.form
    except HTTPException:  # it cannot be read
        form = MultiDict()
    template = f"errors/{status if status in STANDING_PAGES else 404}.html"
    return render_template(template, **_given_back(form), **context), status


def _house_error(error: HouseError) -> ResponseReturnValue:
    return _page(error.status, sentence=error.sentence)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    return _page(error.code if error.code in STANDING_PAGES else 404, sentence="")


def _database_error(error: OperationalError) -> ResponseReturnValue:
    log.error("database unavailable", error=str(error.orig))
    return _page(503)


def _broken(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    # The rule and not the path, which may carry a code that opens an account; where and not what the error says,
    # for that may repeat what somebody wrote.
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("broken", reference=reference, route=str(request.url_rule), error=_kinds(error), where=where)
    return _page(500, reference=reference)


def _kinds(error: BaseException | None) -> str:
    """What kind of error it is, and of which it came."""
    if error is None:
        return ""
    name, before = type(error).__qualname__, _kinds(error.__cause__)
    return f"{name} from {before}" if before else name


def new_session(keep: Iterable[str] = ()) -> None:
    """Forget everything in the cookie but `keep`: a new identity never starts in an old session."""
    kept = {name: session[name] for name in keep if name in session}
    session.clear()
    session.update(kept)
