"""The token by which a form proves that it comes from a page of ours, signed once for each browser."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import CSRFProtect, generate_csrf, same_origin

MOST = 2048  # browsers that are remembered; then all are looked at anew


class Protection(CSRFProtect):  # type: ignore[misc]
    """The library's protection of forms. What it found good for a browser it need not read again: no token expires.

    Wherever there is doubt, the library decides.
    """

    def __init__(self, app: Flask) -> None:
        self._good: set[tuple[str, str]] = set()
        super().__init__(app)

    def protect(self, apply_exemptions: bool = False) -> None:
        """Look whether a form comes from a page of ours, for this very browser. Answers 400 where it does not."""
        pair = (request.form.get("csrf_token", ""), session.get("csrf_token", "")) if request.method == "POST" else None
        if pair in self._good and _comes_from_here():
            g.csrf_valid = True
            return
        super().protect(apply_exemptions)
        if pair is not None and all(pair) and g.get("csrf_valid"):
            if len(self._good) >= MOST:
                self._good.clear()
            self._good.add(pair)


def _comes_from_here() -> bool:
    """Behind https a browser says from which site a form comes."""
    return not request.is_secure or bool(same_origin(request.referrer or "", f"https://{request.host}/"))


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
