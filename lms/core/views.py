"""Whether the program is alive, and whether it can serve."""

from flask import Blueprint, Response
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
