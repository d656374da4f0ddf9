"""What the worker can do. Importing a room's jobs makes them known; web workers, which only promise them, need not."""

from lms.certificates import jobs as _drawing  # noqa: F401
from lms.core.jobs import Worker
from lms.messages import jobs as _letters  # noqa: F401
from lms.practice.jobs import promise_round

__all__ = ["Worker", "promise_round"]
