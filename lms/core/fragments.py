"""Pieces of a page that are the same for every reader, made once: what is taught changes with its edition only."""

from __future__ import annotations

from collections.abc import Hashable

from flask import request
from jinja2.runtime import Macro
from markupsafe import Markup

MOST = 2048  # some four for each lesson and exercise, a few kilobytes each; then all are made anew

_said: dict[tuple[Hashable, ...], Markup] = {}


def same_for_all(macro: Macro, *values: Hashable) -> Markup:
    """What `macro` says of `values`, said once: they name all that its words depend on.

    For what is taught, and for parts of a page that all its readers have: no token of a form, no name of a person.
    Where a macro reads more than its values, one of them is the content hash of what it reads.
    """
    whole = (request.root_path, macro.name, *values)
    words = _said.get(whole)
    if words is None:
        if len(_said) >= MOST:
            _said.clear()
        words = _said[whole] = Markup(macro(*values))  # noqa: S704 - a macro escapes what it is given
    return words
