"""The five levels of support: where the trainer's stool stands.

They are an order, not an amount. Nothing may add them up or average them; compare one level with another, or show
all of them with their dates. They live in code because drawings, standards and signatures all rest on exactly five.
"""

from __future__ import annotations

from courses.source import Frozen


class Level(Frozen):
    """`seat` answers “where should the trainer sit next time?”; `{name}` stands for the facilitator."""

    number: int
    name: str
    sentence: str
    seat: str


LEVELS: tuple[Level, ...] = (
    Level(number=1, name="Observe", sentence="Watches while the trainer leads", seat="You lead"),
    Level(number=2, name="Direct", sentence="Leads, trainer beside them", seat="Beside {name}"),
    Level(number=3, name="Indirect", sentence="Leads, trainer outside the circle", seat="Outside the circle"),
    Level(number=4, name="Independent", sentence="Leads, trainer not there", seat="Not there"),
    Level(
        number=5,
        name="Can train others",
        sentence="Sits beside someone else who is learning",
        seat="{name} sits with a learner",
    ),
)


def level(number: int) -> Level:
    """The level with this number, 1 to 5."""
    return LEVELS[number - 1]
