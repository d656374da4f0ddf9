"""What may be asked of a person: every kind of clause, its parameters, and which of them nobody could ever meet.

Each clause asks one question of the evidence. A field with a default may come later: versions that do not name it keep
their content hash.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from assessments.calibration import Calibration
from assessments.evidence import Part
from assessments.reliability import wilson_lower
from assessments.wording import add_months
from courses.source import Frozen

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Words = Annotated[str, Field(min_length=1)]
Positive = Annotated[int, Field(ge=1)]
LevelNumber = Annotated[int, Field(ge=1, le=5)]


class ClauseBase(Frozen):
    """`gate`: no reason given by anybody makes up for it. `after`: cannot be worked on until that clause is there."""

    id: Slug
    title: Words
    gate: bool = False
    after: Slug | None = None


class LessonsDone(ClauseBase):
    """Every named lesson is done. With `holds_months` it has to be done again when that time is over."""

    kind: Literal["lessons-done"]
    lessons: Annotated[tuple[Words, ...], Field(min_length=1)]
    holds_months: Positive | None = None

    def has_ended(self, done_on: date, at: date) -> bool:
        """Whether one of them that was done on a day has to be done again."""
        return self.holds_months is not None and add_months(done_on, self.holds_months) < at


class HeldLater(ClauseBase):
    """What each named module teaches held a day later: judged by a key and a person, with feedback off.

    With `expires_months`, it has to hold again when that time is over.
    """

    kind: Literal["held-later"]
    modules: Annotated[tuple[Words, ...], Field(min_length=1)]
    expires_months: Positive | None = None


class SessionsLed(ClauseBase):
    """At least this many sessions led and signed. Old ones keep counting here; `RecentSessions` asks for new ones."""

    kind: Literal["sessions-led"]
    least: Positive


class Assessors(ClauseBase):
    """At least `least` people have signed, and `by_others` sessions are signed by others than the main signer.

    A number, not a share: a share would take readiness away from somebody who leads one good session more.
    `outside`: so many of these people come from outside (`SessionEvidence.signer_outside`).
    """

    kind: Literal["assessors"]
    least: Positive
    by_others: Positive
    outside: Annotated[int, Field(ge=0)] = 0


class RecentSessions(ClauseBase):
    """At least this many signed sessions were held in the last `days` days."""

    kind: Literal["recent-sessions"]
    least: Positive
    days: Positive


class MonthsOfPractice(ClauseBase):
    """The first and the last signed session are at least this many months apart."""

    kind: Literal["months-of-practice"]
    months: Positive


class Groups(ClauseBase):
    """Signed sessions come from at least this many groups."""

    kind: Literal["groups"]
    least: Positive


class Levels(ClauseBase):
    """The last `last` signed levels are each `at_least`; none of the last `over` is below `never_below`.

    With `most`, so many of the last `over` are `at_least` as well.
    """

    kind: Literal["levels"]
    last: Positive
    at_least: LevelNumber
    over: Positive
    never_below: LevelNumber
    most: Positive | None = None


class OpenQuestions(ClauseBase):
    """Over the last `sessions` signed tallies, with `questions` or more in all, the share of open questions.

    Judged by the one-sided 95 % Wilson lower bound, so that a few lucky questions prove nothing.
    """

    kind: Literal["open-questions"]
    sessions: Positive
    questions: Positive
    lower_bound: Annotated[float, Field(gt=0, lt=1)]


class Rounds(ClauseBase):
    """At least so many rounds signed in one of these parts: as a member, with one's own problem, leading together.

    Whoever leads has sat in a circle first (Balint leaders do), and has brought a problem to one.
    """

    kind: Literal["rounds"]
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    least: Positive


class HoursOfPractice(ClauseBase):
    """So many hours of signed rounds, in whatever part, of which `leading_hours` led; with `days`, in the last days.

    Neighbouring schemes count hours (ICF, EMCC, WIAL); an hour is 60 minutes there and here.
    """

    kind: Literal["hours-of-practice"]
    hours: Positive
    leading_hours: Positive | None = None
    days: Positive | None = None


class PriorAward(ClauseBase):
    """Another standard was reached and still holds; with `held_months`, the first time is so many months ago."""

    kind: Literal["prior-award"]
    standard: Slug
    held_months: Positive | None = None


class HandOvers(ClauseBase):
    """So many circles that this person led or trained were handed over to their members."""

    kind: Literal["hand-overs"]
    least: Positive


class OwnAgreement(ClauseBase):
    """This person's own figures of agreement: what is asked of whoever signs, asked of the person themself."""

    kind: Literal["own-agreement"]
    figures: Calibration


