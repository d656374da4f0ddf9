"""How the pages of a dialogue speak: kinds and functions by name, what a kind did, when something could be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assessments.dialogue import PATIENCE, Ending, Never, proposed
from assessments.dialogue_asked import asked_after
from assessments.dialogue_schema import AskedKind, Function, Holder
from assessments.questioning import NO_QUESTION_HINT, analyse
from assessments.rulebook import current_rules
from lms.core.phrases import number

# Key, name, and what makes it that.
KINDS: tuple[tuple[AskedKind, str, str], ...] = (
    ("open", "Open", "The answer could go anywhere."),
    ("closed", "Closed", "A word or a fact would answer it."),
    ("advice", "Advice", "It carries a plan, with or without a question mark."),
    ("leading", "Leading", "One answer is easier to give than the others, or it judges."),
    ("stacked", "Several at once", "More than one question, and only one of them can be answered."),
    ("why", "A why that presses", "It asks for a defence of what was done."),
    ("statement", "No question", "It says something, and asks nothing."),
)
FUNCTIONS: tuple[tuple[Function, str, str], ...] = (
    ("clarify", "What happened", "Words, facts, how it goes, what was said."),
    ("feeling", "What it is like", "Feelings, what is at stake, what matters."),
    ("view", "Another view", "How others see it, or what is taken for granted."),
    ("consequences", "What follows", "What it leads to, what would change, what would be lost."),
)
NAMES: Mapping[str, str] = {"silence": "Silence", **{key: name for key, name, _ in KINDS}}
AFTER: Mapping[str, str] = {key: name for key, name, _ in FUNCTIONS}
COLOURS: Mapping[str, str] = {
    "open": "open",
    "closed": "closed",
    "advice": "advice",
    "leading": "leading",
    "why": "leading",
    "silence": "info",
}
AFTER_IN_WORDS: Mapping[Function, str] = {
    "clarify": "what happened",
    "feeling": "what it is like",
    "view": "how others see it or what is taken for granted",
    "consequences": "what follows from it",
}
CANNOT_TELL = "The coach can’t tell from these words. You decide."


@dataclass(frozen=True)
class Proposal:
    """What the coach saw: its proposal, its reason, and the words, cut where they are marked."""

    kind: str
    function: str
    name: str
    reason: str
    words: str
    pieces: tuple[tuple[str, bool], ...]
    note: str


def propose(text: str) -> Proposal:
    """What the coach makes of one turn. Its proposal is empty where the words do not say."""
    seen = analyse(text)
    kind = "" if seen.refusal else proposed(seen) or ""
    rules = current_rules()
    told = next((cue for cue in seen.cues if not seen.faults or cue.rule == seen.faults[0].rule), None)
    rule = rules.by_id.get(told.rule) if told else None
    reason = seen.faults[0].message if seen.faults else rule.message if rule and kind else ""
    pieces, at = [], 0
    for cue in seen.cues:
        pieces += [(text[at : cue.start], False), (text[cue.start : cue.end], True)]
        at = cue.end
    pieces.append((text[at:], False))
    return Proposal(
        kind=kind,
        function="" if seen.refusal else asked_after(text) or "",
        name=NAMES.get(kind, "").lower(),
        reason=NO_QUESTION_HINT if kind == "statement" else reason,
        words=text[told.start : told.end] if told and kind else "",
        pieces=tuple(each for each in pieces if each[0]),
        note=seen.refusal or "",
    )


def what_kinds_did(kinds: Mapping[AskedKind, int], holder: Holder) -> Iterator[tuple[str, str]]:
    """Each kind that was asked, and what it brought: facts of this conversation, not a verdict."""
    they, them = holder.subject, holder.object
    brought: Mapping[AskedKind, tuple[str, str]] = {
        "open": ("Open questions", f" brought what {they} had not said yet, {{times}}."),
        "closed": ("A yes or no", f" got a short answer, {{times}}, and left {them} where {they} was."),
        "advice": ("Advice", " brought “yes, but”, {times}."),
        "leading": ("Leading", f", {{times}}: {they} agreed or put you right, and told nothing."),
        "stacked": ("Several at once", ", {times}: one of them got an answer, if any."),
        "why": ("A why that presses", f" made {them} defend it, {{times}}."),
        "statement": ("No question", ", {times}: there was nothing to answer."),
        "silence": ("Silence", f" left {them} room, {{times}}."),
    }
    for kind, (name, words) in brought.items():
        if kinds.get(kind):
            said = words.replace("{times}", times(kinds[kind]))
            yield name, _plural(said) if holder.called == "they" else said


def _plural(words: str) -> str:
    return words.replace("they was", "they were")


def times(count: int) -> str:
    """“Once”, “twice”, “five times”."""
    return {1: "once", 2: "twice"}.get(count, f"{number(count)} times")


def could_have(never: Never) -> str:
    """When the first chance was to reach what nobody asked."""
    after = AFTER_IN_WORDS[never.thread.function]
    if never.turn is None:
        return f"It lies further down than you came. There, a question after {after} reaches it."
    return f"An open question after {after} would have reached it, from your question {never.turn} on."


def why_over(end: Ending, holder: Holder) -> str:
    """Why it ended, where the learner did not stop it."""
    if end.over == "goodbye":
        pieces = number(PATIENCE + 1)
        return f"{holder.name} had heard {pieces} pieces of advice, thanked you and left, as people do."
    if end.over == "turns":
        return "That was as long as a conversation lasts here."
    return ""
