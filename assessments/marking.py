"""Mark a quiz, and look at a question in a drill.

A quiz has answers that are right. A drill has none: its feedback names words, says how they may land, and hands the
question back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from assessments.questioning import Analysis, Cue, analyse
from assessments.rulebook import Rulebook, current_rules
from assessments.schema import DrillItem, FaultCode, FaultRule, Form, Kind, Openness, Option, Quiz, QuizItem
from assessments.turn import fold

IDEA = "idea"
KINDLESS: Mapping[str, str] = {"X-MULT": "stacked", "X-LONG": "long"}


class BadAnswer(ValueError):
    """Answers that cannot be marked. `fields` holds one sentence for each item concerned."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in self.fields.items()))


@dataclass(frozen=True)
class MarkedItem:
    """One answer and what is to be said about it. `also_right` names options that could be defended as well."""

    item: str
    chosen: str
    right: bool
    why: str
    also_right: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """A marked quiz."""

    quiz: str
    content_hash: str
    results: tuple[MarkedItem, ...]
    right: int
    asked: int

    @property
    def complete(self) -> bool:
        return len(self.results) == self.asked


def mark(quiz: Quiz, answers: Mapping[str, str], *, partial: bool = False) -> Mark:
    """Mark `answers` (item id to option key). Unanswered items are refused unless `partial`. Raises BadAnswer."""
    wrong: dict[str, str] = {}
    results: list[MarkedItem] = []
    for number, item in enumerate(quiz.items, 1):
        chosen = next((option for option in item.options if option.key == answers.get(item.id)), None)
        if chosen:
            results.append(_mark_item(item, chosen))
        elif answers.get(item.id):
            wrong[item.id] = f"Choose one of the answers shown to question {number}."
        elif not partial:
            wrong[item.id] = f"Choose an answer to question {number}."
    known = {item.id for item in quiz.items}
    wrong |= {field: "This question is not part of the quiz" for field in answers if field not in known}
    if wrong:
        raise BadAnswer(wrong)
    right = sum(result.right for result in results)
    return Mark(quiz.id, quiz.content_hash, tuple(results), right, len(quiz.items))


def _mark_item(item: QuizItem, chosen: Option) -> MarkedItem:
    also = tuple(key for key in item.right_keys if key != chosen.key)
    return MarkedItem(item.id, chosen.key, chosen.right, chosen.why, also)


@dataclass(frozen=True)
class Note:
    """Some of the learner's words and what they do. `precision` is None while the rule is untested."""

    number: int
    start: int
    end: int
    words: str
    kind: Kind
    does: str
    rule: str
    precision: float | None
    n: int


@dataclass(frozen=True)
class Piece:
    """A stretch of the learner's text. A piece with a number is marked, and the note of that number explains it."""

    text: str
    number: int | None = None
    kind: Kind | None = None


@dataclass(frozen=True)
class Feedback:
    """What a drill says about one try. There is no score in it.

    `lands` is what the person might say back, in the human voice; `then` is what happens to them. With `decide` the
    coach cannot tell and asks the learner for a label.
    """

    text: str
    kind: Kind
    name: str
    headline: str
    message: str
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    lands: str | None
    then: str
    hint: str
    cares: str
    examples: tuple[str, ...]
    openness: Openness
    form: Form
    faults: tuple[FaultCode, ...]
    decide: bool
    rules_version: str

    @property
    def looks(self) -> str:
        """What a tally counts it as: its kind, or what keeps it from having one."""
        if self.kind != "unsure":
            return self.kind
        if self.faults:
            return KINDLESS.get(self.faults[0], "unsure")
        return "none" if self.form == "F-NONE" else "unsure"


@dataclass(frozen=True)
class _Main:
    """The one thing to say first."""

    kind: Kind
    name: str
    headline: str
    message: str
    lands: str | None
    then: str
    hint: str


@dataclass(frozen=True)
class About:
    """What a look has to know of the moment: who is asked, and what was on the asker’s mind."""

    name: str
    idea: tuple[str, ...] = ()
    lands: str | None = None
    cares: str = ""
    examples: tuple[str, ...] = ()


def look_at(item: DrillItem, text: str, rules: Rulebook | None = None) -> Feedback:
    """Look at one try at a problem that hides advice."""
    about = About(item.situation.speaker.split()[0], item.idea, item.lands, item.cares, item.examples)
    return look(about, text, rules)


