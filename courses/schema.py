"""What a programme is made of: plain frozen values, and the front matter an author may write.

The `…Head` models are exactly what stands in the files; the catalogue adds what the place of a file already says
(slug, order, the text and its hash), so that nothing is written twice and nothing can disagree.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from courses.source import Frozen

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=300)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=120)]
ModuleId = Annotated[str, StringConstraints(pattern=r"^M\d\d$")]
LessonId = Annotated[str, StringConstraints(pattern=r"^M\d\d-L[1-9]\d?$")]
ActivityId = Annotated[str, StringConstraints(pattern=r"^M\d\d-L[1-9]\d?-[a-z0-9]+(-[a-z0-9]+)*$")]
BankId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]


class Programme(Frozen):
    """The whole course of study, as its opening page presents it.

    `path` are the lessons on the learner's way, in order; the others are there to read. Without it, all are on the way.
    """

    title: Title
    summary: Sentence
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"
    path: tuple[LessonId, ...] = ()


class AwardProgramme(Frozen):
    """`programmes/<award>.yaml`: what somebody learns on the way to an award.

    `path` are its own lessons in order; those of the programme it comes `after` are learnt first. `hours` are the
    learning hours of the rung, which hold what the pages take and what is done with others.
    """

    title: Title
    hours: Annotated[int, Field(strict=True, ge=1, le=1000)]
    after: BankId | None = None
    path: tuple[LessonId, ...] = ()


class Activity(Frozen):
    """Something to do after reading. What it asks and how it is judged lives in `assessments`, under `bank`."""

    id: ActivityId
    kind: Literal[
        "quiz", "drill", "sort", "ladder", "return", "silence", "dialogue", "coding", "rating", "beliefs", "rows",
        "dilemmas",
    ]  # fmt: skip
    title: Title
    minutes: Minutes
    bank: BankId

    @property
    def lesson_id(self) -> str:
        return "-".join(self.id.split("-")[:2])

    @property
    def slug(self) -> str:
        """The part of the id that stands in an address: `sort` of `M04-L1-sort`."""
        return self.id.split("-", 2)[2]


class ModuleHead(Frozen):
    """`module.yaml`."""

    id: ModuleId
    title: Title
    summary: Sentence


class LessonHead(Frozen):
    """The front matter of a lesson."""

    id: LessonId
    title: Title
    minutes: Minutes
    objective: Sentence
    bloom: Bloom | None = None
    competences: tuple[BankId, ...] = ()  # the rows of the rubric by which somebody sees that it was learnt
    activities: tuple[Activity, ...] = ()

    @field_validator("activities")
    @classmethod
    def _belong_here(cls, activities: tuple[Activity, ...], info: ValidationInfo) -> tuple[Activity, ...]:
        """An activity moved from another lesson keeps its old id, and with it would keep that lesson's attempts."""
        lesson_id = info.data.get("id")
        for activity in activities:
            if lesson_id and activity.lesson_id != lesson_id:
                raise ValueError(f"“{activity.id}” should start with the id of this lesson, “{lesson_id}-”")
        return activities


class Lesson(LessonHead):
    """One lesson: its front matter, its text in Markdown, and the hash that pins what a learner has read.

    `file` (below the content folder) and `body_line` let a remark about the text point at its line.
    """

    module_id: ModuleId
    slug: str
    order: int
    body: str
    body_line: int
    file: str
    content_hash: str


class Module(ModuleHead):
    """One module with its lessons in teaching order."""

    slug: str
    order: int
    lessons: tuple[Lesson, ...]

    @property
    def minutes(self) -> int:
        """Reading and activities together, for “about an hour”."""
        return sum(lesson.minutes + sum(each.minutes for each in lesson.activities) for lesson in self.lessons)
