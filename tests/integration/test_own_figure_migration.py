"""What administrators recorded stands before and after 0046; what people took is forgotten on going back."""

from __future__ import annotations

import uuid

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lms.core import schema
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.practice.calibration_models import Calibration
from lms.raters import figures
from tests.make import World, actor, calibrate
from tests.make_raters import KEPT, code_round


def test_what_others_recorded_stays_and_stays_locked(settings: Settings, store: Database, world: World) -> None:
    with store.transaction() as db:
        recorded = calibrate(db, world)
        for name in KEPT:
            code_round(db, world.trainer, name)
        ruth = actor(db, world.trainer)
        figures.take(db, ruth, "kappa_open_closed", figures.bases(db, ruth)["kappa_open_closed"].seen, "password")
    command.downgrade(schema.config(settings.database_url), "0041")
    with store.readers() as db:
        kept = db.scalars(text("SELECT hundredths FROM calibration")).all()
        assert kept == [72]
    for statement in ("UPDATE calibration SET items = 1", "DELETE FROM calibration"):
        with store.writers() as db, pytest.raises(DBAPIError, match="never"):
            db.execute(text(statement))
    schema.upgrade(settings.database_url)
    with store.readers() as db:
        row = db.get_one(Calibration, recorded)
        assert (row.hundredths, row.source, row.leaf_seq, row.authenticated_by) == (72, None, None, "")
    for statement in ("UPDATE calibration SET leaf_seq = 1", "DELETE FROM calibration"):
        with store.writers() as db, pytest.raises(DBAPIError, match="never"):
            db.execute(text(statement))
    with store.transaction() as db:
        calibrate(db, world, hundredths=80)
        assert isinstance(recorded, uuid.UUID)
