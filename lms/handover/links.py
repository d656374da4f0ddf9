"""Where the next step of a page leads: readiness names what to do, this knows the address."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import url_for

from assessments.readiness import Finding, NextStep
from courses import catalogue
from lms.handover.rows import Standing
from lms.learning.links import find_lesson


@dataclass(frozen=True, slots=True)
class Link:
    """An address, the words on its button, and how long it takes where that is known."""

    href: str = ""
    words: str = ""
    minutes: int | None = None


def step(action: Finding | NextStep, standing: Standing) -> Link:
    """Where the trainee goes to do this. Empty where there is no page for it: asking somebody is done in person."""
    if action.action_kind in ("lesson", "check", "test", "code"):
        return _alone(action)
    if action.action_kind == "practise":
        return _drill()
    if action.action_kind in ("rewrite", "wait") and action.target:
        return Link(url_for("practice.session", session_id=uuid.UUID(action.target)), "Open the session")
    if action.action_kind == "log":
        return _lead(action.target, standing)
    if action.action_kind == "ask-signer" and action.target:  # asking is done in person, naming on the write-up
        return Link(url_for("practice.new", signer=action.target), "Write up a session")
    return Link()


def review(action: Finding) -> str:
    """Where a trainer goes: to the session that waits."""
    if action.action_kind == "wait" and action.target:
        return url_for("practice.review", session_id=uuid.UUID(action.target))
    return ""


def _alone(action: Finding | NextStep) -> Link:
    """What one does alone: the knowledge test, a yes to being read, a check a day later, or a lesson."""
    if action.action_kind == "code":
        return Link(url_for("coding.own_turns"), "See what is read")
    if action.action_kind == "test":
        return Link(url_for("exercises.tests"), "Open the test")
    if action.action_kind == "check":
        return _check(action.target or "")
    return _lesson(action.target or "")


def _lesson(lesson_id: str) -> Link:
    found = find_lesson(lesson_id)
    if found is None:
        return Link(url_for("learning.index"), "See all lessons")
    lesson, address = found
    return Link(address, "Open the lesson", lesson.minutes)


def _check(module_id: str) -> Link:
    return Link(url_for("delayed.check", module=module_id.lower()), "Open the check")


def _drill() -> Link:
    known = catalogue.current()
    for lesson in known.lessons:
        for activity in lesson.activities:
            if activity.kind == "drill":
                address = url_for(
                    "exercises.activity",
                    module=known.module_of(lesson).slug,
                    lesson=lesson.slug,
                    activity=activity.slug,
                )
                return Link(address, "Start the drill", activity.minutes)
    return Link(url_for("learning.index"), "See all lessons")


def _lead(meeting_id: str | None, standing: Standing) -> Link:
    meeting = next((each for each in standing.facts.coming if str(each.id) == meeting_id), None)
    if meeting is None:
        return Link(url_for("practice.new"), "Write up a session")
    return Link(url_for("groups.group", group_id=meeting.group_id), "Open the circle")
