"""Read validated text files and say, with file and line, what is wrong with the ones that are not.

Both rooms of written content (`courses`, `assessments`) go through here, so an author meets one kind of message:
`content/x.yaml:12: minutes: should be a whole number`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Model = TypeVar("Model", bound=BaseModel)
Loaded = TypeVar("Loaded")

LOOK_AGAIN_SECONDS = 2.0


class Frozen(BaseModel):
    """A plain value from a content file: immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ContentError(Exception):
    """One or more content files are wrong. `problems` holds one `file:line: sentence` for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


def read_yaml(path: Path, model: type[Model]) -> Model:
    """The whole YAML file as `model`. Raises ContentError."""
    return parse_yaml(_text(path), model, path)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ContentError([f"{path}:{line}: the file should be saved as UTF-8"]) from None


def read_page(path: Path, model: type[Model]) -> tuple[Model, str, int]:
    """Markdown with YAML front matter between `---` lines: (front matter, body, line on which the body starts)."""
    text = _text(path)
    if not text.startswith("---\n"):
        raise ContentError([f"{path}:1: the file should start with a line “---” and its front matter"])
    head, separator, body = text[4:].partition("\n---\n")
    if not separator:
        raise ContentError([f"{path}:1: the front matter should end with a line “---”"])
    return parse_yaml(head, model, path, first_line=2), body, head.count("\n") + 4


def parse_yaml(text: str, model: type[Model], path: Path, first_line: int = 1) -> Model:
    """`text` as `model`; `first_line` is where it starts in `path`. Raises ContentError, one problem per mistake."""
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + first_line
        raise ContentError([f"{path}:{line}: this is not YAML: {error.problem}"]) from None
    if node is None:
        raise ContentError([f"{path}:{first_line}: the file is empty"])
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = [
            f"{path}:{_line(node, each['loc']) + first_line}: {'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors()
        ]
        raise ContentError(problems) from None


def line_of(path: Path, loc: tuple[int | str, ...]) -> int:
    """The line of `loc`, keys and places in lists, in a YAML file that can be read; for rules no model can check."""
    node = yaml.compose(_text(path), Loader=yaml.CSafeLoader)
    return 1 if node is None else _line(node, loc) + 1


def _line(node: yaml.Node, loc: tuple[int | str, ...]) -> int:
    """The zero-based line of the innermost part of `loc` that exists in the file."""
    line = node.start_mark.line
    for step in loc:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if found is None:
                continue  # a missing key, or the tag of a union, which is not written as a key
            key, node = found
            line = key.start_mark.line
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return line


class Store(Generic[Loaded]):
    """Content read once and again when a file changed. A broken change is reported, the last good version kept."""

    def __init__(self, root: Path, load: Callable[[Path], Loaded]) -> None:
        self.root = root
        self._load = load
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None
        self._stamp: tuple[tuple[str, int], ...] = ()
        self._looked = 0.0
        self.last_error: ContentError | None = None

    def current(self) -> Loaded:
        """The last good version. Raises ContentError only when there has never been one."""
        loaded = self._loaded
        if loaded is not None and time.monotonic() - self._looked < LOOK_AGAIN_SECONDS:
            return loaded
        if not self._lock.acquire(blocking=loaded is None):
            return loaded  # type: ignore[return-value]  # somebody is looking: nobody else waits for it
        try:
            return self._look()
        finally:
            self._lock.release()

    def _look(self) -> Loaded:
        self._looked = time.monotonic()
        stamp = tuple(sorted((str(p), p.stat().st_mtime_ns) for p in self.root.rglob("*") if p.is_file()))
        if self._loaded is not None and stamp == self._stamp:
            return self._loaded
        self._stamp = stamp
        try:
            self._loaded = self._load(self.root)
            self.last_error = None
        except ContentError as error:
            self.last_error = error
            if self._loaded is None:
                raise
        return self._loaded
