"""The plan of a cohort and its words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.wording import opening, some

WEEK = timedelta(days=7)
STUCK_AFTER = 7  # days without a step: the issue asks for a page of who took none in a week
# Everybody stands in one of the first four: who has finished is never stuck, and who is stuck is not told twice.
VIEWS = {
    "stuck": "Stuck for seven days",
    "behind": "Moving, behind the plan",
    "moving": "On the way",
    "finished": "Finished",
    "everyone": "Everyone",
}
MOST_WEEK, MOST_WEEKS_OFF, LONGEST_NAME, LONGEST_LETTER = 14, 60, 80, 2_000
NO_NAME = "Give the cohort a name by which people call it, such as “Spring 2027”."
NO_DAY = "Write the day on which the cohort begins."
NO_PACE = f"Write how many lessons a week, from 1 to {MOST_WEEK}."
NO_AWARD = "Choose what they learn for."
NOBODY = "Tick at least one person."
NOTHING = "Write what you want to say."
WRITTEN = "{name} was written to today already, by {who}. Read it below; write tomorrow if it is still needed."
CLOSED = "This cohort is closed. Nobody joins it any more."
ELSEWHERE = "Somebody changed this plan while your page was open. Read it below, and send yours again if it holds."


@dataclass(frozen=True, slots=True)
class Plan:
    """Which lessons a cohort reads in which week: the first days of its weeks, and how many lessons each has."""

    weeks: tuple[tuple[date, int], ...]

    def due(self, at: date) -> int:
        """How many lessons the plan has behind it on a day: those of all weeks that are over."""
        return sum(many for begins, many in self.weeks if begins + WEEK <= at)

    def week(self, at: date) -> tuple[date, int, int] | None:
        """The week of a day: its last day, and the places of its first lesson and of the first one after it."""
        before = 0
        for begins, many in self.weeks:
            if begins <= at < begins + WEEK:
                return begins + WEEK - timedelta(days=1), before, before + many
            before += many
        return None

    @property
    def ends_on(self) -> date | None:
        """The last day of the last week."""
        return self.weeks[-1][0] + WEEK - timedelta(days=1) if self.weeks else None


def plan(begins_on: date, per_week: int, lessons: int, weeks_off: Collection[date] = ()) -> Plan:
    """`lessons` spread over weeks from `begins_on` on; a week in which a day off lies is left out."""
    weeks: list[tuple[date, int]] = []
    begins, left = begins_on, lessons
    while left > 0:
        if not any(begins <= day < begins + WEEK for day in weeks_off):
            weeks.append((begins, min(per_week, left)))
            left -= per_week
        begins += WEEK
    return Plan(tuple(weeks))


def headline(stuck: int, total: int) -> str:
    """What a trainer reads first."""
    if not total:
        return "Nobody is in this cohort yet"
    if not stuck:
        return "Everybody moved this week"
    return f"{opening(stuck)} {'person has' if stuck == 1 else 'people have'} been stuck for a week"


def people(many: int) -> str:
    """How many stand in a view."""
    return "nobody" if not many else some(many, "person", "people")


def letter(*, begun: bool, stuck: bool, next_lesson: str) -> str:
    """Words a trainer may begin with; the letter greets by itself. They ask and do not remind."""
    if not begun:
        return "You have not begun yet. What would make a first evening possible?"
    ahead = f"“{next_lesson}” is next for you. " if next_lesson else ""
    if not stuck:
        return f"{ahead}How is it going?"
    return f"It has been quiet for a while. {ahead}What is in the way? I would rather hear it than guess."


def behind(due: int, done: int) -> str:
    """Where somebody is beside the plan, without blame."""
    many = due - done
    if many <= 0:
        return "As planned" if many == 0 else f"{-many} {'lesson' if many == -1 else 'lessons'} ahead of the plan"
    return f"{many} {'lesson' if many == 1 else 'lessons'} behind the plan"


def days(typed: str) -> tuple[list[date], str]:
    """The days somebody typed, with commas or lines between, and a sentence about the first that cannot be read."""
    found: list[date] = []
    for each in typed.replace(",", "\n").split("\n"):
        if not each.strip():
            continue
        try:
            found.append(date.fromisoformat(each.strip()))
        except ValueError:
            return [], f"“{each.strip()[:40]}” is not a date we can read here. Write it like 2026-12-21."
    if len(found) > MOST_WEEKS_OFF:
        return [], f"These are {len(found)} weeks. Write {MOST_WEEKS_OFF} or fewer."
    return sorted(set(found)), ""


def listed_days(days_off: Sequence[date]) -> str:
    return ", ".join(each.isoformat() for each in days_off)
