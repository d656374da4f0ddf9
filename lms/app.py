"""The wiring: settings, database, doors, accounts, pages. Read it from top to bottom to know what the program is."""

from __future__ import annotations

import gc
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from functools import lru_cache, partial
from types import FunctionType
from typing import Any

from flask import Flask, g, request, url_for
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache, StrictUndefined
from jinja2.runtime import Context, Macro
from werkzeug.middleware.proxy_fix import ProxyFix

from assessments import bank, transcripts
from assessments.assurance import in_words
from assessments.calibration import Agreement
from assessments.rulebook import current_rules
from assessments.standards import get_rubric
from courses import catalogue
from courses.source import ContentError
from lms import models  # noqa: F401 - every table, and what follows a change to it
from lms.advising.theme_views import pages as advising_pages
from lms.aftercare.step_views import pages as aftercare_pages
from lms.certificates import looks
from lms.certificates.views import pages as certificate_pages
from lms.coding.coder_views import pages as coding_pages
from lms.cohorts import service as cohorts
from lms.cohorts.views import pages as cohort_pages
from lms.core import charts, clock, drawings, phrases, settings, texts, unit, web
from lms.core.actor import Role
from lms.core.cookies import Cookies
from lms.core.db import make_engine
from lms.core.fixed_paths import addresses, fixed_path
from lms.core.fragments import same_for_all
from lms.core.offline import reader_tag
from lms.core.one_by_one import OneByOne
from lms.core.settings import Settings
from lms.core.views import pages as core_pages
from lms.coverage.weekly_views import pages as coverage_pages
from lms.credentials.views import pages as credential_pages
from lms.delayed import service as delayed
from lms.delayed.judge_views import pages as delayed_pages
from lms.exercises.label_views import pages as exercises_pages
from lms.find.views import pages as find_pages
from lms.groups.calendar_views import pages as groups_pages
from lms.groups.views import BEFORE_LEADING
from lms.handover import reached
from lms.handover.concern_views import pages as handover_pages
from lms.handover.views import PANELS
from lms.home.views import pages as home_pages
from lms.interviews.acting_views import pages as interviews_pages
from lms.journal import service as journal
from lms.journal.views import pages as journal_pages
from lms.learning.links import with_lessons
from lms.learning.nomination_views import pages as learning_pages
from lms.learning.people_views import REACHED
from lms.learning.views import COHORT, HELD, NOTES, ROUND
from lms.messages.service import send
from lms.messages.views import pages as message_pages
from lms.organisations.merge_views import pages as organisation_pages
from lms.outcomes.views import pages as outcomes_pages
from lms.panels import notices
from lms.panels.acting_views import pages as panels_pages
from lms.people import accounts
from lms.people.views import pages as people_pages
from lms.practice import unlocking
from lms.practice.views import pages as practice_pages
from lms.raters.pair_views import pages as raters_pages
from lms.record.views import pages as record_pages
from lms.refresh.letter_views import pages as refresh_pages
from lms.refresh.views import line as refresh_line
from lms.renewals.views import pages as renewals_pages
from lms.rounds.views import pages as rounds_pages
from lms.same.views import pages as same_pages
from lms.takeover.observe_views import pages as takeover_pages
from lms.transfer.sign_views import pages as transfer_pages
from lms.unsent.service import VOUCHED_FOR
from lms.unsent.views import pages as unsent_pages
from lms.value.bill_views import pages as value_pages
from lms.values.judge_views import pages as values_pages

LONGEST_REQUEST = 2_000_000
PLAIN = frozenset({FunctionType, partial, type(drawings.icon)})  # the last is a function that remembers
# A page leaves hundreds of things behind and hardly ever a circle of them: to look for circles several times a page, as
# is usual, takes 2 to 4 per cent of it.
GATHERS = (10_000, 20, 20)
BLUEPRINTS = (
    core_pages,
    people_pages,
    same_pages,
    message_pages,
    learning_pages,
    exercises_pages,
    groups_pages,
    practice_pages,
    interviews_pages,
    raters_pages,
    handover_pages,
    panels_pages,
    certificate_pages,
    renewals_pages,
    credential_pages,
    record_pages,
    rounds_pages,
    takeover_pages,
    coding_pages,
    advising_pages,
    transfer_pages,
    aftercare_pages,
    values_pages,
    delayed_pages,
    journal_pages,
    cohort_pages,
    organisation_pages,
    coverage_pages,
    outcomes_pages,
    value_pages,
    find_pages,
    refresh_pages,
    unsent_pages,
    home_pages,
)


