"""Reading an answer and a judgement from their forms: every fault a sentence, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessments.delayed import LONGEST_ANSWER
from lms.core.forms import Reader
from lms.delayed import rules
from lms.delayed.answering import Shown
from lms.delayed.judging import Verdict


def read_answer(form: Mapping[str, str], shown: Shown) -> str:
    """What was answered; whether it can be an answer, the service says. Raises Invalid."""
    reader = Reader(form)
    answer = reader.raw("answer")[:2] if shown.is_choice else reader.text("answer", longest=LONGEST_ANSWER)
    reader.check()
    return answer


def read_verdicts(form: Mapping[str, str], tasks: Sequence[Shown], *, fresh: bool) -> tuple[dict[str, Verdict], bool]:
    """A verdict on each written answer, and that whoever judges is free to. Raises Invalid."""
    reader = Reader(form)
    verdicts = {}
    for each in tasks:
        name = each.task.id
        said = reader.choice(f"verdict-{name}", ("met", "not-yet"), rules.NO_VERDICT)
        why = reader.text(f"why-{name}", rules.NO_WHY if said == "not-yet" else None, rules.LONGEST_WHY)
        verdicts[name] = Verdict(said == "met", why)
    free = reader.ticked("free", rules.NOT_FREE)
    reader.proof(fresh=fresh)
    reader.check()
    return verdicts, free
