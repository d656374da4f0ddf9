"""The rules of the question coach, read from text, compiled once and checked against their own examples.

Patterns may repeat a bounded number of times only. That keeps every look at a turn linear in its length, whatever
an author writes and whatever a learner types.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assessments.schema import (
    SEVERITY,
    FaultCode,
    FaultRule,
    FaultRules,
    FaultVoice,
    FormRule,
    FormRules,
    Language,
    OpennessVoice,
    QuestionRule,
    Voice,
    repeated,
)
from assessments.tongue import speaks
from assessments.turn import LONGEST, WORD, Grammar, Sentence, Turn, clause_starts, compile_pattern, read_turn
from courses.source import ContentError, Store, read_yaml

Find = Callable[[str, int, int], re.Match[str] | None]
REFERENCE = re.compile(r"\\[1-9]|\(\?P|\(\?\(")
RULES = Path(__file__).parent / "content" / "question-rules"


@dataclass(frozen=True)
class Found:
    """A rule and the folded span it matched."""

    rule: QuestionRule
    start: int
    end: int


@dataclass(frozen=True)
class Compiled:
    """A rule ready to look at sentences."""

    rule: QuestionRule
    pattern: re.Pattern[str] | None

    @cached_property
    def find(self) -> Find | None:
        """What looks from a place on: anywhere behind it, or only right there."""
        if self.pattern is None:
            return None
        return self.pattern.search if self.where == "anywhere" else self.pattern.match

    @cached_property
    def where(self) -> str:
        """Of which kind the places are where it may begin."""
        return "anywhere" if self.rule.where == "end" else self.rule.where

    @cached_property
    def asks(self) -> bool | None:
        """In which sentences a fault is looked for: those that ask, or those that do not."""
        return self.rule.within == "question" if isinstance(self.rule, FaultRule) else None


def first_match(find: Find, text: str, places: tuple[int, ...], end: int) -> tuple[int, int] | None:
    """The folded span of the first match, from one of `places` on and not behind `end`."""
    for at in places:
        match = find(text, at, end)
        if match and match.end() > match.start():
            return match.span()
    return None


@dataclass(frozen=True)
class Rulebook:
    """All rules of one language in one version."""

    version: str
    language: Language
    forms: tuple[Compiled, ...]
    faults: tuple[Compiled, ...]
    voice: Voice

    @cached_property
    def grammar(self) -> Grammar:
        return Grammar(self.language)

    @cached_property
    def fault_voices(self) -> dict[FaultCode, FaultVoice]:
        return {each.code: each for each in self.voice.faults}

    @cached_property
    def openness_voices(self) -> dict[str, OpennessVoice]:
        return {each.openness: each for each in self.voice.openness}

    @cached_property
    def by_id(self) -> dict[str, QuestionRule]:
        return {each.rule.id: each.rule for each in (*self.forms, *self.faults)}

    def refusal(self, text: str, turn: Turn) -> tuple[str, str] | None:
        """Why a text is not read, and what to do about it: it is too long, or in another language."""
        if len(text) > LONGEST:
            told = self.voice.too_long.replace("{n}", f"{len(text):,}").replace("{most}", f"{LONGEST:,}")
            return told, self.voice.too_long_hint
        if not speaks(self.language, turn.folded.text):
            return self.voice.other_language, self.voice.other_language_hint
        return None

    def read(self, text: str) -> Turn:
        return read_turn(text, self.grammar)

    def find_form(self, turn: Turn, sentence: Sentence) -> Found | None:
        """The first form rule that matches the sentence."""
        places = self._places(turn, sentence)
        for compiled in self.forms:
            find = compiled.find
            if find and (span := first_match(find, turn.folded.text, places[compiled.where], sentence.end)):
                return Found(compiled.rule, *span)
        return None

    def find_faults(self, turn: Turn) -> Iterator[Found]:
        """Every fault rule that matches, most serious first."""
        worth = [(each, starts) for each in turn.sentences if (starts := self._worth_a_look(turn, each))]
        for rule, find, where, asks in self._looks[bool(worth)]:
            if find is None:
                yield from _too_much(rule, turn)
                continue
            for sentence, starts in worth:
                places = starts.get(where, ()) if sentence.asks == asks else ()
                if span := first_match(find, turn.folded.text, places, sentence.end):
                    yield Found(rule, *span)

    def _worth_a_look(self, turn: Turn, sentence: Sentence) -> dict[str, tuple[int, ...]]:
        """The places where some fault rule matches, by their kind: in most sentences there is none."""

        def some(where: str, starts: tuple[int, ...]) -> bool:
            find = self._any_fault.get((where, sentence.asks))
            return find is not None and any(find(turn.folded.text, at, sentence.end) for at in starts)

        return {where: starts for where, starts in self._places(turn, sentence).items() if some(where, starts)}

    @cached_property
    def _any_fault(self) -> dict[tuple[str, bool | None], Find]:
        """All fault rules that look at one kind of place as one pattern, which takes a fraction of their time."""
        together: dict[tuple[str, bool | None], list[str]] = {}
        for each in self.faults:
            if each.pattern is not None:
                together.setdefault((each.where, each.asks), []).append(f"(?:{each.pattern.pattern})")
        whole = [(kind, re.compile("|".join(patterns))) for kind, patterns in together.items()]
        return {kind: each.search if kind[0] == "anywhere" else each.match for kind, each in whole}

    @cached_property
    def _looks(self) -> dict[bool, tuple[tuple[QuestionRule, Find | None, str, bool | None], ...]]:
        """Of every fault rule what a look needs, of a hundred; where no place is worth it, of those that count."""
        looks = tuple((each.rule, each.find, each.where, each.asks) for each in self.faults)
        return {True: looks, False: tuple(look for look in looks if look[1] is None)}

    def applies(self, rule: QuestionRule, text: str) -> bool:
        """Whether `rule` finds something in `text`; a form rule has to be the one that decides."""
        turn = self.read(text)
        if isinstance(rule, FaultRule):
            return any(found.rule.id == rule.id for found in self.find_faults(turn))
        form = self.find_form(turn, turn.asking[-1]) if turn.asking else None
        return form is not None and form.rule.id == rule.id

    def _places(self, turn: Turn, sentence: Sentence) -> Mapping[str, tuple[int, ...]]:
        clauses = tuple(clause_starts(turn.folded.text, sentence, self.grammar))
        core = (sentence.core,)
        return {"start": core, "anywhere": core, "opening": (sentence.start,), "clause": clauses}


def _too_much(rule: QuestionRule, turn: Turn) -> Iterator[Found]:
    counted = _count(rule, turn) if isinstance(rule, FaultRule) else None
    if counted is not None:
        yield Found(rule, *counted)


def _count(rule: FaultRule, turn: Turn) -> tuple[int, int] | None:
    """The span of what is too much: the opening of the second question, or the first words of a speech."""
    marked = [sentence for sentence in turn.sentences if sentence.marked]
    if rule.questions_over is not None and len(marked) > rule.questions_over:
        extra = marked[rule.questions_over]
        return _first_words(turn, extra.core, extra.end)
    if rule.words_over is not None and marked:
        words = sum(1 for _ in WORD.finditer(turn.folded.text, 0, marked[0].end))
        if words > rule.words_over:
            return _first_words(turn, turn.sentences[0].start, marked[0].end)
    return None


def _first_words(turn: Turn, start: int, end: int) -> tuple[int, int]:
    """The span of up to three words from `start`."""
    words = list(WORD.finditer(turn.folded.text, start, end))[:3]
    return words[0].start(), words[-1].end()


def load_rules(root: Path) -> Rulebook:
    """Every rule under `root`. Raises ContentError naming file and line of each rule that is wrong."""
    language = read_yaml(_there(root / "language.yaml"), Language)
    voice = read_yaml(_there(root / "voice.yaml"), Voice)
    rules = _read_rules(root)
    compiled, problems = _compile(rules, language)
    if problems:
        raise ContentError(problems)
    book = Rulebook(
        version=_version(root),
        language=language,
        forms=tuple(each for each in compiled if isinstance(each.rule, FormRule)),
        faults=tuple(sorted((each for each in compiled if isinstance(each.rule, FaultRule)), key=_severity)),
        voice=voice,
    )
    try:
        _ = book.grammar
    except ValueError as error:
        raise ContentError([f"{root / 'language.yaml'}:1: {error}"]) from None
    if problems := [problem for path, rule in rules for problem in _disagreements(book, path, rule)]:
        raise ContentError(problems)
    return book


def _there(path: Path) -> Path:
    if not path.is_file():
        raise ContentError([f"{path}:1: this file is missing"])
    return path


def _version(root: Path) -> str:
    """A hash over every file of the rulebook."""
    digest = hashlib.sha256()
    for path in sorted(root.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _read_rules(root: Path) -> list[tuple[Path, QuestionRule]]:
    rules: list[tuple[Path, QuestionRule]] = []
    problems: list[str] = []
    for path in sorted(root.glob("*.yaml")):
        if path.name in ("language.yaml", "voice.yaml"):
            continue
        model: type[FormRules] | type[FaultRules] = FormRules if path.name == "forms.yaml" else FaultRules
        try:
            rules += [(path, rule) for rule in read_yaml(path, model).rules]
        except ContentError as error:
            problems += error.problems
    again = set(repeated(rule.id for _, rule in rules))
    problems += [f"{_place(path, rule)}: the id “{rule.id}” is used twice" for path, rule in rules if rule.id in again]
    if problems:
        raise ContentError(problems)
    return rules


def _compile(rules: list[tuple[Path, QuestionRule]], language: Language) -> tuple[list[Compiled], list[str]]:
    compiled: list[Compiled] = []
    problems: list[str] = []
    for path, rule in rules:
        if REFERENCE.search(rule.pattern or ""):  # all are looked for as one pattern, where groups have other numbers
            problems.append(f"{_place(path, rule)}: pattern: leave out references to a group, and names of groups")
        try:
            whole = rf"(?:{rule.pattern})\Z" if rule.pattern and rule.where == "end" else rule.pattern
            compiled.append(Compiled(rule, compile_pattern(whole, language) if whole else None))
        except ValueError as error:
            problems.append(f"{_place(path, rule)}: pattern: {error}")
    return compiled, problems


def _disagreements(book: Rulebook, path: Path, rule: QuestionRule) -> Iterator[str]:
    """Each example that the rule misses and each counter-example that it takes."""
    for text in rule.examples:
        if not book.applies(rule, text):
            yield f"{_place(path, rule)}: examples: {rule.id} should find “{text}” and does not"
    for text in rule.counter_examples:
        if book.applies(rule, text):
            yield f"{_place(path, rule)}: counter_examples: {rule.id} should leave “{text}” alone and does not"


def _place(path: Path, rule: QuestionRule) -> str:
    """`file:line` of a rule; the line is where its id stands."""
    lines = path.read_text("utf-8").splitlines()
    return f"{path}:{next((n for n, line in enumerate(lines, 1) if line.strip(' -') == f'id: {rule.id}'), 1)}"


def _severity(compiled: Compiled) -> int:
    return SEVERITY.index(compiled.rule.code) if isinstance(compiled.rule, FaultRule) else len(SEVERITY)


STORE = Store(RULES, load_rules)


def current_rules() -> Rulebook:
    """The last good version of the rules."""
    return STORE.current()
