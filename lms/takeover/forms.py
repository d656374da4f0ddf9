"""Reading and filling the forms of taking over. A figure of one seat carries its id: `turns-<seat>`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from werkzeug.datastructures import MultiDict

from lms.core.forms import Reader, identity_of
from lms.groups.rules import Seat
from lms.takeover import rules
from lms.takeover.rules import MOST_TIMES, MOST_TURNS, Counted, Seen

TIMES = {
    "stepped_in": "How often the trainer or the facilitator stepped in",
    "noticed_inside": "Advice or leading that a member noticed first",
    "noticed_outside": "Advice or leading that the trainer or the facilitator noticed first",
}


def read_count(form: Mapping[str, str], chairs: Sequence[Seat]) -> Counted:
    """What somebody counted. An empty figure is none. Raises Invalid."""
    reader = Reader(form)
    seats = tuple(each.id for each in chairs)
    run_by = reader.choice("run_by", seats, "Choose who ran the meeting.")
    holder = reader.choice("holder", seats, "Choose who brought the problem.")
    times = {name: _figure(reader, name, label, MOST_TIMES) for name, label in TIMES.items()}
    agreed = reader.choice("agreed", rules.YES_OR_NO, "Say whether the circle agreed on the problem.")
    early = reader.choice("early", rules.YES_OR_NO, "Say whether solutions came up before that.")
    step = reader.choice("step", rules.STEPS, "Say what became of the last next step.")
    turns = {
        each.id: _figure(reader, f"turns-{each.id}", f"Questions {each.name} asked", MOST_TURNS) for each in chairs
    }
    reader.check()
    asked = {seat: many for seat, many in turns.items() if many}
    return Counted(run_by, holder, **times, agreed=agreed == "yes", early=early == "yes", step=step, turns=asked)


def _figure(reader: Reader, name: str, label: str, most: int) -> int:
    sentence = f"{label}: write a whole number up to {most}, or leave it empty."
    return reader.number(name, 0, most, sentence, optional=True) or 0


def filled(counted: Counted) -> dict[str, str]:
    """The form as somebody filled it before."""
    return {
        "run_by": counted.run_by,
        "holder": counted.holder,
        **{name: str(getattr(counted, name) or "") for name in TIMES},
        "agreed": "yes" if counted.agreed else "no",
        "early": "yes" if counted.early else "no",
        "step": counted.step,
        **{f"turns-{seat}": str(many) for seat, many in counted.turns.items()},
    }


def differences(typed: Mapping[str, str], theirs: Counted, chairs: Sequence[Seat]) -> list[tuple[str, str]]:
    """What somebody else wrote down otherwise, as it reads on the page: label and value."""
    names = {each.id: each.name for each in chairs}
    labels = {
        "run_by": "Who ran it", "holder": "Who brought the problem", **TIMES, "agreed": "Agreed on the problem",
        "early": "Solutions came up before that", "step": "The next step of last time",
        **{f"turns-{each.id}": f"Questions {each.name} asked" for each in chairs},
    }  # fmt: skip
    words = {**names, **rules.YES_OR_NO, **rules.STEPS}
    there = filled(theirs)
    unlike = [name for name in labels if there.get(name, "") != (typed.get(name, "").strip() or "")]
    return [(labels[name], words.get(there.get(name, ""), there.get(name, "")) or "None") for name in unlike]


def read_move(form: Mapping[str, str], *, fresh: bool) -> tuple[str, str, uuid.UUID]:
    """Where the stool goes, why, and the form's own key. Raises Invalid with every fault, a missing password too."""
    reader = Reader(form)
    stage = reader.line("to", "Choose where the stool goes.")
    if stage == rules.AGREED and reader.raw("stands") != rules.BEYOND:
        reader.wrong("to", rules.BY_AGREEMENT)
    reason = reader.text("reason", rules.UNREASONED, rules.LONGEST_REASON)
    reader.proof(fresh=fresh)
    reader.check()
    return stage, reason, identity_of(form) or uuid.uuid4()


def read_known(form: MultiDict[str, str]) -> set[tuple[uuid.UUID, str]]:
    """Which members know what, as their boxes are ticked. Raises Invalid."""
    reader, known = Reader(form), set[tuple[uuid.UUID, str]]()
    for each in form.getlist("known"):
        member, _, topic = each.partition(" ")
        try:
            known.add((uuid.UUID(member), topic))
        except ValueError:
            reader.wrong("known", "Choose among those who sit in this circle.")
    reader.check()
    return known


def read_until(form: Mapping[str, str], *, fresh: bool) -> date:
    """Until when time is protected. Raises Invalid, a missing password among what is wrong."""
    reader = Reader(form)
    until = reader.day("until", "Write until when the circle may meet in working time.")
    reader.proof(fresh=fresh)
    reader.check()
    assert until is not None  # noqa: S101 - check() raised otherwise
    return until


def read_case(form: Mapping[str, str], *, fresh: bool) -> bool:
    """Whether something is open. Raises Invalid, a missing password among what is wrong."""
    reader = Reader(form)
    case = reader.choice("case", rules.CASES, "Say whether anything is open.")
    reader.proof(fresh=fresh)
    reader.check()
    return case == "yes"


def read_plan(form: Mapping[str, str], stages: Sequence[str]) -> dict[str, date]:
    """By when the stool goes where; a stage without a day is not planned. Raises Invalid."""
    reader, days = Reader(form), dict[str, date]()
    for stage in stages:
        if reader.raw(f"day-{stage}"):
            day = reader.day(f"day-{stage}", "")
            if day is not None:
                days[stage] = day
    reader.check()
    return days


def read_seen(form: MultiDict[str, str], stages: Sequence[str], *, fresh: bool) -> Seen:
    """What an observer saw. Raises Invalid with every fault, a missing password among them."""
    reader = Reader(form)
    places = tuple(str(place) for place, _ in enumerate(rules.HELPED, start=1))
    helped = reader.choice("helped", places, "Say how much had to be done for the circle.")
    stage = reader.choice("stage", tuple(stages), "Say where the stool should be next time.")
    seen = tuple(each for each in rules.SIGNS if each in form.getlist("seen"))
    keep = reader.line("keep", longest=rules.LONGEST_WORD)
    try_next = reader.line("try_next", longest=rules.LONGEST_WORD)
    concern = reader.choice("concern", rules.YES_OR_NO, "Say whether anything worried you about somebody’s safety.")
    reader.proof(fresh=fresh)
    reader.check()
    return Seen(int(helped), stage, seen, keep, try_next, concern == "yes")
