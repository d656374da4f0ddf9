"""A return to the circle: how many words it has, and whether its words advise, lead, judge, praise or lecture.

The coach names words and never says that a return is right. Whether it was neutral, the asker would have to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from assessments.drills import Breach, Returns, Watch, first_name
from assessments.marking import Feedback, Note, carried, pieces_of
from assessments.questioning import Analysis, Fault, analyse
from assessments.rulebook import Rulebook, current_rules
from assessments.schema import FaultCode, FaultRule, Kind
from assessments.turn import fold
from assessments.words_counted import MOST_WORDS, count_words

# What takes a side in the problem, or in the asker. That a return is closed, or no question, is no fault in it.
TAKES_A_SIDE: frozenset[FaultCode] = frozenset({"X-ADV", "X-SOLV", "X-RHET", "X-LEAD", "X-WHY"})
NO_WORD = "There is no word in this yet. Write what you would say."


def too_many(text: str) -> str:
    """Why a return cannot be looked at yet: it has no word, or more than ten. Empty where it can."""
    words = count_words(text)
    if not words:
        return NO_WORD
    if words <= MOST_WORDS:
        return ""
    over = "one has" if words == MOST_WORDS + 1 else f"{words - MOST_WORDS} have"
    return f"This is {words} words long. A return has {MOST_WORDS} at most, so {over} to go."


def look_at_return(sheet: Returns, item: Breach, text: str, rules: Rulebook | None = None) -> Feedback:
    """Look at one return. Never raises, and never says right or wrong."""
    rules = rules or current_rules()
    seen = analyse(text, rules)
    faults = tuple(each for each in seen.faults if each.code in TAKES_A_SIDE)
    watched = tuple(_watched(sheet, text))
    notes = tuple(_numbered([*_fault_notes(seen, rules), *(note for _, note in watched)]))
    kind, name, headline, message, hint = _main(sheet, seen, faults, [each for each, _ in watched], rules)
    then = rules.fault_voices[faults[0].code].then.replace("{name}", first_name(item.by)) if faults else ""
    return Feedback(
        text=text,
        kind=kind,
        name=name,
        headline=headline,
        message=message,
        pieces=tuple(pieces_of(text, notes)),
        notes=notes,
        lands=None,
        then=then,
        hint=hint,
        cares=item.does,
        examples=item.examples,
        openness=seen.openness,
        form=seen.form,
        faults=tuple(each.code for each in faults),
        decide=False,
        rules_version=seen.rules_version,
    )


def _main(
    sheet: Returns, seen: Analysis, faults: tuple[Fault, ...], watched: list[Watch], rules: Rulebook
) -> tuple[Kind, str, str, str, str]:
    """Kind, name, headline, message and hint of the one thing to say first."""
    if seen.refusal:
        unsure = rules.openness_voices["unsure"]
        return "unsure", unsure.name, seen.refusal, "", seen.hint.removeprefix(seen.refusal).strip()
    if faults:
        voice = rules.fault_voices[faults[0].code]
        return voice.kind, voice.name, voice.headline, faults[0].message, sheet.hint
    if watched:
        first = watched[0]
        return "leading", first.name, first.headline, first.message, first.hint
    words = count_words(seen.text)
    said = f"{words} {'word' if words == 1 else 'words'}, and none that the coach knows to take a side."
    return "open", "Nothing marked", said, sheet.neutral, "Say it another way, if you like."


def _fault_notes(seen: Analysis, rules: Rulebook) -> Iterator[Note]:
    for cue in seen.cues:
        rule = rules.by_id.get(cue.rule)
        if isinstance(rule, FaultRule) and rule.code in TAKES_A_SIDE:
            kind = rules.fault_voices[rule.code].kind
            words = seen.text[cue.start : cue.end]
            yield Note(0, cue.start, cue.end, words, kind, rule.message, rule.id, rule.precision, rule.n)


def _watched(sheet: Returns, text: str) -> Iterator[tuple[Watch, Note]]:
    """Words of the sheet’s own list, the first of each entry."""
    folded = fold(text)
    for each in sheet.watch:
        if match := carried(each.words).search(folded.text):
            start, end = folded.original(*match.span())
            yield each, Note(0, start, end, text[start:end], "leading", each.message, each.id, None, 0)


def _numbered(notes: list[Note]) -> Iterator[Note]:
    """In reading order; where two want the same words, the first one found keeps them."""
    kept: list[Note] = []
    for note in notes:
        if all(note.end <= each.start or note.start >= each.end for each in kept):
            kept.append(note)
    for number, each in enumerate(sorted(kept, key=lambda note: note.start), 1):
        yield Note(number, each.start, each.end, each.words, each.kind, each.does, each.rule, each.precision, each.n)
