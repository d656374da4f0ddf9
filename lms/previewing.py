"""A lesson as its readers will see it, while it is written: `lms content preview M04-L3`. Needs no database."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, render_template, send_from_directory
from jinja2 import StrictUndefined
from markupsafe import Markup

from courses import catalogue
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
        lesson, faults = _read(lesson_id)
        text = Markup("")
        if lesson is not None:
            try:
                text = markdown.render(lesson.body)
            except ValueError as error:
                faults = [*faults, str(error)]
        level = f"{curriculum.reading_level(lesson.body):.0f}" if lesson else ""
        more = {"id": lesson_id, "text": text, "faults": faults, "level": level, "stamp": _stamp()}
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

    return app


def _read(lesson_id: str) -> tuple[Lesson | None, list[str]]:
    """The lesson as it is on disk now, and what is wrong with it or keeps it from being read."""
    try:
        known = catalogue.load(catalogue.CONTENT)
    except ContentError as error:
        return None, error.problems
    lesson = known.find_lesson_by_id(lesson_id)
    if lesson is None:
        return None, [f"There is no lesson {lesson_id} yet."]
    return lesson, [*curriculum.faults_of(lesson, known)]


def _stamp() -> str:
    """Changes with every file that is saved."""
    files: list[Path] = [each for each in catalogue.CONTENT.rglob("*") if each.is_file()]
    return str(hash(tuple(sorted((str(each), each.stat().st_mtime_ns) for each in files))))
