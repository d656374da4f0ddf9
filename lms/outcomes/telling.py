"""How figures are told: one wording for page, print and spreadsheet, which so show and hide the same. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from assessments.outcome_figures import PERCENT, Figure, Row
from assessments.outcomes import Counter, Measured, Outcome
from assessments.surveys import LEAST, MOST
from assessments.wording import listed, opening
from lms.core.phrases import full_day

AN_HOUR = 60
HEADINGS = (
    "Outcome", "Indicator", "Shown", "Value", "From", "To", "Met", "Of", "Asked", "A year ago", "Of, a year ago", "Aim",
    "Trap", "Cannot show", "First day", "Last day", "Scheme", "Read at",
)  # fmt: skip


def ends(each: Row) -> tuple[float, float]:
    """All that a figure could be."""
    return (LEAST, MOST) if each.about.kind == "median" else (0, PERCENT)


def value(each: Row, number: float) -> str:
    """“50%”, “4.9”, or “2 h 40” where it is time."""
    if each.about.kind == "share":
        return f"{round(number)}%"
    if isinstance(each.about, Counter):
        return f"{round(number) // AN_HOUR} h {round(number) % AN_HOUR:02}"
    return f"{number:.1f}"


def how_many(each: Row, figure: Figure) -> tuple[str, str]:
    """“17” and “34”; of what is counted anew each quarter the second is an average. A median has no first."""
    first = "" if each.about.kind == "median" else str(figure.hits)
    again = isinstance(each.about, Counter) and each.about.each_quarter
    return first, str(figure.each_time if again else figure.n)


def line(each: Row) -> str:
    """What stands under an outcome that can be read: of how many, how many were asked, a year ago."""
    if each.latest is None or not isinstance(each.about, Measured):
        return ""
    hits, n = how_many(each, each.latest)
    said = [f"{hits} of {n} {each.about.unit}." if hits else f"{n} {each.about.unit}."]
    rest = each.latest.asked - each.latest.n
    if each.about.rest and each.latest.asked:
        said.append(f"{each.latest.asked} {each.about.base}" + (f"; {rest} {each.about.rest}." if rest > 0 else "."))
    said.append(f"{_ago(each)}.")
    return " ".join(said)


def trap(each: Row) -> str:
    """The trap of an outcome, and how it was in quarters before the figure beside it was asked."""
    if not isinstance(each.about, Outcome):
        return ""
    earlier = each.about.beside.earlier if each.about.beside else None
    if earlier is None or each.told_since is None:
        return each.about.trap
    return f"{each.about.trap} Before the quarter that ended on {full_day(each.told_since)}, {earlier}."


def _ago(each: Row) -> str:
    if each.past is None:
        return "A year ago nothing that may be shown"
    return f"A year ago {value(each, each.past.value)}, n {how_many(each, each.past)[1]}"


def hidden(each: Row) -> tuple[str, str]:
    """Why a figure is not there: that too few have answered, or that nobody has."""
    past = f" {_ago(each)}." if each.past is not None else ""
    if not each.waits:
        return "No answers yet.", f"{each.about.unasked}{past}"
    few = "Too few answers so far. Shown from four."
    several = f"Not enough so far. Shown from four answers, of {each.about.circles} circles together."
    base = each.about.base if isinstance(each.about, Measured) and each.about.rest else ""
    asked = f" {each.asked} {base}." if base else ""
    return (several if each.about.circles > 1 else few), f"So that nobody can be picked out.{asked}{past}"


def label(each: Row) -> str:
    """The chart in a sentence."""
    if each.latest is None:
        return ""
    said = f"{each.about.title}: {value(each, each.latest.value)} now"
    if each.past is not None:
        said += f", {value(each, each.past.value)} a year ago"
    if each.aim is not None:
        said += f", set out for {value(each, each.aim)}"
    return f"{said}. The answers allow {value(each, each.latest.low)} to {value(each, each.latest.high)}"


def counter(each: Row) -> str:
    """One line of what it cost and what went wrong."""
    if each.latest is None:
        return " ".join(hidden(each))
    hits, n = how_many(each, each.latest)
    if each.about.kind == "median":
        said = f"{value(each, each.latest.value)} {each.about.reads}"
    else:
        said = f"{each.about.reads}: {hits} of {'about ' if _again(each) else ''}{n} {each.about.unit}"
    if each.past is None:
        return f"{said}."
    before, of = how_many(each, each.past)
    return f"{said}. A year ago {value(each, each.past.value) if not before else f'{before} of {of}'}."


def _again(each: Row) -> bool:
    return isinstance(each.about, Counter) and each.about.each_quarter


def headline(rows: Sequence[Row]) -> tuple[str, str]:
    """How many of the nine can be read, and which are below where one set out to be."""
    shown = [each for each in rows if each.latest is not None]
    title = f"{opening(len(shown))} of nine outcomes can be read" if shown else "No outcome can be read yet"
    waiting = [each for each in rows if each.waits]
    said = []
    if waiting:
        has, stays = ("has", "stays") if len(waiting) == 1 else ("have", "stay")
        said.append(f"{opening(len(waiting))} {has} too few answers and {stays} closed.")
    below = [each.about.title for each in shown if each.misses]
    if below:
        names = listed([f"“{name}”" for name in below])
        said.append(f"{names} {'is' if len(below) == 1 else 'are'} below where you set out to be.")
    elif shown:
        said.append("None of them is below where you set out to be.")
    return title, " ".join([*said, "You are compared with your own last year, and with nobody else."])


def cells(each: Row, of: Outcome | None = None) -> list[str]:
    """A figure's row in the spreadsheet, up to the days and versions. `of` is the outcome beside which it stands."""
    about = each.about
    outcome = about if isinstance(about, Outcome) else of
    named = f"{outcome.number}. {about.title}" if outcome else about.title
    traps = (trap(each) if outcome is about else outcome.trap, outcome.cannot) if outcome else ("", "")
    if each.latest is None:
        shown = "Too few answers" if each.waits else "No answers yet"
        asked = str(each.asked) if each.waits and getattr(about, "rest", None) else ""
        return [named, about.reads, shown, "", "", "", "", "", asked, *_past_cells(each), "", *traps]
    hits, n = how_many(each, each.latest)
    now = [value(each, number) for number in (each.latest.value, each.latest.low, each.latest.high)]
    asked = str(each.latest.asked) if getattr(about, "rest", None) else ""
    aim = "" if each.aim is None else value(each, each.aim)
    return [named, about.reads, "Yes", *now, hits, n, asked, *_past_cells(each), aim, *traps]


def _past_cells(each: Row) -> list[str]:
    if each.past is None:
        return ["", ""]
    return [value(each, each.past.value), how_many(each, each.past)[1]]


def versions(schemes: Sequence[int]) -> str:
    """“Scheme 1”, or several."""
    return f"{'Scheme' if len(schemes) == 1 else 'Schemes'} {listed([str(each) for each in schemes])}"
