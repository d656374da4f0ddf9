"""What a question is after, as far as its words tell. It is a proposal; the learner decides.

The four are the first rungs of the ladder in the lesson on deep questions: what happened, what it is like, how it looks
from elsewhere or what is taken for granted, and what follows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assessments.dialogue_schema import Function
from assessments.turn import fold

LOOKED_AT = 2_000

# In this order: “what would it be like if nothing changed” is after what follows.
CUES: Mapping[Function, tuple[str, ...]] = {
    "consequences": (
        r"what (?:would|will|might|could) (?:happen|change|follow|become|be (?:lost|gained|different|possible))",
        r"what if|what happens (?:if|when|next)|what follows|leads? to|a year from now|in a year|what is at risk",
        r"if (?:nothing|it|this|that) (?:\w{1,20} )?(?:changes?|changed|stays?|stayed|goes on|went on|stopped)",
    ),
    "feeling": (
        r"feels?|feeling|felt|what(?:'s| is| was) (?:it|that|this) like|like for you|at stake|matters? to you",
        r"afraid|fear|hopes?|hoping|worr(?:y|ies|ied)|miss|hurts?|hardest|means? to you",
    ),
    "view": (
        r"would (?:\w{1,20} ){1,6}(?:say|describe|see|tell)",
        r"(?:they|he|she|others?) (?:see|sees|think|thinks)|points? of view|other side",
        r"in (?:his|her|their) (?:shoes|place|chair)|tak(?:e|en|ing) (?:it )?for granted|assum\w{1,20}|believ\w{1,20}",
        r"how (?:\w{1,20} ){1,6}(?:looks?|sees?)",
        r"what makes you (?:think|sure|certain)|have to be true|another way of|how else",
    ),
    "clarify": (
        r"what happen(?:s|ed)|what do you mean|what did|how did|what does|tell (?:me|us)|say more|describe",
        r"an example|last time|what exactly|walk (?:me|us)|how do|how does|what made|what led",
    ),
}
_CUES = {function: re.compile(rf"\b(?:{'|'.join(cues)})\b") for function, cues in CUES.items()}


def asked_after(text: str) -> Function | None:
    """What a question seems to be after; None where the words do not say."""
    words = fold(text[:LOOKED_AT]).text
    return next((function for function, cues in _CUES.items() if cues.search(words)), None)
