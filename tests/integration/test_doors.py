"""Doors and headers: what every answer of the house has in common."""

from flask import Flask
from flask.testing import FlaskClient


def test_every_endpoint_says_who_may_open_it(app: Flask) -> None:
    from lms.core.routes import routes

    assert all(row["policy"] for row in routes(app))


def test_it_is_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_every_answer_carries_the_safe_headers(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
