"""What the worker can do. Importing a room's jobs makes them known; web workers, which only promise them, need not."""

from sqlalchemy.orm import Session

from lms.certificates import jobs as _drawing  # noqa: F401
from lms.checkpoints import jobs as checkpoints
from lms.core.jobs import Worker
from lms.messages import jobs as _letters  # noqa: F401
from lms.practice import jobs as practice

__all__ = ["Worker", "promise_rounds"]


def promise_rounds(db: Session) -> None:
    """Promise what is done every morning, of which each round promises the next."""
    practice.promise_round(db)
    checkpoints.promise_round(db)
