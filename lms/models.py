"""Every table, in one place, for the migrations."""

from lms.core import jobs
from lms.exercises import models as exercises
from lms.groups import models as groups
from lms.learning import models as learning
from lms.people import models as people

__all__ = ["exercises", "groups", "jobs", "learning", "people"]
