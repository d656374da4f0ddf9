"""Everything we teach, read once from `content` and found by address or by id.

`load` is pure and reports every problem in the folder at once; `current` is what the running house asks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from courses.glossary import FILE as GLOSSARY
from courses.glossary import Glossary, Term, Words, grouped
from courses.glossary import faults as term_faults
from courses.manifest import fingerprint, manifest
from courses.schema import Activity, AwardProgramme, Lesson, LessonHead, Module, ModuleHead, Programme
from courses.source import ContentError, Store, read_page, read_yaml
from courses.ways import Way, faults, joined

CONTENT = Path(__file__).parent / "content"
MEDIA = "media"  # the folder of pictures and sounds among those of the modules
PROGRAMMES = "programmes"  # the folder with what is learnt for each award
COLLECTIONS = "collections"  # the folder of problem cases among them: see courses/problem_cases.py
NUMBERED = re.compile(r"^(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)$")

Read = TypeVar("Read")


class UnknownLesson(LookupError):
    """No such module, lesson or activity in the catalogue."""


class Catalogue:
    """The programme and its modules in teaching order. `find_…` may return None; the others raise UnknownLesson."""

    def __init__(
        self,
        programme: Programme,
        modules: tuple[Module, ...],
        programmes: Mapping[str, AwardProgramme] | None = None,
        content_hash: str = "",
        terms: tuple[Term, ...] = (),
    ) -> None:
        self.content_hash = content_hash  # of everything in the folder
        self.terms = terms
        self.terms_of = grouped(terms)  # by the id of the lesson that teaches them
        self.words = Words(terms)
        self.programme = programme
        self.modules = modules
        self.lessons = tuple(lesson for module in modules for lesson in module.lessons)
        by_id = {lesson.id: lesson for lesson in self.lessons}
        self.path = tuple(by_id[each] for each in programme.path) or self.lessons
        self.everything = Way("", programme.title, self.lessons, self.lessons)
        self.short_way = Way("", programme.title, self.path, self.lessons)  # of standards that name no programme
        self.ways = joined(programmes or {}, self.lessons)
        self._modules = {module.slug: module for module in modules}
        self._modules_by_id = {module.id: module for module in modules}
        self._lessons = {(module.slug, lesson.slug): lesson for module in modules for lesson in module.lessons}
        self._places = {lesson.id: place for place, lesson in enumerate(self.lessons)}
        self._activities = {activity.id: activity for lesson in self.lessons for activity in lesson.activities}

    def find_module(self, slug: str) -> Module | None:
        return self._modules.get(slug)

    def find_lesson(self, module_slug: str, lesson_slug: str) -> Lesson | None:
        return self._lessons.get((module_slug, lesson_slug))

    def find_lesson_by_id(self, lesson_id: str) -> Lesson | None:
        place = self._places.get(lesson_id)
        return None if place is None else self.lessons[place]

    def find_activity(self, activity_id: str) -> Activity | None:
        return self._activities.get(activity_id)

    def module(self, slug: str) -> Module:
        return _found(self.find_module(slug), slug)

    def lesson(self, module_slug: str, lesson_slug: str) -> Lesson:
        return _found(self.find_lesson(module_slug, lesson_slug), f"{module_slug}/{lesson_slug}")

    def lesson_by_id(self, lesson_id: str) -> Lesson:
        return _found(self.find_lesson_by_id(lesson_id), lesson_id)

    def activity(self, activity_id: str) -> Activity:
        return _found(self.find_activity(activity_id), activity_id)

    def module_of(self, lesson: Lesson) -> Module:
        return _found(self._modules_by_id.get(lesson.module_id), lesson.module_id)

    def lesson_of(self, activity: Activity) -> Lesson:
        return self.lesson_by_id(activity.lesson_id)

    def way(self, award: str | None) -> Way:
        """The lessons on the way to an award in order, those of the awards before it first.

        None is the way of standards that name no programme, as the earlier ones do. Raises UnknownLesson.
        """
        return self.short_way if award is None else _found(self.ways.get(award), award)

    def before(self, lesson: Lesson) -> Lesson | None:
        """The lesson to go back to, along the path for a lesson on it; None at the very start."""
        return self.short_way.before(lesson)

    def after(self, lesson: Lesson) -> Lesson | None:
        """The lesson to go on to, along the path for a lesson on it; None at the very end."""
        return self.short_way.after(lesson)


def load(root: Path) -> Catalogue:
    """Read and check the whole folder. Raises ContentError with every problem in it."""
    reader = _Reader()
    programme = reader.read(root / "programme.yaml", lambda path: read_yaml(path, Programme))
    folders = reader.numbered(root, "*/")
    modules = tuple(module for order, slug, folder in folders for module in reader.module(order, slug, folder))
    programmes = reader.programmes(root / PROGRAMMES)
    terms = reader.terms(root / GLOSSARY)
    if programme is None or reader.problems:
        raise ContentError(reader.problems)
    known = {lesson.id for module in modules for lesson in module.lessons}
    if gone := [each for each in programme.path if each not in known]:
        raise ContentError(
            [f"{root / 'programme.yaml'}:1: there is no lesson {each}; take it off the path" for each in gone]
        )
    if wrong := faults(programmes, known):
        raise ContentError([_at(root / PROGRAMMES / f"{name}.yaml", words, said) for name, words, said in wrong])
    if unfit := list(term_faults(terms, known)):
        raise ContentError([f"{_line(root / GLOSSARY, name)}: {said}" for name, said in unfit])
    if not modules:
        raise ContentError([f"{root}:1: there should be at least one module folder, such as “01-principles”"])
    return Catalogue(programme, modules, programmes, fingerprint(manifest(root)), terms)


def current() -> Catalogue:
    """The catalogue as it is on disk now; the last good one while a change is broken."""
    return _store.current()


class _Reader:
    """Reads file after file and keeps the problems, so that an author sees all of them in one run."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._ids: dict[str, str] = {}

    def read(self, path: Path, how: Callable[[Path], Read]) -> Read | None:
        try:
            return how(path)
        except ContentError as error:
            self.problems += error.problems
        except FileNotFoundError:
            self.problems.append(f"{path}:1: this file is missing")
        return None

    def numbered(self, root: Path, pattern: str) -> Iterator[tuple[int, str, Path]]:
        """(order, slug, path) of everything called `01-like-this`, in order; two with one number are a problem."""
        seen: dict[str, Path] = {}
        for path in sorted(root.glob(pattern)):
            name = NUMBERED.match(path.name.removesuffix(".md"))
            if path.name.startswith((".", "__")) or path.name in (MEDIA, PROGRAMMES, COLLECTIONS):
                continue
            if name is None:
                self.problems.append(f"{path}:1: the name should look like “01-open-and-closed”")
                continue
            number, slug = name.groups()
            for key in (number, slug):
                if key in seen:
                    self.problems.append(f"{path}:1: “{key}” is already taken by {seen[key]}")
                seen[key] = path
            yield int(number), slug, path

    def programmes(self, folder: Path) -> dict[str, AwardProgramme]:
        """What is learnt for each award, by its id, which is the name of the file."""
        read = {path.stem: self.read(path, lambda file: read_yaml(file, AwardProgramme)) for path in _yaml(folder)}
        return {name: each for name, each in read.items() if each is not None}

    def terms(self, path: Path) -> tuple[Term, ...]:
        """The glossary; an edition from before there was one has none."""
        read = self.read(path, lambda file: read_yaml(file, Glossary)) if path.is_file() else None
        return read.terms if read else ()

    def module(self, order: int, slug: str, folder: Path) -> Iterator[Module]:
        """The module in `folder`, or nothing when it has problems."""
        head = self.read(folder / "module.yaml", lambda path: read_yaml(path, ModuleHead))
        if head is None:
            return
        self._claim(head.id, folder / "module.yaml")
        pages = list(self.numbered(folder, "*.md"))
        if not pages:
            self.problems.append(f"{folder / 'module.yaml'}:1: the module should have at least one lesson")
        lessons = (self._lesson(head.id, place, page_slug, path) for place, (_, page_slug, path) in enumerate(pages, 1))
        yield Module(**dict(head), slug=slug, order=order, lessons=tuple(each for each in lessons if each))

    def _lesson(self, module_id: str, order: int, slug: str, path: Path) -> Lesson | None:
        page = self.read(path, lambda file: read_page(file, LessonHead))
        if page is None:
            return None
        head, body, first_line = page
        if not head.id.startswith(f"{module_id}-"):
            self.problems.append(f"{_line(path, head.id)}: id: “{head.id}” should start with “{module_id}-”")
        if not body.strip():
            self.problems.append(f"{path}:{first_line}: the lesson has no text yet")
        for each_id in (head.id, *(each.id for each in head.activities)):
            self._claim(each_id, path)
        return Lesson(
            **dict(head),
            module_id=module_id,
            slug=slug,
            order=order,
            body=body,
            body_line=first_line,
            file=f"{path.parent.name}/{path.name}",
            content_hash=hashlib.sha256(path.read_bytes()).hexdigest(),
        )

    def _claim(self, each_id: str, path: Path) -> None:
        """Progress and attempts are kept by id, so an id means one thing in the whole programme."""
        where = _line(path, each_id)
        if each_id in self._ids:
            self.problems.append(f"{where}: id: “{each_id}” is already used in {self._ids[each_id]}")
        self._ids.setdefault(each_id, where)


def _yaml(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def _at(path: Path, words: str, said: str) -> str:
    """A remark at the last line on which these words stand."""
    lines = [number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if words in line]
    return f"{path}:{max(lines, default=1)}: {said}"


def _line(path: Path, each_id: str) -> str:
    """`path:line` of the line that gives something this id."""
    lines = path.read_text("utf-8").splitlines()
    named = re.compile(rf"\bid:\s*[\"']?{re.escape(each_id)}\b(?!-)")
    return f"{path}:{next((number for number, line in enumerate(lines, 1) if named.search(line)), 1)}"


def _found(value: Read | None, wanted: str) -> Read:
    if value is None:
        raise UnknownLesson(wanted)
    return value


_store = Store(CONTENT, load)
