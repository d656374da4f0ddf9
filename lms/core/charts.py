"""Charts in SVG whose x is in per cent and whose y is in pixels, so that their words read the same at 320 and 1440.

Each carries a sentence with its facts as its label. Zero is an answer: an empty chart says so in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from lms.core.drawings import QUESTION_TYPES, icon

# label of a session, open, closed, leading, advice, times the trainer stepped in (None: nobody counted)
Session = tuple[str, int, int, int, int, int | None]
# last day, name, unit, whether somebody else in the unit stays certified
Ending = tuple[date, str, str, bool]
# a month's name, the likely number, the lowest and the highest of its range
Month = tuple[str, int, int, int]


@lru_cache(maxsize=1024)
def mixbar(
    open_: int, closed: int, leading: int, advice: int, *, key: bool = True, label: str = "Questions asked"
) -> Markup:
    """The four types of question as one bar: solid, outlined, solid, outlined, so that it reads in grey."""
    counts = dict(zip(QUESTION_TYPES, (open_, closed, leading, advice), strict=True))
    total = sum(counts.values())
    if not total:
        return Markup('<p class="small soft">{}: none yet.</p>').format(label)
    drawn, at = [], 0.0
    for kind, count in counts.items():
        width = 100 * count / total
        if count:
            drawn.append(_rect(at + 0.2, 1, max(width - 0.8, 0.4), 16, f"f-{kind}", 3))
        at += width
    said = ", ".join(f"{count} {QUESTION_TYPES[kind].lower()}" for kind, count in counts.items())
    items = [
        Markup('<li data-c="{}">{}{} <b class="num">{}</b></li>').format(kind, icon(kind), QUESTION_TYPES[kind], count)
        for kind, count in counts.items()
    ]
    words = Markup('<ul class="key">{}</ul>').format(Markup("").join(items)) if key else Markup("")
    return Markup('<div class="mix">{}{}</div>').format(_chart(18, drawn, f"{label}: {said}, of {total}"), words)


def timestrip(parts: Sequence[tuple[str, int]], longest: str = "") -> Markup:
    """Minutes of each part of a session, side by side. `longest` names the part to set off, open questions say."""
    spent = [(name, minutes) for name, minutes in parts if minutes > 0]
    total = sum(minutes for _name, minutes in spent)
    if not total:
        return Markup('<p class="small soft">No minutes were written down.</p>')
    drawn, at = [], 0.0
    for name, minutes in spent:
        width = 100 * minutes / total
        strong = name == longest
        drawn.append(_rect(at, 0, max(width - 0.6, 0.4), 30, "f-open" if strong else "f-leaf", 5))
        if width >= 5:  # narrower than its number: the list below says it
            drawn.append(_text(at + (width - 0.6) / 2, 20, minutes, "t-mid t-inv" if strong else "t-mid"))
        at += width
    said = ", ".join(f"{name} {minutes}" for name, minutes in spent)
    items = [Markup('<li>{} <b class="num">{}</b></li>').format(name, minutes) for name, minutes in spent]
    return Markup('<div class="mix">{}<ol class="key">{}</ol></div>').format(
        _chart(30, drawn, f"Minutes in each part: {said}"), Markup("").join(items)
    )


def expiries(items: Sequence[Ending], today: date, days: int = 90) -> Markup:
    """Certificates that end soon, as dots on a line of days: filled and red where the unit is left with nobody."""
    if not items:
        return Markup('<p class="soft">None end in the next {} days.</p>').format(days)
    soon = sorted(items)
    height = 30 + len(soon) * 46
    drawn = [
        mark
        for at, name in _months(today, days)
        for mark in (_line(at, 22, at, height, "s-line"), _text(at, 14, name, "t-soft", dx=2))
    ]
    for row, (last_day, name, unit, covered) in enumerate(soon):
        at = _day(today, last_day, days)
        y = 52 + row * 46
        drawn += [
            _line(_day(today, today, days), y, at, y, "s-edge dash"),
            Markup('<circle cx="{:.2f}%" cy="{}" r="8" class="{} w3"/>').format(
                at, y, "f-leaf s-open" if covered else "f-stop s-surface"
            ),
            *_beside(at, y, _short(name), _short(unit)),
        ]
    said = "; ".join(
        f"{name}, {unit}, on {last_day.day} {last_day:%B}, "
        + ("someone else covers" if covered else "the unit has nobody else")
        for last_day, name, unit, covered in soon
    )
    return _chart(height, drawn, f"Certificates ending in the next {days} days: {said}")


def trend(sessions: Sequence[Session], target: int | None = 70) -> Markup:
    """Session by session: the mix of questions above, how often the trainer stepped in below, on one line of time.

    Without a `target` there is no line to reach; where nobody counted the trainer's steps, there is no lower part.
    """
    asked = [each for each in sessions if sum(each[1:5])]
    if not asked:
        return Markup('<p class="small soft">No questions counted yet.</p>')
    top, tall = 14, 170
    floor = top + tall
    slot = 100 / len(asked)
    stepped = any(each[5] is not None for each in asked)
    low = 36 + 70 if stepped else 0
    drawn = [mark for share in (0, 50, 100) for mark in _gridline(share, floor - tall * share / 100)]
    for index, each in enumerate(asked):
        left, width = index * slot + slot * 0.14, slot * 0.72
        drawn += _column(left, width, floor, tall, each)
        drawn.append(_text(left + width / 2, floor + low + 20, each[0], "t-soft t-mid"))
    if stepped:
        drawn += _steps(asked, slot, floor + low, 70)
    if target is not None:
        goal = floor - tall * target / 100
        drawn += [_line(0, goal, 100, goal, "s-ink w2 dash"), _text(0, goal + 4, f"{target}%", "t-end", dx=-8)]
    said = "; ".join(f"{each[0]}: {_open_share(each)}% open{_steps_said(each)}" for each in asked)
    kinds = [
        Markup('<li data-c="{}">{}{}</li>').format(kind, icon(kind), name) for kind, name in QUESTION_TYPES.items()
    ]
    if stepped:
        kinds.append(Markup('<li data-c="wait">{}Times the trainer stepped in</li>').format(icon("people")))
    return Markup('<div class="mix">{}<ul class="key">{}</ul></div>').format(
        _chart(floor + low + 28, drawn, f"Session by session. {said}", "axis"), Markup("").join(kinds)
    )


def outlook(points: Sequence[Month], needed: int) -> Markup:
    """Month by month how many there are likely to be, each with its range, below the line of how many are needed."""
    top, tall = 24, 150
    floor, most = top + tall, max(1, needed, *(high for _, _, _, high in points))
    slot = 92 / max(1, len(points) - 1)
    marks = [(5 + index * slot, name, likely, low, high) for index, (name, likely, low, high) in enumerate(points)]

    def level(number: int) -> float:
        return floor - tall * number / most

    drawn = [mark for number in sorted({0, most // 2, most}) for mark in _numbered(number, level(number))]
    for at, name, _, low, high in marks:
        drawn.append(_rect(at - 1.2, level(high) - 3, 2.4, level(low) - level(high) + 6, "f-leaf", 4))
        drawn.append(_text(at, floor + 20, name, "t-soft t-mid"))
    for one, other in pairwise(marks):
        drawn.append(_line(one[0], level(one[2]), other[0], level(other[2]), "s-open w3"))
    drawn += [
        Markup('<circle cx="{:.2f}%" cy="{:.1f}" r="4" class="f-open"/>').format(m[0], level(m[2])) for m in marks
    ]
    goal = level(needed)
    drawn += [_line(0, goal, 100, goal, "s-ink w2 dash"), _text(100, goal - 6, f"{needed} needed", "halo t-end")]
    said = "; ".join(f"{name}: {likely} likely, {low} to {high}" for name, likely, low, high in points)
    return _chart(floor + 28, drawn, f"Certified facilitators month by month, {needed} needed. {said}", "axis")


def _numbered(number: int, y: float) -> tuple[Markup, Markup]:
    return _line(0, y, 100, y, "s-line"), _text(0, y + 4, number, "t-soft t-end", dx=-8)


def reach(
    value: float, low: float, high: float, ends: tuple[float, float], *, past: float | None, aim: float | None,
    words: str, label: str,
) -> Markup:  # fmt: skip
    """A figure as a dot on the line of all it could be, how far chance allows behind it, a year ago and where one set
    out to be beside it. `label` says it all in a sentence.
    """
    at = _rail(ends)
    drawn = [_line(2, 22, 96, 22, "s-line")]
    for end, cls in zip(ends, ("t-soft", "t-soft t-end"), strict=True):
        if abs(at(value) - at(end)) > 14:  # else it would be written over the figure
            drawn.append(_text(at(end), 46, f"{end:g}", cls))
    drawn.append(_rect(at(low), 15, max(at(high) - at(low), 1), 14, "f-leaf", 7))
    if aim is not None:
        drawn.append(_line(at(aim), 9, at(aim), 34, "s-ink w2 dash"))
    if past is not None:
        drawn.append(Markup('<circle cx="{:.2f}%" cy="22" r="6" class="seat"/>').format(at(past)))
    drawn.append(Markup('<circle cx="{:.2f}%" cy="22" r="7" class="f-open"/>').format(at(value)))
    drawn.append(_text(at(value), 46, words, "t-mid halo"))
    return _chart(50, drawn, label)


def _rail(ends: tuple[float, float]) -> Callable[[float], float]:
    """Where on the line a number stands, in per cent of its width."""
    least, most = ends
    return lambda number: 2 + 94 * (min(max(number, least), most) - least) / (most - least)


def _steps(asked: Sequence[Session], slot: float, base: int, low: int) -> list[Markup]:
    """How often the trainer stepped in, as bars on their own line."""
    most = max(1, *(each[5] or 0 for each in asked))
    drawn = [_line(0, base, 100, base, "s-edge")]
    for index, each in enumerate(asked):
        left, width, high = index * slot + slot * 0.14, slot * 0.72, low * (each[5] or 0) / most
        drawn += [
            _rect(left, base - high, width, max(high, 2), "f-stool"),
            _text(left + width / 2, base - high - 6, each[5] if each[5] is not None else "–", "t-mid"),
        ]
    return drawn


def _steps_said(session: Session) -> str:
    return "" if session[5] is None else f", trainer stepped in {session[5]} times"


def _column(left: float, width: float, floor: float, tall: float, session: Session) -> list[Markup]:
    total = sum(session[1:5])
    drawn, y = [], floor
    for kind, count in zip(QUESTION_TYPES, session[1:5], strict=True):
        high = tall * count / total
        y -= high
        if count:
            drawn.append(_rect(left, y + 1.5, width, max(high - 3, 0.5), f"f-{kind}"))
    if session[1]:
        drawn.append(_text(left + width / 2, floor - 9, _open_share(session), "t-mid t-inv"))
    return drawn


def _gridline(share: int, y: float) -> tuple[Markup, Markup]:
    return _line(0, y, 100, y, "s-line"), _text(0, y + 4, f"{share}%", "t-soft t-end", dx=-8)


def _open_share(session: Session) -> int:
    return round(100 * session[1] / sum(session[1:5]))


def _months(today: date, days: int) -> list[tuple[float, str]]:
    """Today and the first of each month that follows, unless it would be written over today."""
    ticks = [(_day(today, today, days), "Today")]
    for ahead in range(12, days + 1):
        day = today + timedelta(days=ahead)
        if day.day == 1:
            ticks.append((_day(today, day, days), f"{day:%b}"))
    return ticks


def _day(today: date, day: date, days: int) -> float:
    return 1 + min(max((day - today).days, 0), days) * 97 / days


def _beside(at: float, y: int, name: str, unit: str) -> tuple[Markup, Markup]:
    """Two lines on the side of the dot where there is room."""
    cls, dx = ("halo t-end", -14) if at > 50 else ("halo", 14)
    return _text(at, y - 6, name, cls, dx=dx), _text(at, y + 17, unit, f"{cls} t-soft", dx=dx)


def _short(words: str, most: int = 20) -> str:
    """Cut what would run out of a phone's chart; the label has it whole."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _chart(height: int, drawn: Sequence[str], label: str, cls: str = "") -> Markup:
    return _as_drawn(
        f'<svg class="chart{f" {cls}" if cls else ""}" height="{height}" role="img" aria-label="{escape(label)}">'
        f"{''.join(drawn)}</svg>"
    )


