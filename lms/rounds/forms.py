"""Reading and filling the forms of rounds. A field of one seat, phase or code carries its id: `rating-<seat>`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lms.core.forms import Reader
from lms.core.phrases import full_day
from lms.groups.rules import Seat
from lms.rounds import rules
from lms.rounds.phases import INTERVENTIONS, LENGTHS, PHASES
from lms.rounds.rules import Record, Statement

WORDS = {
    "opening": "The problem, as the holder first names it",
    "follow_up": "What became of earlier steps",
    "agreed": "The problem, as the circle agrees on it",
    "possibilities": "Ways the holder named",
    "insight": "What came clear",
    "step": "Next step",
    "help_wanted": "Help wanted",
    "learning": "What we learned",
}
YES_OR_NO = {"ask": None, "yes": True, "no": False, "": None}
ANSWERS = {"yes": "Yes", "no": "No", "ask": "Not asked yet"}


def read_start(form: Mapping[str, str]) -> tuple[str, int]:
    """Who brings the problem, and how long the round is. Raises Invalid."""
    reader = Reader(form)
    holder = reader.raw("holder")
    minutes = reader.choice("length", tuple(map(str, LENGTHS)), "Choose how long the round is.")
    if not holder:
        reader.wrong("holder", "Choose who brings the problem.")
    reader.check()
    return holder, int(minutes)


def read_importance(form: Mapping[str, str]) -> int | None:
    """How important the holder says the problem is; None where they leave it. Raises Invalid."""
    reader = Reader(form)
    said = reader.number(
        "importance",
        rules.LEAST_RATING,
        rules.HIGHEST_RATING,
        "Choose a number from 1 to 5, or leave it.",
        optional=True,
    )
    reader.check()
    return said


def read_record(form: Mapping[str, str], seats: Sequence[Seat], writers: Sequence[Seat]) -> Record:
    """What was typed about a round; everything may still be empty. Raises Invalid."""
    reader = Reader(form)
    words = {name: reader.text(name) for name in WORDS}
    owner = reader.choice("step_owner", ("", *(each.id for each in seats)), "Choose somebody who sits here, or nobody.")
    confirmed = reader.choice("confirmed", YES_OR_NO, "Choose yes, no, or not asked yet.")
    on = reader.day("step_on", "") if reader.raw("step_on") else None
    loops = reader.number("loops", 0, rules.MOST_LOOPS, "Write how often you went back: 0, 1 or 2.", optional=True)
    record = Record(
        **words,
        statements={each.id: said for each in writers if (said := _statement(reader, each)) != Statement()},
        confirmed=YES_OR_NO.get(confirmed),
        loops=loops or 0,
        step_owner=owner,
        step_on=on,
        minutes=_counts(reader, "minutes", [each.id for each in PHASES], rules.LONGEST_PHASE, "minutes"),
        interventions=_counts(reader, "times", [each.code for each in INTERVENTIONS], rules.MOST_TIMES, "count"),
    )
    reader.check()
    return record


def _statement(reader: Reader, seat: Seat) -> Statement:
    text = reader.text(f"text-{seat.id}")
    tag = reader.choice(f"tag-{seat.id}", ("", *rules.TAGS), "Choose what the statement is, or leave it.")
    rating = reader.number(
        f"rating-{seat.id}", rules.LEAST_RATING, rules.HIGHEST_RATING, "Choose a number from 1 to 5.", optional=True
    )
    mark = reader.number(
        f"mark-{seat.id}", rules.LEAST_RATING, rules.HIGHEST_RATING, "Choose a number from 1 to 5.", optional=True
    )
    return Statement(text, tag, rating, mark)


def _counts(reader: Reader, kind: str, names: Sequence[str], most: int, what: str) -> dict[str, int]:
    sentence = f"Write the {what} as a number from 0 to {most}, or leave it empty."
    read = {name: reader.number(f"{kind}-{name}", 0, most, sentence, optional=True) for name in names}
    return {name: value for name, value in read.items() if value}


def filled(record: Record) -> dict[str, str]:
    """The form as a record fills it."""
    form = {name: getattr(record, name) for name in WORDS}
    form |= {
        "step_owner": record.step_owner,
        "step_on": full_day(record.step_on) if record.step_on else "",
        "confirmed": next(word for word, value in YES_OR_NO.items() if value is record.confirmed),
        "loops": str(record.loops),
    }
    for seat, each in record.statements.items():
        form |= {f"text-{seat}": each.text, f"tag-{seat}": each.tag}
        form |= {f"rating-{seat}": str(each.rating or ""), f"mark-{seat}": str(each.mark or "")}
    form |= {f"minutes-{name}": str(value) for name, value in record.minutes.items()}
    return form | {f"times-{name}": str(value) for name, value in record.interventions.items()}


def differences(here: Mapping[str, str], there: Record, seats: Sequence[Seat]) -> list[tuple[str, str]]:
    """What another save says otherwise than the form: label and what stands there."""
    kept, reader = filled(there), Reader(here)
    labels = _labels(seats)
    return [
        (label, _shown(name, kept.get(name, ""), seats))
        for name, label in labels.items()
        if reader.raw(name) != kept.get(name, "")
    ]


def _labels(seats: Sequence[Seat]) -> dict[str, str]:
    labels = {f"minutes-{each.id}": f"Minutes, {each.name}" for each in PHASES} | WORDS
    for each in seats:
        labels[f"text-{each.id}"] = f"The problem in {each.name}’s words"
        labels[f"tag-{each.id}"] = f"What {each.name} wrote is"
        labels[f"mark-{each.id}"] = f"The holder’s number for what {each.name} wrote"
        labels[f"rating-{each.id}"] = f"{each.name}’s number"
    labels |= {"confirmed": "The holder says: this is it", "loops": "Times you went back"}
    labels |= {"step_owner": "Who does it", "step_on": "By when"}
    return labels | {f"times-{each.code}": each.trigger for each in INTERVENTIONS}


def _shown(name: str, value: str, seats: Sequence[Seat]) -> str:
    names = {each.id: each.name for each in seats}
    told = {"step_owner": names, "confirmed": ANSWERS}.get(name, rules.TAGS if name.startswith("tag-") else {})
    return told.get(value, value)
