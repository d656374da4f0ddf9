"""The floors: what bare Flask does with the same bytes, the same server and the same database.

- page: one Jinja template of the sign-in page's size, no database;
- read: the same of the lesson page's size, after five hand-written SELECTs, no ORM, no account library;
- write: two SELECTs, one INSERT, one durable commit, and a page of the drill's size;
- summary: all rows that the summary of cover has of one organisation, read, on PostgreSQL.

Flask compiles a template that is given as a text anew for each page, and against that the goals were set. Asked with
`?kept`, a floor keeps its template compiled, as a program with files of templates does: a stricter measure, beside it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from typing import Any

from flask import Flask, Response, render_template_string, request

from lms.core.sqlite import sqlite_driver

URL = os.environ["BENCH_FLOOR_DATABASE"]
SIZES = {name: int(os.environ[f"BENCH_BYTES_{name.upper()}"]) for name in ("page", "read", "write")}
ORGANISATION = os.environ.get("BENCH_ORGANISATION", "")
TEMPLATE = "<!DOCTYPE html><title>{{ title }}</title>{% for line in lines %}<p>{{ line }}</p>{% endfor %}"
LINE = "x" * 93
_local = threading.local()

app = Flask(__name__)
KEPT = app.jinja_env.from_string(TEMPLATE)


def _connection() -> Any:
    if not hasattr(_local, "connection"):
        if URL.startswith("sqlite"):
            connection = sqlite_driver().connect(URL.removeprefix("sqlite:///"), isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=4000"):
                connection.execute(f"PRAGMA {pragma}")
        else:
            import psycopg

            connection = psycopg.connect(URL, autocommit=True)
        _local.connection = connection
    return _local.connection


def _select(connection: sqlite3.Connection, times: int) -> None:
    for number in range(1, times + 1):
        connection.execute(f"SELECT id, name, body FROM floor_read WHERE id = {number}").fetchone()  # noqa: S608


def _page(kind: str) -> str:
    lines = [LINE] * (SIZES[kind] // 100)
    if "kept" in request.args:
        return KEPT.render(title=kind, lines=lines)
    return render_template_string(TEMPLATE, title=kind, lines=lines)


@app.get("/page")
def page() -> str:
    """Nothing but a page."""
    return _page("page")


@app.get("/read")
def read() -> str:
    """Five SELECTs and a page."""
    connection = _connection()
    connection.execute("BEGIN")
    _select(connection, 5)
    connection.execute("ROLLBACK")
    return _page("read")


@app.post("/write")
def write() -> Response:
    """Two SELECTs, one INSERT, a durable commit and a page."""
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE" if URL.startswith("sqlite") else "BEGIN")
    _select(connection, 2)
    connection.execute(f"INSERT INTO floor_write (body) VALUES ('{LINE}')")  # noqa: S608
    connection.execute("COMMIT")
    return Response(_page("write"))


@app.get("/summary")
def summary() -> str:
    """An organisation's rows of the summary of cover, all columns, read and counted."""
    rows = _connection().execute(f"SELECT * FROM cover_span WHERE organisation_id = '{ORGANISATION}'")  # noqa: S608
    return str(len(rows.fetchall()))
