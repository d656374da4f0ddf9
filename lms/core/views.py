"""Whether the program is alive, and whether it can serve."""

from flask import Blueprint, Response, current_app, render_template, send_from_directory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms.core.unit import reading
from lms.core.web import public

pages = Blueprint("core", __name__)


@pages.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return Response("alive\n", mimetype="text/plain")


@pages.get("/worker.js")
@public
def worker() -> Response:
    """The browser’s own keeper of lessons. It may keep only what lies below its address, so it stands here."""
    return send_from_directory(str(current_app.static_folder), "worker.js")


@pages.get("/offline")
@public
def offline() -> str:
    """What is read without a connection where no copy lies on the device."""
    return render_template("errors/offline.html", current="")


@pages.get("/readyz")
@public
def ready() -> Response:
    """The database is reachable and migrated."""
    try:
        reading().execute(text("SELECT version_num FROM alembic_version")).one()
    except SQLAlchemyError:
        return Response(
            "the database is not reachable or not migrated: run `lms migrate`\n", 503, mimetype="text/plain"
        )
    return Response("ready\n", mimetype="text/plain")
