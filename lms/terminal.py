"""How a command reaches settings and database, and gives up with a sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms import models  # noqa: F401 - so that every table knows the others, whatever a command loads
from lms.certificates import looks
from lms.core.db import make_engine
from lms.core.errors import HouseError
from lms.core.settings import BadSettings, Settings, load, use
from lms.core.unit import Database


def give_up(sentences: Iterable[str]) -> NoReturn:
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(1)


def settings() -> Settings:
    """This process's settings, or a sentence for every mistake and exit 1."""
    try:
        chosen = use(load())
        looks.check(chosen)
    except BadSettings as error:
        give_up(error.sentences)
    return chosen


@contextmanager
def reading() -> Iterator[Session]:
    """A session for a command that only looks, or a sentence when there is nothing to look at."""
    database = Database.of(make_engine(settings().database_url))
    try:
        with database.readers() as db:
            yield db
    except SQLAlchemyError as error:
        give_up([f"The database cannot be read ({error.args[0]}). If it is new, run `lms migrate` first."])
    finally:
        database.engine.dispose()


@contextmanager
def changing() -> Iterator[Database]:
    """The database for a command that changes something, or the sentence that says why it cannot."""
    database = Database.of(make_engine(settings().database_url))
    try:
        yield database
    except HouseError as error:
        give_up([error.sentence])
    except SQLAlchemyError as error:
        give_up([f"The database cannot be changed ({error.args[0]}). If it is new, run `lms migrate` first."])
    finally:
        database.engine.dispose()


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction for such a command."""
    with changing() as database, database.transaction() as db:
        yield db
