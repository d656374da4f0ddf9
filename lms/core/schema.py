"""Bring a database to the schema this program needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def config(url: str) -> Config:
    """Alembic's configuration, without a file."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["database_url"] = url
    return made


def upgrade(url: str) -> None:
    """Apply every migration not yet applied. Safe to run again."""
    command.upgrade(config(url), "head")
