"""The token by which a form proves that it comes from a page of ours, signed once for each browser."""

from __future__ import annotations

from functools import lru_cache

from flask import current_app, g, request, session
from flask_wtf.csrf import generate_csrf


def protection() -> str:
    """The protection token for a page's forms: the one that came with this form, for it does not expire."""
    if g.get("csrf_valid") and not session.modified and (sent := request.form.get("csrf_token")):
        return sent
    if "csrf_token" in session:
        return _signed(session["csrf_token"], str(current_app.secret_key))
    fresh: str = generate_csrf()
    return fresh


@lru_cache(maxsize=1024)
def _signed(_token: str, _key: str) -> str:
    """The signature of a browser's token, which is made with the first of its pages that has a form."""
    signed: str = generate_csrf()
    return signed
