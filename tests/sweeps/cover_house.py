"""What covered means, for the sweeps: the one form of coverage."""

from __future__ import annotations

import uuid
from datetime import timedelta

from lms.core import clock

FORMS = {
    "coverage.set_meaning": (
        "manager",
        {
            "facilitators": "1",
            "people": "25",
            "fewest": "1",
            "rounds": "1",
            "days": "120",
            "from": (clock.today() + timedelta(days=30)).isoformat(),
            "reason": "Whoever has not led since winter is not called.",
            "key": str(uuid.uuid4()),
            "seen": "",
        },
    ),
}