def look(about: About, text: str, rules: Rulebook | None = None) -> Feedback:
    """Look at one question. Never raises, and never says right or wrong."""
    rules = rules or current_rules()
    seen = analyse(text, rules)
    ideas = tuple(_ideas(about, seen))
    main = _main(about, seen, ideas, rules)
    notes = tuple(_notes(seen, ideas, about.name, rules))
    return Feedback(
        text=text,
        kind=main.kind,
        name=main.name,
        headline=main.headline,
        message=main.message,
        pieces=tuple(pieces_of(text, notes)),
        notes=notes,
        lands=main.lands,
        then=main.then,
        hint=main.hint,
        cares=about.cares,
        examples=about.examples,
        openness=seen.openness,
        form=seen.form,
        faults=seen.codes,
        decide=seen.openness == "unsure" and seen.form != "F-NONE" and not seen.faults and not ideas,
        rules_version=rules.version,
    )


def kind_of(text: str, rules: Rulebook | None = None) -> Kind | None:
    """What the words alone make of a question, where no situation is known; None where there is no question."""
    rules = rules or current_rules()
    seen = analyse(text, rules)
    if seen.form == "F-NONE":
        return None
    return rules.fault_voices[seen.faults[0].code].kind if seen.faults else seen.openness


def _main(about: About, seen: Analysis, ideas: tuple[Cue, ...], rules: Rulebook) -> _Main:
    name = about.name
    if seen.refusal:
        unsure = rules.openness_voices["unsure"]
        return _Main("unsure", unsure.name, seen.refusal, "", None, "", seen.hint.removeprefix(seen.refusal).strip())
    if seen.faults:
        fault = seen.faults[0]
        voice = rules.fault_voices[fault.code]
        lands = about.lands or voice.lands if fault.code == "X-ADV" else voice.lands
        return _Main(
            voice.kind, voice.name, voice.headline, fault.message, lands, _with(voice.then, name=name), fault.hint
        )
    if ideas and seen.form != "F-NONE":
        return _idea_main(about, seen, ideas[0], rules)
    said = rules.openness_voices["none" if seen.form == "F-NONE" else seen.openness]
    rule = rules.by_id.get(seen.cues[0].rule) if seen.cues else None
    message = rule.message if rule else seen.hint
    headline, then = _with(said.headline, name=name), _with(said.then, name=name)
    return _Main(said.kind, said.name, headline, message, said.lands, then, seen.hint)


def _idea_main(about: About, seen: Analysis, idea: Cue, rules: Rulebook) -> _Main:
    """For a question with no fault in its form that still carries the words of the suggestion."""
    voice, nearly, name = rules.voice, seen.openness == "open", about.name
    return _Main(
        kind="advice",
        name=voice.idea_nearly_name if nearly else voice.idea_name,
        headline=_with(
            voice.idea_nearly_headline if nearly else voice.idea_headline, words=seen.text[idea.start : idea.end]
        ),
        message=_with(voice.idea_message, name=name),
        lands=about.lands,
        then=_with(rules.fault_voices["X-ADV"].then, name=name),
        hint=voice.idea_hint,
    )


def _ideas(about: About, seen: Analysis) -> Iterator[Cue]:
    """Where the words of the suggestion come back, in reading order."""
    if not about.idea:
        return
    folded = fold(seen.text)
    for match in carried(about.idea).finditer(folded.text):
        yield Cue(*folded.original(*match.span()), IDEA)


@lru_cache(maxsize=256)
def carried(ideas: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the suggestion's words, with whatever ending they take."""
    words = "|".join(re.escape(fold(idea).text) for idea in sorted(ideas, key=len, reverse=True))
    return re.compile(rf"\b(?:{words})\w{{0,20}}")


def _notes(seen: Analysis, ideas: tuple[Cue, ...], name: str, rules: Rulebook) -> Iterator[Note]:
    """One note for each stretch of words; a carried idea gives way to a rule that saw the same words."""
    own = [idea for idea in ideas if all(idea.end <= cue.start or idea.start >= cue.end for cue in seen.cues)]
    for number, cue in enumerate(sorted((*seen.cues, *own), key=lambda each: each.start), 1):
        words = seen.text[cue.start : cue.end]
        rule = rules.by_id.get(cue.rule)
        if rule is None:
            does = _with(rules.voice.idea_message, name=name)
            yield Note(number, cue.start, cue.end, words, "advice", does, cue.rule, None, 0)
            continue
        kind = rules.fault_voices[rule.code].kind if isinstance(rule, FaultRule) else seen.openness
        yield Note(number, cue.start, cue.end, words, kind, rule.message, rule.id, rule.precision, rule.n)


def pieces_of(text: str, notes: tuple[Note, ...]) -> Iterator[Piece]:
    """The whole text again, cut where notes begin and end."""
    at = 0
    for note in notes:
        if note.start > at:
            yield Piece(text[at : note.start])
        yield Piece(text[note.start : note.end], note.number, note.kind)
        at = note.end
    if at < len(text):
        yield Piece(text[at:])


def _with(sentence: str, **values: str) -> str:
    """The sentence with {name} and {words} filled in, and nothing else interpreted."""
    for key, value in values.items():
        sentence = sentence.replace(f"{{{key}}}", value)
    return sentence
