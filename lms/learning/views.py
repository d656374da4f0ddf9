"""Pages of learning: the programme, and one lesson."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask.typing import ResponseReturnValue

from courses import catalogue
from courses.catalogue import Catalogue
from courses.media import NAME
from courses.pieces import headings, pieces
from courses.schema import Lesson
from courses.ways import about, minutes_of
from lms.core import markdown
from lms.core.errors import NotFound
from lms.core.forms import Reader
from lms.core.offline import let_keep
from lms.core.unit import reading, transaction
from lms.core.web import actor, kept, signed_in
from lms.editions import elsewhere, shelf
from lms.learning import service

pages = Blueprint("learning", __name__)
COHORT = "askwell_cohort"  # given at the wiring: what the reader’s cohort reads this week
NOTES = "askwell_notes"  # given at the wiring: what the reader wrote in a lesson
LONGEST_PART = 200
ROUND = "askwell_round"  # given at the wiring: today’s questions from what the reader has finished
HELD = "askwell_held"  # given at the wiring: where somebody stands with each module, also a day later
AN_HOUR = 3600


@pages.get("/learn")
@signed_in
def index() -> ResponseReturnValue:
    """Every module and lesson, what is done, and where to go on."""
    stands = service.progress(reading(), actor())
    known = shelf.catalogue_of(reading(), stands.content_hash)
    way = stands.way(known)
    return render_template(
        "learning/index.html",
        known=known,
        way=way,
        done=stands.done,
        left=way.left(stands.done),
        about=about,
        minutes_of=minutes_of,
        newer=stands.newer,
        going_on=_going_on(known, stands),
        cohort=current_app.extensions[COHORT](reading(), actor()),
        round=current_app.extensions[ROUND](reading(), actor(), known, stands.done.keys()),
        states=current_app.extensions[HELD](reading(), actor()),
        current="learn",
    )


@pages.get("/learn/<numbered>")
@signed_in
def lesson_by_id(numbered: str) -> ResponseReturnValue:
    """A lesson by the id it keeps, wherever it stands now: what other lessons link to."""
    stands = service.progress(reading(), actor())
    known = shelf.catalogue_of(reading(), stands.content_hash)
    if known.find_lesson_by_id(numbered) is None:
        return _not_read(elsewhere.find_by_id(reading(), numbered), stands)
    return redirect(_address(known, known.find_lesson_by_id(numbered)))


@pages.get("/learn/media/<name>")
@signed_in
@kept(AN_HOUR)
def media(name: str) -> ResponseReturnValue:
    """A picture or a sound of a lesson."""
    if not NAME.fullmatch(name):
        raise NotFound
    folder = catalogue.CONTENT
    if not (folder / catalogue.MEDIA / name).is_file():  # of an older edition
        content_hash = service.progress(reading(), actor()).content_hash
        folder = shelf.folder_of(reading(), content_hash) if content_hash else folder
    answer = send_from_directory(folder / catalogue.MEDIA, name, conditional=True)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


@pages.get("/learn/<module>/<lesson>")
@signed_in
def lesson(module: str, lesson: str) -> ResponseReturnValue:
    """One lesson to read, with its exercises."""
    stands = service.progress(reading(), actor())
    known = shelf.catalogue_of(reading(), stands.content_hash)
    found = known.find_lesson(module, lesson)
    if found is None:
        return _from_another(known, stands, module, lesson)
    place = stands.places.get(found.id)
    parts, texts = headings(found.body), pieces(found.body)
    read = markdown.render_lesson(tuple(each.text for each in texts), known.words, found.id)
    page = make_response(
        render_template(
            "learning/lesson.html",
            known=known,
            way=stands.way(known),
            module=known.module_of(found),
            lesson=found,
            pieces=[(text, each.note) for text, each in zip(read, texts, strict=True)],
            notes=current_app.extensions[NOTES](reading(), actor(), found.id),
            headings=parts,
            place=(place.part, dict(parts)[place.part]) if place and place.part in dict(parts[1:]) else None,
            done=stands.done,
            current="learn",
        )
    )
    return let_keep(page)


@pages.post("/learn/<module>/<lesson>/place")
@signed_in
def keep_place(module: str, lesson: str) -> ResponseReturnValue:
    """Where the reader is, as the page's script tells it."""
    known = shelf.catalogue_of(reading(), service.progress(reading(), actor()).content_hash)
    found = known.find_lesson(module, lesson)
    if found is None:
        raise NotFound
    with transaction() as db:
        service.keep_place(db, actor(), found, Reader(request.form).line("part", longest=LONGEST_PART))
    return "", 204


@pages.post("/learn/<module>/<lesson>/finish")
@signed_in
def finish(module: str, lesson: str) -> ResponseReturnValue:
    """Done with a lesson: on to the next one."""
    stands = service.progress(reading(), actor())
    known = shelf.catalogue_of(reading(), stands.content_hash)
    found = known.find_lesson(module, lesson)
    if found is None:
        raise NotFound
    with transaction() as db:
        service.finish_lesson(db, actor(), found.id, found.content_hash)
    following = stands.way(known).after(found)
    flash(f"“{found.title}” is done.")
    return redirect(_address(known, following) if following else url_for("learning.index"))


def _going_on(known: Catalogue, stands: service.Progress) -> tuple[Lesson, str, str] | None:
    """The lesson that was read last and is not done, and the part where its reader was: anchor and words."""
    left = [(place.at, name, place.part) for name, place in stands.places.items() if name not in stands.done]
    for _, name, part in sorted(left, reverse=True)[:1]:
        lesson = known.find_lesson_by_id(name)
        if lesson is not None and part in dict(headings(lesson.body)):
            return lesson, part, dict(headings(lesson.body))[part]
    return None


def _from_another(known: Catalogue, stands: service.Progress, module: str, lesson: str) -> ResponseReturnValue:
    """From an address that another edition has or had: to where the lesson is for this reader. Raises NotFound."""
    today = catalogue.current().find_lesson(module, lesson)
    there = None if today else elsewhere.find_by_address(reading(), module, lesson)
    lesson_id = today.id if today else there.lesson_id if there else ""
    mine = known.find_lesson_by_id(lesson_id)
    if mine is not None:
        return redirect(_address(known, mine))
    return _not_read(there or elsewhere.find_by_id(reading(), lesson_id), stands)


def _not_read(there: elsewhere.Stands | None, stands: service.Progress) -> ResponseReturnValue:
    """What somebody is told about a lesson that only another edition has. Raises NotFound where none has it."""
    if there is None:
        raise NotFound
    mine = stands.edition or stands.newest
    return render_template("learning/elsewhere.html", stands=there, mine=mine, newer=stands.newer), 404


def _address(known: Catalogue, lesson: Lesson | None) -> str:
    """Raises NotFound for no lesson."""
    if lesson is None:
        raise NotFound
    return url_for("learning.lesson", module=known.module_of(lesson).slug, lesson=lesson.slug)
