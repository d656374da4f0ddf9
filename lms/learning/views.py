"""Pages of learning: the programme, and one lesson."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from courses import catalogue
from courses.catalogue import UnknownLesson
from courses.media import NAME
from courses.schema import Lesson
from lms.core import markdown
from lms.core.errors import NotFound
from lms.core.unit import reading, transaction
from lms.core.web import actor, kept, signed_in
from lms.learning import service

pages = Blueprint("learning", __name__)
HELD = "askwell_held"  # given at the wiring: where somebody stands with each module, also a day later
AN_HOUR = 3600


@pages.get("/learn")
@signed_in
def index() -> ResponseReturnValue:
    """Every module and lesson, what is done, and where to go on."""
    known = catalogue.current()
    done = service.done_lessons(reading(), actor().person_id)
    following = next((each for each in known.path if each.id not in done), None)
    states = current_app.extensions[HELD](reading(), actor())
    return render_template(
        "learning/index.html", known=known, done=done, following=following, states=states, current="learn"
    )


@pages.get("/learn/<numbered>")
@signed_in
def lesson_by_id(numbered: str) -> ResponseReturnValue:
    """A lesson by the id it keeps, wherever it stands now: what other lessons link to."""
    known = catalogue.current()
    found = known.find_lesson_by_id(numbered)
    if found is None:
        raise NotFound
    return redirect(url_for("learning.lesson", module=known.module_of(found).slug, lesson=found.slug))


@pages.get("/learn/media/<name>")
@signed_in
@kept(AN_HOUR)
def media(name: str) -> ResponseReturnValue:
    """A picture or a sound of a lesson."""
    if not NAME.fullmatch(name):
        raise NotFound
    answer = send_from_directory(catalogue.CONTENT / catalogue.MEDIA, name, conditional=True)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


@pages.get("/learn/<module>/<lesson>")
@signed_in
def lesson(module: str, lesson: str) -> ResponseReturnValue:
    """One lesson to read, with its exercises."""
    known, found = catalogue.current(), _find(module, lesson)
    return render_template(
        "learning/lesson.html",
        known=known,
        module=known.module_of(found),
        lesson=found,
        text=markdown.render(found.body),
        done=service.done_lessons(reading(), actor().person_id),
        current="learn",
    )


@pages.post("/learn/<module>/<lesson>/finish")
@signed_in
def finish(module: str, lesson: str) -> ResponseReturnValue:
    """Done with a lesson: on to the next one."""
    found = _find(module, lesson)
    with transaction() as db:
        service.finish_lesson(db, actor(), found.id, found.content_hash)
    known = catalogue.current()
    following = known.after(found)
    flash(f"“{found.title}” is done.")
    if following is None:
        return redirect(url_for("learning.index"))
    return redirect(url_for("learning.lesson", module=known.module_of(following).slug, lesson=following.slug))


def _find(module: str, lesson: str) -> Lesson:
    try:
        return catalogue.current().lesson(module, lesson)
    except UnknownLesson:
        raise NotFound from None
