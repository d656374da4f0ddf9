"""Every table, in one place, for the migrations; and for every process that writes, what follows its changes."""

from lms.advising import models as advising
from lms.aftercare import models as aftercare
from lms.certificates import models as certificates
from lms.checkpoints import models as checkpoints
from lms.coding import models as coding
from lms.cohorts import models as cohorts
from lms.core import jobs
from lms.coverage import acting_models as acting
from lms.coverage import following
from lms.coverage import models as coverage
from lms.credentials import models as credentials
from lms.delayed import models as delayed
from lms.editions import models as editions
from lms.exercises import dialogue_models as dialogues
from lms.exercises import extra_time_models as extra_time
from lms.exercises import knowledge_models as knowledge
from lms.exercises import label_models as labels
from lms.exercises import models as exercises
from lms.groups import models as groups
from lms.handover import models as handover
from lms.interviews import models as interviews
from lms.journal import models as journal
from lms.keys import models as keys
from lms.learning import models as learning
from lms.messages import models as messages
from lms.organisations import models as organisations
from lms.outcomes import models as outcomes
from lms.panels import models as panels
from lms.people import models as people
from lms.people import place_models as places
from lms.people import same_models as same
from lms.practice import calibration_models as calibrations
from lms.practice import models as practice
from lms.practice import observer_models as observers
from lms.raters import models as raters
from lms.refresh import models as refresh
from lms.register import models as register
from lms.renewals import models as renewals
from lms.rounds import models as rounds
from lms.takeover import models as takeover
from lms.takeover import survey_models as surveys
from lms.transfer import models as transfer
from lms.unsent import models as unsent
from lms.value import models as value
from lms.values import models as values
from lms.values import written_models as written

__all__ = [
    "acting",
    "advising",
    "aftercare",
    "calibrations",
    "certificates",
    "checkpoints",
    "coding",
    "cohorts",
    "coverage",
    "credentials",
    "delayed",
    "dialogues",
    "editions",
    "exercises",
    "extra_time",
    "groups",
    "handover",
    "interviews",
    "jobs",
    "journal",
    "keys",
    "knowledge",
    "labels",
    "learning",
    "messages",
    "observers",
    "organisations",
    "outcomes",
    "panels",
    "people",
    "places",
    "practice",
    "raters",
    "refresh",
    "register",
    "renewals",
    "rounds",
    "same",
    "surveys",
    "takeover",
    "transfer",
    "unsent",
    "value",
    "values",
    "written",
]

following.install()