class CodedShare(ClauseBase):
    """Turns that are open, or without advice, by people's coding: the one-sided 95 % Wilson lower bound of the share.

    Only samples count that `coders` people or more labelled, each alone, and agreed to κ `kappa` or more; with `days`,
    only those coded in the last days. The same is asked of a circle (`group_asks.CodedShare`).
    """

    kind: Literal["coded-share"]
    of: Literal["open", "without_advice"]
    lower_bound: Annotated[float, Field(gt=0, lt=1)]
    turns: Positive
    sessions: Positive
    coders: Annotated[int, Field(ge=2)]
    kappa: Annotated[float, Field(gt=0, lt=1)]
    days: Positive | None = None


class ValuesInterview(ClauseBase):
    """The newest values interview ended with a yes, no longer ago than `within_months` (syllabus.md §4, M05-L6).

    Two assessors hold it and each writes a note alone; what they asked has a version, and the page names it.
    """

    kind: Literal["values-interview"]
    within_months: Positive


class KnowledgeTest(ClauseBase):
    """A test drawn from this blueprint was passed, in version `from_version` of the blueprint or a later one."""

    kind: Literal["knowledge-test"]
    blueprint: Slug
    from_version: Positive = 1


Practised = SessionsLed | Assessors | RecentSessions | MonthsOfPractice | Groups | Levels | OpenQuestions
OnTheLadder = Rounds | HoursOfPractice | PriorAward | HandOvers | OwnAgreement | CodedShare
Heard = HeldLater | ValuesInterview | KnowledgeTest
Clause = Annotated[LessonsDone | Practised | OnTheLadder | Heard, Field(discriminator="kind")]

MOST_ASKED = 60  # questions in one session: three in each of the twenty minutes of open questions
LONGEST = 300  # minutes of one session, as it may be written up (`lms.practice.rules`)


def never_met(clause: Clause) -> str:
    """Why nobody could ever meet this clause, to follow its name; empty when somebody could."""
    return next((fault for look in _FAULTS if (fault := look(clause))), "")


def _levels(clause: Clause) -> str:
    if not isinstance(clause, Levels):
        return ""
    if clause.never_below > clause.at_least:
        return "refuses levels that it also asks for; never_below is above at_least"
    if clause.most is not None and clause.most > clause.over:
        return f"asks for {clause.most} of the last {clause.over}; most should be {clause.over} or below"
    return ""


def _days(clause: Clause) -> str:
    if isinstance(clause, RecentSessions) and clause.least > clause.days:
        return f"asks for {clause.least} sessions in {clause.days} days; nobody leads more than one a day"
    if not isinstance(clause, HoursOfPractice):
        return ""
    if (clause.leading_hours or 0) > clause.hours:
        return f"asks for more hours led than hours; leading_hours should be {clause.hours} or below"
    if clause.days is not None and clause.hours * 60 > clause.days * LONGEST:
        return f"asks for {clause.hours} hours in {clause.days} days; nobody logs more than {LONGEST} minutes a day"
    return ""


def _open(clause: Clause) -> str:
    if not isinstance(clause, OpenQuestions):
        return ""
    most = clause.sessions * MOST_ASKED
    if clause.questions > most:
        return f"asks for {clause.questions} questions in {clause.sessions} sessions; one has {MOST_ASKED} at most"
    if (reached := wilson_lower(most, most)) < clause.lower_bound:
        return f"asks for a bound of {clause.lower_bound}; {most} open questions of {most} reach {reached:.2f}"
    return ""


def _coded(clause: Clause) -> str:
    if isinstance(clause, CodedShare) and clause.sessions > clause.turns:
        return f"asks for fewer turns than sessions; turns should be {clause.sessions} or more"
    return ""


def _twice(clause: Clause) -> str:
    named = _named(clause)
    if named:
        twice = next((each for each in named if named.count(each) > 1), None)
        return f"names “{twice}” twice" if twice else ""
    return ""


def _named(clause: Clause) -> tuple[str, ...]:
    """What a clause names one by one, for each of which it asks."""
    match clause:
        case LessonsDone():
            return clause.lessons
        case HeldLater():
            return clause.modules
        case Rounds():
            return clause.parts
        case _:
            return ()


_FAULTS = (_levels, _days, _open, _coded, _twice)


def wrong(sentence: str) -> PydanticCustomError:
    """A mistake in a file, said in a sentence."""
    return PydanticCustomError("standard", "{sentence}", {"sentence": sentence})
