"""The question coach: what a question's words do. It names words and never grades.

Trained people agree about open or closed in about three of four cases, so the coach speaks up only where the words
are plain and otherwise says “unsure”.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assessments.rulebook import Found, Rulebook, current_rules
from assessments.schema import SEVERITY, FaultCode, FaultRule, Form, FormRule, Openness
from assessments.turn import Folded

NO_QUESTION_HINT = "There is no question here yet. What would you like to know?"
NO_RULE_HINT = "I can’t tell from these words. Does it leave room for any answer, or only for some?"


@dataclass(frozen=True)
class Fault:
    """One fault, with the rule that found it. `precision` is None while the rule is untested."""

    code: FaultCode
    rule: str
    message: str
    hint: str
    precision: float | None
    n: int


@dataclass(frozen=True)
class Cue:
    """Words that gave it away: places in the original text, and the rule that saw them."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True)
class Analysis:
    """What the coach sees in one turn. `refusal` says why it did not look.

    `leaning` is its better guess and `form_rule` whose it is; both are for measuring only.
    """

    text: str
    openness: Openness
    form: Form
    faults: tuple[Fault, ...]
    cues: tuple[Cue, ...]
    hint: str
    leaning: Openness
    form_rule: str
    rules_version: str
    refusal: str | None = None

    @property
    def codes(self) -> tuple[FaultCode, ...]:
        return tuple(fault.code for fault in self.faults)


def analyse(text: str, rules: Rulebook | None = None) -> Analysis:
    """Look at one turn. Never raises: what is too long, or not in English, is refused with a sentence."""
    rules = rules or current_rules()
    turn = rules.read(text)
    if refusal := rules.refusal(text, turn):
        return Analysis(text, "unsure", "F-NONE", (), (), " ".join(refusal), "unsure", "", rules.version, refusal[0])
    form = rules.find_form(turn, turn.asking[-1]) if turn.asking else None
    found = list(rules.find_faults(turn))
    faults = _faults(found)
    shown = found or ([form] if form else [])
    seen = form.rule if form and isinstance(form.rule, FormRule) else None
    return Analysis(
        text=text,
        openness=seen.openness if seen else "unsure",
        form=seen.form if seen else "F-NONE",
        faults=faults,
        cues=_cues(shown, turn.folded),
        hint=faults[0].hint if faults else seen.hint if seen else NO_RULE_HINT if turn.asking else NO_QUESTION_HINT,
        leaning=seen.leaning if seen else "unsure",
        form_rule=seen.id if seen else "",
        rules_version=rules.version,
    )


def _faults(found: Iterable[Found]) -> tuple[Fault, ...]:
    """One fault for each code, most serious first; the first rule that found it speaks."""
    faults: dict[FaultCode, Fault] = {}
    for each in found:
        rule = each.rule
        if isinstance(rule, FaultRule) and rule.code not in faults:
            faults[rule.code] = Fault(rule.code, rule.id, rule.message, rule.hint, rule.precision, rule.n)
    return tuple(sorted(faults.values(), key=lambda fault: SEVERITY.index(fault.code)))


def _cues(found: Iterable[Found], folded: Folded) -> tuple[Cue, ...]:
    """The matched words in reading order. Where two rules want the same words, the more serious one keeps them."""
    cues: list[Cue] = []
    for each in found:
        start, end = folded.original(*_words_only(folded.text, each.start, each.end))
        if all(end <= cue.start or start >= cue.end for cue in cues):
            cues.append(Cue(start, end, each.rule.id))
    return tuple(sorted(cues, key=lambda cue: cue.start))


def _words_only(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the punctuation and spaces around it, unless there is nothing else."""
    first, last = start, end
    while first < last and not text[first].isalnum():
        first += 1
    while last > first and not text[last - 1].isalnum():
        last -= 1
    return (first, last) if first < last else (start, end)


def as_json(analysis: Analysis) -> dict[str, Any]:
    """The analysis as `lms questions analyse` prints it."""
    return {
        "text": analysis.text,
        "openness": analysis.openness,
        "form": analysis.form,
        "faults": list(analysis.codes),
        "cues": [{"start": cue.start, "end": cue.end, "rule": cue.rule} for cue in analysis.cues],
        "hint": analysis.hint,
    }
