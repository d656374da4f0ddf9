"""The block shapes of a lesson: what `::: margin` and its siblings turn into.

The parser knows only “a container with a name”. Before the words in it are read, `shape` swaps each container for the
elements of the design, so that authors never write a class and a change of look is a change here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from courses.pieces import anchor

KINDS = {"open": "Open", "closed": "Closed", "leading": "Leading", "advice": "Advice in disguise"}
ICON_OF = {kind: f"/static/icons.svg#i-{kind}" for kind in KINDS}
MEDIA = "/learn/media/"
MAY_BE_EMPTY = {"picture"}
EMPTY = {"audio": "; write what is said in it, for those who cannot listen"}
ICON = {"viewBox": "0 0 20 20", "aria-hidden": "true"}
LINE = re.compile(r"(?:(?P<time>\d{1,2}:\d\d) )?(?P<name>[^\W\d][\w .’'-]{0,39}): (?P<words>.+)")


def shape(state: StateCore) -> None:
    """Swap every container in the parsed text; tell `env["faults"]`, when there is one, what looks like a slip."""
    shaper = _Shaper(state.env.get("faults", []))
    state.tokens = shaper.shape(state.tokens)


class _Shaper:
    def __init__(self, faults: list[tuple[int, str]]) -> None:
        self.faults = faults

    def shape(self, tokens: list[Token]) -> list[Token]:
        shaped: list[Token] = []
        place = 0
        while place < len(tokens):
            token = tokens[place]
            if token.type.startswith("container_"):
                end = _closing(tokens, place)
                shaped += self._container(token, tokens[end], self.shape(tokens[place + 1 : end]))
                place = end
            else:
                self._look_at(token)
                if token.type == "heading_open" and token.tag == "h2":
                    token.attrSet("id", anchor(tokens[place + 1].content))
                shaped.append(token)
            place += 1
        return shaped

    def _container(self, opening: Token, closing: Token, inner: list[Token]) -> list[Token]:
        name = opening.type.removeprefix("container_").removesuffix("_open")
        rest = opening.info.strip().removeprefix(name).strip()
        if len(closing.markup.rstrip()) < len(opening.markup) or closing.markup.strip(": "):
            self._fault(opening, f"“{opening.markup} {name}” is never closed; end it with a line “{opening.markup}”")
        elif not inner and name not in MAY_BE_EMPTY:
            self._fault(opening, f"“{opening.markup} {name}” is empty{EMPTY.get(name, '')}")
        return CONTAINERS[name](self, opening, rest, inner)

    def lede(self, _opening: Token, _rest: str, inner: list[Token]) -> list[Token]:
        return _dress(inner, "wide lede", "wide lede")

    def margin(self, _opening: Token, _rest: str, inner: list[Token]) -> list[Token]:
        return _note("margin", inner)

    def source(self, _opening: Token, _rest: str, inner: list[Token]) -> list[Token]:
        first = next((token for token in inner if token.type == "inline"), None)
        if first:
            first.content = f"**Source.** {first.content}"
        return _note("source small soft", inner)

    def say(self, _opening: Token, rest: str, inner: list[Token]) -> list[Token]:
        quote = _element("blockquote", "say big stack tight", inner)
        return [*_element("figure", "", [*quote, *_caption(rest)])]

    def reveal(self, _opening: Token, rest: str, inner: list[Token]) -> list[Token]:
        summary = _element("summary", "", [_words(rest or "Show one way to say it")])
        return [*_element("details", "", [*summary, *_element("div", "reveal stack", inner)])]

    def transcript(self, opening: Token, rest: str, inner: list[Token]) -> list[Token]:
        said: list[Token] = []
        for line in (line for token in inner if token.type == "inline" for line in token.content.split("\n")):
            spoken = LINE.fullmatch(line)
            if spoken:
                said += _element("dt", "by", [*_time(spoken["time"]), _words(spoken["name"])])
                said += _element("dd", "", [_words(spoken["words"])])
            elif said:
                said[-2].content += f"\n{line}"
            else:
                self._fault(opening, "a transcript should start with somebody speaking: “Leila: The night shift…”")
        lines = _element("dl", "stack tight say", said)
        return [*_element("figure", "stack tight transcript", [*lines, *_caption(rest)])]

    def picture(self, opening: Token, rest: str, inner: list[Token]) -> list[Token]:
        name, _, says = rest.partition(" ")
        if not name or not says.strip():
            self._fault(
                opening, "a picture needs its file and what is on it: “::: picture two-kettles.webp Two kettles…”"
            )
        image = Token("image_alone", "img", 0)
        image.attrs = {"src": f"{MEDIA}{name}", "alt": says.strip(), "loading": "lazy"}
        return [*_element("figure", "wide stack tight", [image, *_caption_of(inner)])]

    def audio(self, opening: Token, rest: str, inner: list[Token]) -> list[Token]:
        name, _, title = rest.partition(" ")
        if not name or not title.strip():
            self._fault(opening, "a sound needs its file and a title: “::: audio gwen.mp3 Gwen, Home Care”")
        sound = _element("audio", "", [], src=f"{MEDIA}{name}", controls="controls", preload="none")
        summary = _element("summary", "", [_words("Read what is said")])
        text = _element("details", "", [*summary, *_element("div", "reveal stack", inner)])
        return [*_element("figure", "stack tight", [*_caption(title.strip()), *sound, *text])]

    def versus(self, opening: Token, rest: str, inner: list[Token]) -> list[Token]:
        if sum(token.type == "pane_open" for token in inner) != 2 or inner[0].type != "pane_open":
            self._fault(opening, "“versus” should hold two panes, such as “::: advice” and “::: open”, and no more")
        panes = _element("div", "versus", inner)
        return [*_element("figure", "wide stack tight", [*panes, *_caption(rest)])]

    def pane(self, opening: Token, rest: str, inner: list[Token]) -> list[Token]:
        kind = opening.info.split()[0]
        icon = _element("svg", "i", [*_element("use", "", [], href=ICON_OF[kind])], **ICON)
        tag = _element("span", "tag", [*icon, _words(rest or KINDS[kind])], **{"data-c": kind})
        pane = [*_element("div", "stack", [*tag, *_dress(inner, "say", "small")], **{"data-c": kind})]
        pane[0].type = "pane_open"
        return pane

    def _look_at(self, token: Token) -> None:
        if token.type == "heading_open" and token.tag not in ("h2", "h3", "h4"):
            self._fault(token, "headings go from “##” to “####”; the page writes the first one itself")
        if token.type == "inline":
            if token.content.count("==") % 2:
                self._fault(token, "there is a “==” without its pair")
            for place, line in enumerate(token.content.split("\n")):
                if line.startswith(":::"):
                    self._fault(token, f"“{line}” does not open or close any block; is the name right?", place)

    def _fault(self, token: Token, sentence: str, place: int = 0) -> None:
        self.faults.append(((token.map or [0])[0] + place, sentence))


CONTAINERS: dict[str, Callable[[_Shaper, Token, str, list[Token]], list[Token]]] = {
    "lede": _Shaper.lede,
    "margin": _Shaper.margin,
    "source": _Shaper.source,
    "say": _Shaper.say,
    "reveal": _Shaper.reveal,
    "transcript": _Shaper.transcript,
    "versus": _Shaper.versus,
    "picture": _Shaper.picture,
    "audio": _Shaper.audio,
    **dict.fromkeys(KINDS, _Shaper.pane),
}


def _closing(tokens: list[Token], place: int) -> int:
    """The place of the token that closes the one at `place`."""
    depth = 0
    for at in range(place, len(tokens)):
        depth += tokens[at].nesting
        if depth == 0:
            return at
    raise AssertionError("the parser closes what it opens")


def _element(tag: str, classes: str, inner: list[Token], **attributes: str) -> Iterator[Token]:
    opening = Token(f"{tag}_open", tag, 1)
    opening.attrs = {**({"class": classes} if classes else {}), **attributes}
    yield opening
    yield from inner
    yield Token(f"{tag}_close", tag, -1)


def _words(text: str) -> Token:
    """Text that the parser has still to read for emphasis, links and quotes."""
    return Token("inline", "", 0, content=text, children=[])


def _caption(text: str) -> list[Token]:
    return [*_element("figcaption", "by", [_words(text)])] if text else []


def _caption_of(inner: list[Token]) -> list[Token]:
    """What stands below a picture: the words of one paragraph, or several."""
    if len(inner) == 3 and inner[0].type == "paragraph_open":
        inner = inner[1:2]
    return [*_element("figcaption", "small soft", inner)] if inner else []


def _time(text: str | None) -> list[Token]:
    return [*_element("time", "", [_words(text)]), _words(" ")] if text else []


def _dress(tokens: list[Token], first: str, later: str) -> list[Token]:
    """Give the first paragraph one class and all later ones another."""
    classes = first
    for token in tokens:
        if token.type == "paragraph_open":
            token.attrSet("class", classes)
            classes = later
    return tokens


def _note(classes: str, inner: list[Token]) -> list[Token]:
    """A single paragraph goes without its `p`: a short note is one run of text, as in a tight list."""
    if len(inner) == 3 and inner[0].type == "paragraph_open":
        return [*_element("aside", classes, inner[1:2])]
    return [*_element("aside", f"{classes} stack tight", inner)]
