"""Small pictures in SVG: icons, the circle of chairs with the trainer's stool, chairs as coverage, marked words.

Each is a pure function that returns Markup, styled by classes alone because the content policy refuses inline
style. Whatever a person typed is escaped. A picture either says in words what it shows or stands beside those words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup, escape

QUESTION_TYPES = {"open": "Open", "closed": "Closed", "leading": "Leading", "advice": "Advice in disguise"}

LEVELS = {
    1: ("Observe", "Watches while the trainer leads"),
    2: ("Direct", "Leads, trainer beside them"),
    3: ("Indirect", "Leads, trainer outside the circle"),
    4: ("Independent", "Leads, trainer not there"),
    5: ("Can train others", "Sits beside someone else who is learning"),
}
# The trainer's place at each level, and what marks the facilitator's chair.
STANDING = {1: ("watch", "skip"), 2: ("beside", "you"), 3: ("outside", "you"), 4: ("gone", "you"), 5: ("coach", "")}

# fmt: off
ICONS = frozenset({
    "advice", "alert", "ask", "back", "chart", "check", "clock", "closed", "cross", "down", "eye", "home", "key",
    "leading", "learn", "lock", "mail", "next", "open", "pen", "people", "plus", "record", "unsure",
})
# fmt: on

# One viewBox, circle and chair for each use: beside a line of text, with initials on the chairs, alone on a page.
SIZES = {"small": (150, 43.0, 1.22), "named": (230, 78.0, 1.75), "large": (300, 104.0, 2.2)}
# Where a stool stands: how many chairs from the facilitator's, how far out in radii, how big, how drawn.
STOOLS = {
    "lead": (0.0, 1.0, 9, "stool"),
    "watch": (0.0, 1.0, 9, "stool"),
    "beside": (-0.5, 1.12, 9, "stool"),
    "outside": (-0.5, 1.62, 9, "stool"),
    "away": (-0.75, 1.95, 8, "stool far"),
}
# A learner's chair that is not one of the circle's own.
EXTRA_CHAIRS = {"watch": (-0.55, 1.6, 1.0), "coach": (-0.5, 1.0, 0.92)}
MOST_SEATS = 12
# A chair of a unit: filled, on the way, empty.
COVER = {
    "filled": Markup(
        '<rect class="f-open" x="2" y="6" width="17" height="16" rx="5"/><path class="no s-open w3" d="M3 3.5h15"/>'
    ),
    "coming": Markup(
        '<rect class="f-leaf s-open w2" x="3" y="7" width="15" height="14" rx="4.5"/>'
        '<path class="no s-open w3" d="M3 3.5h15"/>'
    ),
    "empty": Markup('<rect class="no s-edge w2 dash" x="3" y="7" width="15" height="14" rx="4.5"/>'),
}


@cache
def icon(name: str, cls: str = "") -> Markup:
    """A picture from icons.svg, hidden from screen readers: words stand beside it."""
    if name not in ICONS:
        raise ValueError(f"there is no icon called {name!r} in icons.svg")
    return Markup(
        '<svg class="i{}" viewBox="0 0 20 20" aria-hidden="true"><use href="/static/icons.svg#i-{}"/></svg>'
    ).format(f" {cls}" if cls else "", name)


def ring(
    seats: int = 6,
    kinds: Mapping[int, str] | None = None,
    trainer: str = "gone",
    *,
    labels: Mapping[int, str] | None = None,
    title: str = "",
    size: str = "small",
    pixels: int = 0,
    rug: str = "",
    link: bool = False,
    cls: str = "",
) -> Markup:
    """Chairs seen from above and where the trainer's stool stands. Seat 0, the facilitator's, is at the bottom.

    `kinds` marks seats by number, clockwise: you, hold (brings the problem), ok, gap (empty), skip (no chair).
    `trainer` is lead, watch, beside, outside, away, gone or coach. `title` is what a screen reader says; without
    it the picture is hidden and words must stand beside it.
    """
    view, radius, scale = SIZES[size]
    seats = max(seats, 1)
    scale = min(scale, 2 * math.pi * radius / (seats * 22))  # a full circle's chairs shrink before they touch
    kinds = kinds or {}
    centre = view / 2
    circle = _Circle(centre, radius, seats, scale)
    drawn = [
        Markup('<circle class="rug {}" cx="{:g}" cy="{:g}" r="{:.1f}"/>').format(rug, centre, centre, radius * 0.56)
    ]
    if link:
        drawn.append(Markup('<circle class="track" cx="{:g}" cy="{:g}" r="{:g}"/>').format(centre, centre, radius))
    drawn += [_chair(circle, seat, kinds.get(seat, "")) for seat in range(seats) if kinds.get(seat) != "skip"]
    drawn += [circle.label(seat, text, kinds.get(seat, "")) for seat, text in (labels or {}).items() if seat < seats]
    drawn += circle.trainer(trainer)
    return Markup('<svg class="ring{}" viewBox="0 0 {} {}"{}{}>{}</svg>').format(
        f" {cls}" if cls else "", view, view, _square(pixels), _spoken(title), Markup("").join(drawn)
    )


@dataclass(frozen=True)
class _Circle:
    """Places on a circle of chairs, counted clockwise from the bottom; half a chair is a place too."""

    centre: float
    radius: float
    seats: int
    scale: float

    def place(self, seat: float, out: float = 1.0) -> tuple[float, float, float]:
        angle = 90 + 360 * seat / self.seats
        x = self.centre + self.radius * out * math.cos(math.radians(angle))
        y = self.centre + self.radius * out * math.sin(math.radians(angle))
        return x, y, angle

    def label(self, seat: int, text: str, kind: str) -> Markup:
        x, y, _angle = self.place(seat)
        return Markup('<text{} x="{:.1f}" y="{:.1f}" text-anchor="middle" dy="4.5">{}</text>').format(
            Markup(' class="on-you"') if kind == "you" else "", x, y, text
        )

    def trainer(self, where: str) -> list[Markup]:
        drawn = []
        if where in STOOLS:
            seat, out, size, cls = STOOLS[where]
            x, y, _angle = self.place(seat, out)
            drawn.append(
                Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>').format(cls, x, y, size * self.scale)
            )
        if where in EXTRA_CHAIRS:
            seat, out, shrink = EXTRA_CHAIRS[where]
            drawn.append(_chair(self, seat, "you", out, shrink))
        return drawn


@lru_cache(maxsize=4096)  # a page may have hundreds of chairs, and they stand in few ways
def _chair(circle: _Circle, seat: float, kind: str, out: float = 1.0, shrink: float = 1.0) -> Markup:
    x, y, angle = circle.place(seat, out)
    kind = f" {kind}" if kind else ""
    return Markup(
        '<g transform="translate({:.1f} {:.1f}) rotate({:.0f}) scale({:.3g})">'
        '<rect class="seat{}" x="-10" y="-9" width="20" height="18" rx="6"/>'
        '<path class="back{}" d="M-10-13q10-4 20 0"/></g>'
    ).format(x, y, angle + 90, circle.scale * shrink, kind, kind)


@cache
def level(number: int, pixels: int = 56) -> Markup:
    """A level of support, as the place where the trainer sits."""
    place, chair = STANDING[number]
    return ring(kinds={0: chair}, trainer=place, rug="on" if number > 3 else "", pixels=pixels)


@lru_cache(maxsize=2048)
def seats(certified: int, training: int, needed: int) -> Markup:
    """A unit's cover as chairs: filled, on the way, empty. The same numbers stand beside it in words.

    Of more chairs than anybody counts at a glance there is no picture.
    """
    total = max(needed, certified + training)
    if total > MOST_SEATS:
        return Markup("")
    drawn = []
    for each in range(total):
        kind = "filled" if each < certified else "coming" if each < certified + training else "empty"
        drawn.append(Markup('<g transform="translate({} 0)">{}</g>').format(each * 22, COVER[kind]))
    return Markup('<svg class="seats" viewBox="0 0 {} 24" width="{}" height="24" aria-hidden="true">{}</svg>').format(
        total * 22, total * 22, Markup("").join(drawn)
    )


def marked(text: str, cues: Iterable[tuple[int, int, str]]) -> Markup:
    """`text` with each cue (start, end, colour) underlined and numbered, for the notes that explain them in order."""
    drawn: list[Markup] = []
    at = 0
    for number, (start, end, kind) in enumerate(sorted(cues), start=1):
        if min(end, len(text)) <= at:
            continue  # inside a longer cue: its note still explains it
        begin = max(start, at)
        drawn += [
            escape(text[at:begin]),
            Markup('<mark class="cue" data-c="{}">{}<sup>{}</sup></mark>').format(kind, text[begin:end], number),
        ]
        at = end
    return Markup("").join([*drawn, escape(text[at:])])


def _spoken(title: str) -> Markup:
    return Markup(' role="img" aria-label="{}"').format(title) if title else Markup(' aria-hidden="true"')


def _square(pixels: int) -> Markup:
    return Markup(' width="{}" height="{}"').format(pixels, pixels) if pixels else Markup("")


def square_code(text: str, title: str, *, scale: int) -> Markup:
    """A square code (QR) as inline SVG: our pages load no `data:` pictures."""
    import segno  # a megabyte that few pages need

    drawn = segno.make(text, error="m", micro=False)
    svg = drawn.svg_inline(scale=scale, border=3, dark="#251a2b", light="#fff", title=title)
    return Markup(svg)  # noqa: S704 - drawn by segno


def register(env_globals: dict[str, Any]) -> None:
    """Give templates the drawings, and the names of the levels and of the question types."""
    env_globals.update(
        icon=icon,
        ring=ring,
        level=level,
        seats=seats,
        marked=marked,
        LEVELS=LEVELS,
        QUESTION_TYPES=QUESTION_TYPES,
    )