def _rect(x: float, y: float, width: float, height: float, cls: str, rx: float = 2) -> Markup:
    return _as_drawn(
        f'<rect x="{x:.2f}%" y="{y:.1f}" width="{width:.2f}%" height="{height:.1f}" class="{cls}" rx="{rx:g}"/>'
    )


def _text(x: float, y: float, words: object, cls: str = "", *, dx: int = 0) -> Markup:
    return _as_drawn(f'<text x="{x:.2f}%" y="{y:.1f}" dx="{dx}" class="{cls}">{escape(words)}</text>')


def _line(x1: float, y1: float, x2: float, y2: float, cls: str) -> Markup:
    return _as_drawn(f'<line x1="{x1:.2f}%" y1="{y1:.1f}" x2="{x2:.2f}%" y2="{y2:.1f}" class="{cls}"/>')


def _as_drawn(shape: str) -> Markup:
    """A shape of numbers and of our own classes, its words escaped: `Markup.format` is slow for hundreds of them."""
    return Markup(shape)  # noqa: S704 - every caller is above, and escapes what somebody wrote


def register(env_globals: dict[str, Any]) -> None:
    """Give templates the charts."""
    env_globals.update(mixbar=mixbar, timestrip=timestrip, expiries=expiries, trend=trend, outlook=outlook, reach=reach)
