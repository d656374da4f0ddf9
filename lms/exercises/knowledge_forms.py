"""Reading an answer to a question of the knowledge test from its form, and writing it back into one."""

from __future__ import annotations

from collections.abc import Mapping

from assessments.items import BankItem, ChoiceItem, MatchItem, OrderItem, ShortItem
from assessments.knowledge_test import Answer
from lms.core.forms import Reader
from lms.exercises.knowledge import Shown

SURENESS = (("sure", "Sure"), ("fairly", "Fairly"), ("guessing", "Guessing"))
LONGEST = 300  # longer never arrives; what is too long for an answer is said by its rules


def anchor(item: BankItem) -> str:
    """The name of the first field, to which a mistake leads."""
    match item:
        case ChoiceItem():
            return f"answer-{item.options[0].key}" if item.kind == "multiple" else "answer"
        case OrderItem():
            return "place-0"
        case MatchItem():
            return "beside-0"
        case ShortItem():
            return "text"


def read_answer(form: Mapping[str, str], shown: Shown) -> Answer:
    """What was answered, as far as it makes sense; whether it can be an answer the rules say. Raises Invalid."""
    reader, item = Reader(form), shown.item
    match item:
        case ChoiceItem():
            return _read_choice(reader, item)
        case OrderItem():
            return _read_order(reader, shown)
        case MatchItem():
            return _read_match(reader, item, shown.choices)
        case ShortItem():
            text = reader.line("text", longest=LONGEST)
            reader.check()
            return Answer(text=text)


def _read_choice(reader: Reader, item: ChoiceItem) -> Answer:
    if item.kind == "multiple":
        return Answer(keys=tuple(key for key in item.choices if reader.ticked(f"answer-{key}")))
    key = reader.raw("answer")[:2]
    if item.kind == "single" or not key:
        return Answer(keys=(key,) if key else ())
    typed = reader.raw("sure")
    sure = next((each for each in ("sure", "fairly", "guessing") if each == typed), None)
    if sure is None:
        reader.wrong("sure", "Say how sure you are as well. It counts for nothing, and you will see what it was worth.")
    reader.check()
    return Answer(keys=(key,), sure=sure)


def _read_order(reader: Reader, shown: Shown) -> Answer:
    places = {step: reader.raw(f"place-{number}")[:2] for number, step in enumerate(shown.choices)}
    if not any(places.values()):
        return Answer()
    wanted = [str(place) for place in range(1, len(places) + 1)]
    if sorted(places.values()) != sorted(wanted):
        first = next(
            (n for n, typed in enumerate(places.values()) if list(places.values()).count(typed) > 1 or not typed), 0
        )
        reader.wrong(f"place-{first}", "Give every step a place of its own.")
    reader.check()
    return Answer(keys=tuple(sorted(places, key=lambda step: int(places[step]))))


def _read_match(reader: Reader, item: MatchItem, choices: tuple[str, ...]) -> Answer:
    pairs = []
    for number, pair in enumerate(item.pairs):
        typed = reader.raw(f"beside-{number}")
        if not typed:
            continue
        if typed not in {str(place) for place in range(len(choices))}:
            reader.wrong(f"beside-{number}", "Choose among the things shown.")
            continue
        pairs.append((pair.left, choices[int(typed)]))
    reader.check()
    return Answer(pairs=tuple(pairs))


def write_answer(shown: Shown, answer: Answer) -> dict[str, str]:
    """The form as an answer fills it."""
    item = shown.item
    match item:
        case ChoiceItem():
            if item.kind == "multiple":
                return {f"answer-{key}": "yes" for key in answer.keys}
            return {"answer": "".join(answer.keys), "sure": answer.sure or ""}
        case OrderItem():
            places = {step: str(place) for place, step in enumerate(answer.keys, 1)}
            return {f"place-{number}": places.get(step, "") for number, step in enumerate(shown.choices)}
        case MatchItem():
            given = dict(answer.pairs)
            return {
                f"beside-{number}": str(shown.choices.index(given[pair.left])) if pair.left in given else ""
                for number, pair in enumerate(item.pairs)
            }
        case ShortItem():
            return {"text": answer.text}


def in_words(shown: Shown, answer: Answer) -> list[str]:
    """An answer as it is read aloud: each choice, step, pair or the words typed."""
    item = shown.item
    match item:
        case ChoiceItem():
            return [option.text for option in item.options if option.key in answer.keys]
        case OrderItem():
            return list(answer.keys)
        case MatchItem():
            return [f"{left} {right}" for left, right in answer.pairs]
        case ShortItem():
            return [answer.text] if answer.text else []
