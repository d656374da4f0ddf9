"""What the worker can do. Importing a room's jobs makes them known; web workers, which only promise them, need not."""

from sqlalchemy.orm import Session

from lms.aftercare import jobs as _aftercare  # noqa: F401
from lms.certificates import jobs as _drawing  # noqa: F401
from lms.checkpoints import jobs as _checkpoints  # noqa: F401
from lms.coding import jobs as _coding  # noqa: F401
from lms.core.jobs import Worker, promise_morning
from lms.coverage import jobs as _coverage  # noqa: F401
from lms.credentials import jobs as _lists  # noqa: F401
from lms.groups import jobs as _circles  # noqa: F401
from lms.messages import jobs as _letters  # noqa: F401
from lms.organisations import jobs as _imports  # noqa: F401
from lms.outcomes import jobs as _outcomes  # noqa: F401
from lms.practice import jobs as _practice  # noqa: F401
from lms.refresh import jobs as _refresh  # noqa: F401
from lms.renewals import jobs as _renewals  # noqa: F401
from lms.unsent import jobs as _unsent  # noqa: F401
from lms.value import jobs as _value  # noqa: F401

__all__ = ["Worker", "promise_rounds"]
EVERY_MORNING = (
    "ask_backup",
    "ask_holders",
    "draw_certificates",
    "forget_unsent",
    "look_after_circles",
    "read_outcomes",
    "remind_hosts",
    "remind_of_renewals",
    "remind_to_refresh",
    "see_to_value",
    "sign_checkpoint",
    "sign_certificates",
    "sign_status_lists",
    "tell_managers",
)


def promise_rounds(db: Session) -> None:
    """Promise what is looked after every morning."""
    for name in EVERY_MORNING:
        promise_morning(db, name)
