"""The daily look for sessions that wait too long."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lms.core import clock, settings
from lms.core.jobs import enqueue, task
from lms.core.unit import Database
from lms.practice import backup

MORNING = time(6)


@task
def ask_backup(database: Database) -> None:
    """Offer what is late to other trainers. Tomorrow's round is promised first, whatever becomes of this one."""
    with database.transaction() as db:
        promise_round(db, days=1)
    looked_at = 1
    while looked_at:
        with database.transaction() as db:
            looked_at = backup.ask_others(db)


def promise_round(db: Session, days: int = 0) -> None:
    """Promise the round of today, or of the day so many days ahead; one a day, however often it is promised."""
    zone = ZoneInfo(settings.current().time_zone)
    day = clock.today(zone.key) + timedelta(days=days)
    wait = datetime.combine(day, MORNING, zone) - clock.now()
    enqueue(db, "ask_backup", key=f"ask_backup:{day}", delay=max(wait, timedelta(0)))
