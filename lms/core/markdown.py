"""Authors' Markdown to safe HTML, with the few block shapes a lesson is made of.

HTML in the text is never read as HTML, and what comes out is sanitised again at the very end, so a slip here
cannot reach a learner. Size and depth are checked before the sanitiser: it needs seconds for tens of thousands of
nested elements. The page owns `h1`; a lesson starts at `##`. `docs/writing-a-lesson.md` shows the dialect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.container import container_plugin

from courses.glossary import Words
from lms.core import glossing
from lms.core.dialect import CONTAINERS, ICON_OF, KINDS, MEDIA, shape

MAX_BYTES = 60_000  # a long lesson has a sixth of that; far beyond it the parser, too, takes seconds
MAX_DEPTH = 24
RULES = ("heading", "list", "emphasis", "link", "newline", "escape", "entity", "replacements", "smartquotes")

TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "a", "em", "b", "br", "mark", "time"} | {
    "aside", "figure", "figcaption", "blockquote", "div", "span", "dl", "dt", "dd", "details", "summary", "svg", "use",
    "img", "audio",
}  # fmt: skip
CLASSES = {
    "p": {"wide", "lede", "say", "small"},
    "mark": {"cue"},
    "aside": {"margin", "source", "small", "soft", "stack", "tight"},
    "figure": {"wide", "stack", "tight", "transcript", "note"},
    "figcaption": {"by", "small", "soft"},
    "blockquote": {"say", "big", "stack", "tight"},
    "div": {"versus", "stack", "reveal"},
    "span": {"tag"},
    "dl": {"stack", "tight", "say"},
    "dt": {"by"},
    "svg": {"i"},
}
ATTRIBUTES = {
    "h2": {"id"},
    "a": {"href"},
    "ol": {"start"},
    "svg": {"viewBox", "aria-hidden"},
    "img": {"src", "alt", "loading"},
    "audio": {"src", "controls", "preload"},
}
VALUES = {
    **{tag: {"data-c": set(KINDS)} for tag in ("div", "span", "mark")},
    "use": {"href": set(ICON_OF.values())},
}


@lru_cache(maxsize=256)
def render(text: str) -> Markup:
    """`text` as HTML, in the same look everywhere. Raises ValueError for a text too long or nested too deeply."""
    return _html(_read(text, _parser.parse))


@lru_cache(maxsize=256)
def render_lesson(parts: tuple[str, ...], words: Words, lesson: str) -> tuple[Markup, ...]:
    """The parts of a lesson’s text as HTML, with links to the words of the glossary. Kept by what they are made of:
    another text or another glossary is read anew. Raises ValueError as `render` does.
    """
    read = [_read(text, _parser.parse) for text in parts]
    glossing.link(read, words, lesson)
    return tuple(_html(tokens) for tokens in read)


@lru_cache(maxsize=256)
def render_line(text: str) -> Markup:
    """One line with emphasis, links and cue words only, for a title or an option: no paragraph around it."""
    return _html(_read(text, _parser.parseInline))


@lru_cache(maxsize=256)
def faults(text: str, first_line: int = 1) -> tuple[tuple[int, str], ...]:
    """(line, sentence) for everything in `text` that would not come out as its author means it."""
    found: list[tuple[int, str]] = []
    try:
        _read(text, lambda source: _parser.parse(source, {"faults": found}))
    except ValueError as error:
        return ((first_line, str(error)),)
    return tuple(sorted((line + first_line, sentence) for line, sentence in found))


def _read(text: str, parse: Callable[[str], list[Token]]) -> list[Token]:
    if len(text.encode()) > MAX_BYTES:
        raise ValueError(f"The text is longer than {MAX_BYTES // 1000} kB. Please make two lessons of it.")
    tokens = parse(text)
    if _depth(tokens) > MAX_DEPTH:
        raise ValueError(f"The text is nested more than {MAX_DEPTH} levels deep. Please make it flatter.")
    return tokens


def _html(tokens: list[Token]) -> Markup:
    html = nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        tag_attribute_values=VALUES,
        attribute_filter=_ours,
        url_schemes={"https", "mailto"},
        link_rel=None,  # no link opens a window, and the header of every page tells other sites nothing of ours
    )
    return Markup(html)  # noqa: S704 - sanitised in the line above


def _ours(_tag: str, attribute: str, value: str) -> str | None:
    """Pictures and sounds come from this site alone, and a heading's id cannot be that of something on the page."""
    if attribute == "id":
        return value if value.startswith("on-") else None
    return None if attribute == "src" and not value.startswith(MEDIA) else value


def _depth(tokens: Sequence[Token]) -> int:
    """How many elements are open at once, at most; `level` is no help, it stops counting at the parser's own limit."""
    depth = deepest = 0
    for token in tokens:
        depth += token.nesting
        deepest = max(deepest, depth, depth + _depth(token.children or ()))
    return deepest


def _cue(state: StateInline, silent: bool) -> bool:
    """`==words==`, or `==advice|words==` outside a pane, which has no colour to lend."""
    start = state.pos + 2
    if not state.src.startswith("==", state.pos):
        return False
    end = state.src.find("==", start, state.posMax)
    if end <= start:
        return False
    if not silent:
        kind, bar, words = state.src[start:end].partition("|")
        known = bool(bar) and kind in KINDS
        mark = state.push("cue_open", "mark", 1)
        mark.attrs = {"class": "cue", "data-c": kind} if known else {"class": "cue"}
        state.push("text", "", 0).content = words if known else state.src[start:end]
        state.push("cue_close", "mark", -1)
    state.pos = end + 2
    return True


def _build() -> MarkdownIt:
    """Only what a lesson needs is switched on; raw HTML, images and code are not among it."""
    parser = MarkdownIt("zero", {"typographer": True}).enable(list(RULES))
    for name in CONTAINERS:
        container_plugin(parser, name)
    parser.inline.ruler.before("emphasis", "cue", _cue)
    parser.options["maxNesting"] = MAX_DEPTH * 2
    parser.core.ruler.after("block", "dialect", shape)
    parser.add_render_rule("strong_open", lambda *_: "<b>")  # a lead-in is set bold; it is not said louder
    parser.add_render_rule("strong_close", lambda *_: "</b>")
    return parser


_parser = _build()
