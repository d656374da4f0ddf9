"""A lesson as its readers will see it, while it is written: `lms content preview M04-L3`. Needs no database."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, render_template, send_from_directory
from jinja2 import StrictUndefined
from markupsafe import Markup

from courses import catalogue
from courses.glossary import Words
from courses.schema import Lesson
from courses.source import ContentError
from lms.core import charts, curriculum, drawings, markdown, texts

RELOAD = """
const stamp = document.currentScript.dataset.stamp;
setInterval(async () => {
  const now = await fetch("/stamp").then((answer) => answer.text(), () => stamp);
  if (now !== stamp) location.reload();
}, 700);
"""


def make_app(lesson_id: str) -> Flask:
    """A site of one lesson, with the faults of its file above the text and a page that follows every saving."""
    app = Flask("lms", template_folder=str(texts.folder()))
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    drawings.register(app.jinja_env.globals)
    charts.register(app.jinja_env.globals)
    app.jinja_env.globals["asset"] = "/static/{}".format

    @app.get("/")
    def page() -> str:
        lesson, words, faults = _read(lesson_id)
        text, more_faults = _text(lesson, words)
        level = f"{curriculum.reading_level(lesson.body):.0f}" if lesson else ""
        more = {"id": lesson_id, "text": text, "faults": [*faults, *more_faults], "level": level, "stamp": _stamp()}
        shell = {"actor": None, "nav": (), "current": "", "reader": ""}
        return render_template("learning/preview.html", lesson=lesson, **shell, **more)

    @app.get("/stamp")
    def stamp() -> str:
        return _stamp()

    @app.get("/reload.js")
    def reload() -> Response:
        return Response(RELOAD, mimetype="text/javascript")

    @app.get("/learn/media/<name>")
    def media(name: str) -> Response:
        return send_from_directory(catalogue.CONTENT / catalogue.MEDIA, name)

    @app.get("/learn/<other>")
    def elsewhere(other: str) -> str:
        return f"This leads to {other}. To see it here: lms content preview {other}"

    @app.get("/glossary")
    def glossary() -> str:
        return "This leads to the glossary, which is written in glossary.yaml."

    return app


def _read(lesson_id: str) -> tuple[Lesson | None, Words, list[str]]:
    """The lesson as it is on disk now, the words it may link to, and what is wrong or keeps it from being read."""
    try:
        known = catalogue.load(catalogue.CONTENT)
    except ContentError as error:
        return None, Words(()), error.problems
    lesson = known.find_lesson_by_id(lesson_id)
    if lesson is None:
        return None, known.words, [f"There is no lesson {lesson_id} yet."]
    return lesson, known.words, [*curriculum.faults_of(lesson, known)]


def _text(lesson: Lesson | None, words: Words) -> tuple[Markup, list[str]]:
    """The lesson’s text as its readers see it, or why there is none."""
    try:
        return (markdown.render_lesson((lesson.body,), words, lesson.id)[0] if lesson else Markup("")), []
    except ValueError as error:
        return Markup(""), [str(error)]


def _stamp() -> str:
    """Changes with every file that is saved."""
    files: list[Path] = [each for each in catalogue.CONTENT.rglob("*") if each.is_file()]
    return str(hash(tuple(sorted((str(each), each.stat().st_mtime_ns) for each in files))))
