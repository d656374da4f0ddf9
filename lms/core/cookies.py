"""The signed cookie by which a browser is known again, read once for as long as it stays the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.wrappers import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from lms.core import clock

MOST = 2048  # cookies that are remembered, some hundred bytes each; then all are read anew


class Cookies(SecureCookieSessionInterface):
    """The library's cookies. What signs them is made ready once, and a cookie that was found good is not read again.

    Its keys stay while the program runs, so the same characters say the same until they are too old. Whether whoever
    they name is still signed in is asked of the database with every request.
    """

    def __init__(self) -> None:
        self._ready: URLSafeTimedSerializer | None = None
        self._good: dict[str, tuple[datetime, dict[str, Any]]] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._ready is None:
            self._ready = super().get_signing_serializer(app)
        return self._ready

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        sent = request.cookies.get(self.get_cookie_name(app))
        signer = self.get_signing_serializer(app)
        if not sent or signer is None:
            return super().open_session(app, request)
        known = self._good.get(sent)
        if known is not None and abs(clock.now() - known[0]) < app.permanent_session_lifetime:
            return self.session_class(known[1])
        try:
            said, signed = signer.loads(
                sent, max_age=int(app.permanent_session_lifetime.total_seconds()), return_timestamp=True
            )
        except BadSignature:
            return self.session_class()
        self._remember(sent, signed, said)
        return self.session_class(said)

    def _remember(self, sent: str, signed: datetime, said: dict[str, Any]) -> None:
        """Only what holds plain values: a list could be written on by the page that reads it."""
        if all(value is None or isinstance(value, str | int) for value in said.values()):
            if len(self._good) >= MOST:
                self._good.clear()
            self._good[sent] = (signed, said)
