"""Letters are templates too. They are rendered without a request, so they have their own small Jinja."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.core import phrases

FOLDERS = (Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "templates")


@cache
def folder() -> Path:
    """Where the templates are: inside the package once it is installed, beside it in a checkout."""
    return next(each for each in FOLDERS if each.is_dir())


@cache
def _letters() -> Environment:
    made = Environment(  # noqa: S701 - plain text: nothing here is ever read as HTML
        loader=FileSystemLoader(folder() / "mail"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(day=phrases.day, full_day=phrases.full_day)
    return made


def letter(template: str, /, **context: object) -> str:
    """The text of `templates/mail/<template>.txt`. A variable the template names and the caller forgot is an error."""
    return _letters().get_template(f"{template}.txt").render(**context)
