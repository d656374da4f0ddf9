"""How “if somebody leaves” is said: the headline, how much of each, the one best next step. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assessments.wording import first_name, listed, some
from lms.core.phrases import day, number
from lms.coverage.leaving_rules import Candidate, Effect, House


def subject(effect: Effect) -> str:
    """“Sefo leaves”, “Sefo and Wen leave”, “the certificate of Sefo lapses”."""
    who = listed([first_name(each) for each in effect.names])
    one = len(effect.names) == 1
    if effect.what == "lapses":
        return f"{who}’s certificate lapses" if one else f"the certificates of {who} lapse"
    return f"{who} leaves" if one else f"{who} leave"


def not_told(effect: Effect | None) -> str:
    """That nobody learns of the page: it writes nothing down, and no letter goes out by it."""
    if effect is None:
        return "Nobody is told that you looked"
    who = listed([first_name(each) for each in effect.names])
    return f"{who} {'is' if len(effect.names) == 1 else 'are'} not told that you looked"


def headline(effect: Effect) -> str:
    """The sentence that answers the question."""
    lost = [each.unit.name for each in effect.lost]
    if lost:
        return f"If {subject(effect)}, {listed(lost)} {'has' if len(lost) == 1 else 'have'} nobody"
    if effect.circles or effect.hand_overs:
        many = len({each.id for each in (*effect.circles, *effect.hand_overs)})
        return f"If {subject(effect)}, {some(many, 'circle needs', 'circles need')} somebody else"
    return f"If {subject(effect)}, every unit stays covered"


def lede(effect: Effect) -> str:
    """How much of each, and who could step in now."""
    counted = [
        (len(effect.lost), "unit loses its cover", "units lose their cover"),
        (len(effect.circles), "circle loses its facilitator", "circles lose their facilitator"),
        (len(effect.hand_overs), "hand-over has no one to receive it", "hand-overs have no one to receive them"),
        (len(effect.seconds), "person loses their only second assessor", "people lose their only second assessor"),
    ]
    parts = [f"{number(many)} {one if many == 1 else more}" for many, one, more in counted if many]
    said = f"{listed(parts)}." if parts else "Nobody else is short of anybody."
    now = [each.ask for each in effect.candidates if each.ready == "now"][:3]
    helped = f" {listed(now)} could step in now." if now and parts else ""
    return said[0].upper() + said[1:] + helped


@dataclass(frozen=True, slots=True)
class Next:
    """The one best next step."""

    title: str
    why: str
    kind: Literal["renewal", "step_in", "nominate", "pace"]
    target: uuid.UUID


def best_step(effect: Effect, house: House) -> Next | None:
    """What helps most: a renewal while it can still be had, somebody who could step in, then whoever learns."""
    if not effect.harms:
        return None
    if effect.what == "lapses":
        why = "Renewing takes one page and keeps everything as it is."
        return Next(f"Ask {first_name(effect.names[0])} to renew", why, "renewal", effect.leavers[0])
    first = next(iter(effect.candidates), None)
    if first is not None and first.ready == "now":
        return Next(f"Ask {first.ask} whether they could", first.why, "step_in", first.person_id)
    return _nominate(effect, house) or (_pace(first) if first is not None and first.ask_trainer else None)


def _nominate(effect: Effect, house: House) -> Next | None:
    """Somebody of a unit that loses its cover and has nobody on the way."""
    learning = {each.unit_id for each in house.learners if each.person_id not in effect.leavers}
    for each in effect.lost:
        if each.unit.id not in learning:
            why = f"Nobody there is in training, and from {day(effect.on)} on {each.unit.name} has nobody."
            return Next(f"Nominate somebody of {each.unit.name}", why, "nominate", each.unit.id)
    return None


def _pace(first: Candidate) -> Next:
    return Next(f"Ask {first.ask} about {first_name(first.name)}", first.why, "pace", first.person_id)


def by_name(people: Mapping[uuid.UUID, str], typed: str) -> list[uuid.UUID]:
    """Who of these somebody means by a name: whoever has just this one, else all whose name has it in it."""
    wanted = " ".join(typed.split()).casefold()
    same = [key for key, name in people.items() if name.casefold() == wanted]
    found = same or [key for key, name in people.items() if wanted and wanted in name.casefold()]
    return sorted(found, key=lambda key: (people[key].casefold(), key))
