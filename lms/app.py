"""The wiring: settings, database, doors, accounts, pages. Read it from top to bottom to know what the program is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, g
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.core import clock, settings, unit, web
from lms.core.db import make_engine
from lms.core.settings import Settings
from lms.core.views import pages as core_pages
from lms.exercises.views import pages as exercises_pages
from lms.learning.views import pages as learning_pages
from lms.people import accounts

TEMPLATES = (Path(__file__).parent / "templates", Path(__file__).parents[1] / "templates")
LONGEST_REQUEST = 2_000_000
BLUEPRINTS = (core_pages, learning_pages, exercises_pages)


def create_app(given: Settings | None = None) -> Flask:
    """The application, ready to serve. Raises BadSettings, UnsafeSqlite or UnmarkedDoor rather than half start."""
    chosen = given or settings.load()
    app = Flask("lms", template_folder=str(next(each for each in TEMPLATES if each.is_dir())))
    app.config.update(_flask_config(chosen))
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.extensions["askwell_settings"] = chosen
    app.extensions["askwell_database"] = unit.Database.of(make_engine(chosen.database_url))
    if chosen.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=chosen.trusted_proxies, x_proto=chosen.trusted_proxies, x_host=chosen.trusted_proxies
        )
    web.install(app, chosen, accounts.authenticate, accounts.DOORS)
    accounts.install(app, chosen)
    for pages in BLUEPRINTS:
        app.register_blueprint(pages)
    app.context_processor(_context)
    web.check_doors(app)
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


def _context() -> dict[str, Any]:
    """What every page may use."""
    return {"actor": g.get("actor"), "now": clock.now}