class Words(Context):
    """Jinja's context, which asks less before it calls: most calls of a page are of macros and of plain functions."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - any name may be an argument's
        if type(__obj) is Macro:
            args = (__self.eval_ctx, *args)
        elif type(__obj) not in PLAIN or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


class Templates(Environment):
    """Jinja without a chain of one link around the globals, which every template would walk in Python."""

    context_class = Words

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Askwell(Flask):
    """Flask that need not ask of every function whether it is a coroutine: none of ours is."""

    jinja_environment = Templates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(given: Settings | None = None) -> Flask:
    """The application, ready to serve. Raises BadSettings, UnsafeSqlite or UnmarkedDoor rather than half start."""
    chosen = settings.use(given or settings.load())
    looks.check(chosen)
    app = Askwell("lms", template_folder=str(texts.folder()))
    app.config.update(_flask_config(chosen))
    app.session_interface = Cookies()
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_options["cache_size"] = -1  # all are kept, and nobody keeps count of which was used last
    app.jinja_options["bytecode_cache"] = FileSystemBytecodeCache()  # a worker compiles what no other has before it
    app.extensions["askwell_settings"] = chosen
    app.extensions["askwell_database"] = unit.Database.of(make_engine(chosen.database_url))
    if chosen.database_url.startswith("sqlite"):
        app.wsgi_app = OneByOne(app.wsgi_app)  # type: ignore[method-assign]
    if chosen.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=chosen.trusted_proxies, x_proto=chosen.trusted_proxies, x_host=chosen.trusted_proxies
        )
    web.install(app, chosen, accounts.authenticate, accounts.DOORS)
    accounts.install(app, chosen, letters=send)
    _say(app, chosen.time_zone)
    _introduce(app)
    for pages in BLUEPRINTS:
        app.register_blueprint(pages)
    app.context_processor(_context)
    web.check_doors(app)
    return app


def _say(app: Flask, here: str) -> None:
    """What every template may call. An instant is told by the site's clock, unless a page names another."""
    drawings.register(app.jinja_env.globals)
    charts.register(app.jinja_env.globals)
    app.jinja_env.globals["signed_how"] = in_words
    app.jinja_env.globals["fixed_path"] = fixed_path
    app.jinja_env.globals["addresses"] = addresses
    app.jinja_env.globals["same_for_all"] = same_for_all
    app.jinja_env.globals["vouched_for"] = VOUCHED_FOR
    app.jinja_env.globals["agreement_of"] = Agreement.of
    app.jinja_env.filters.update(
        day=lambda value, zone=here: phrases.day(value, zone),
        hour=lambda value, zone=here: phrases.hour(value, zone),
        full_day=phrases.full_day,
        number=phrases.number,
        with_lessons=with_lessons,
    )


def _introduce(app: Flask) -> None:
    """What areas ask of others that stand above them, and may not know."""
    app.extensions[BEFORE_LEADING] = unlocking.notice
    app.extensions[PANELS] = notices.about
    app.extensions[REACHED] = reached.held_today
    app.extensions[HELD] = delayed.overview
    app.extensions[NOTES] = journal.notes_in
    app.extensions[COHORT] = cohorts.this_week
    app.extensions[ROUND] = refresh_line


def warm(app: Flask) -> Flask:
    """Load every template and all content, for which the first visitors would otherwise wait a second each.

    What is loaded by then stays: the collector need not look through it again, which took a tenth of every request.
    """
    for name in app.jinja_env.list_templates(["html"]):
        app.jinja_env.get_template(name)
    with suppress(ContentError):  # the pages that need it say so, and `lms content check` says where
        catalogue.current(), bank.current(), current_rules(), get_rubric(), transcripts.current()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GATHERS)
    return app


def _flask_config(chosen: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": chosen.secret_key,
        "SESSION_COOKIE_NAME": "askwell",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": chosen.secure,
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": LONGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LONGEST_REQUEST,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }


# The main navigation: for whom, key, words, endpoint, picture. The order is the order on the page.
NAVIGATION = (
    ({Role.TRAINEE}, "home", "Home", "home.home", "home"),
    ({Role.TRAINEE}, "learn", "Learn", "learning.index", "learn"),
    ({Role.TRAINEE}, "practice", "Practice", "practice.index", "record"),
    ({Role.TRAINEE}, "readiness", "Readiness", "handover.mine", "check"),
    ({Role.TRAINER}, "sign_off", "Sign-off", "practice.queue", "check"),
    ({Role.MANAGER}, "coverage", "Coverage", "coverage.coverage", "chart"),
    ({Role.TRAINER, Role.ADMINISTRATOR}, "people_ready", "Readiness", "handover.index", "record"),
    ({Role.TRAINER, Role.ADMINISTRATOR}, "groups", "Groups", "groups.index", "people"),
    ({Role.ADMINISTRATOR, Role.MANAGER}, "certificates", "Certificates", "certificates.index", "lock"),
    ({Role.ADMINISTRATOR, Role.MANAGER}, "people", "People", "learning.people", "people"),
    ({Role.ADMINISTRATOR}, "outbox", "Outbox", "messages.outbox", "mail"),
    ({Role.TRAINER, Role.ADMINISTRATOR, Role.MANAGER}, "advice", "Advice", "advising.index", "ask"),
)
MOST_LINKS = 6


@lru_cache(maxsize=64)
def navigation(roles: frozenset[Role], _root: str) -> tuple[tuple[str, str, str, str], ...]:
    """What these roles put into the main navigation of the site mounted there: key, words, address, picture."""
    mine = [each for each in NAVIGATION if each[0] & roles]
    return tuple((key, words, url_for(endpoint), picture) for _, key, words, endpoint, picture in mine[:MOST_LINKS])


@lru_cache(maxsize=64)
def _asset(_root: str, filename: str) -> str:
    """Where a file of ours is, on the site mounted there: every page names half a dozen."""
    return url_for("static", filename=filename)


def _context() -> dict[str, Any]:
    """What every page may use."""
    actor = g.get("actor")
    return {
        "actor": actor,
        "nav": navigation(actor.roles, request.root_path) if actor else (),
        "asset": partial(_asset, request.root_path),
        "current": "",
        "reader": reader_tag(actor) if actor else "",
        "now": clock.now,
    }
