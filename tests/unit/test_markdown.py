"""Lesson text: the design's shapes come out, and whatever goes in, nothing but the allowed elements does."""

import re
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core import markdown
from lms.core.markdown import faults, render, render_line
from tests.texts import MARKS
from tests.work import steps

VERSUS = """
:::: versus The same moment, asked twice.
::: advice
“==Have you thought about== asking her?”

Leila got a suggestion to turn down.
:::
::: open Open, a week later
“==What happens== on a good night?”
:::
::::
"""


class Reader(HTMLParser):
    """Collects what a browser would see, and complains about elements left open."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str, str | None]] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name, value) for name, value in attrs}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def seen(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


def test_a_margin_note_is_an_aside_with_its_words_in_one_run() -> None:
    assert (
        render("::: margin\n**Not a rule.** It's fine.\n:::")
        == '<aside class="margin"><b>Not a rule.</b> It’s fine.</aside>'
    )


def test_two_paragraphs_in_the_margin_keep_their_distance() -> None:
    assert render("::: margin\nOne.\n\nTwo.\n:::").startswith('<aside class="margin stack tight"><p>One.</p>')


def test_the_lede_is_a_paragraph_of_its_own_size() -> None:
    assert render("::: lede\nMost advice is kind.\n:::") == '<p class="wide lede">Most advice is kind.</p>\n'


def test_a_pair_shows_word_and_glyph_for_each_kind_with_the_cue_marked() -> None:
    html = render(VERSUS)
    assert html.startswith('<figure class="wide stack tight"><div class="versus"><div class="stack" data-c="advice">')
    assert '<use href="/static/icons.svg#i-advice"></use></svg>Advice in disguise</span>' in html
    assert '<p class="say">“<mark class="cue">Have you thought about</mark> asking her?”</p>' in html
    assert '<p class="small">Leila got a suggestion to turn down.</p>' in html
    assert '<use href="/static/icons.svg#i-open"></use></svg>Open, a week later</span>' in html
    assert html.endswith('<figcaption class="by">The same moment, asked twice.</figcaption></figure>')


def test_a_transcript_is_a_list_of_who_said_what_with_the_time_when_there_is_one() -> None:
    html = render(
        "::: transcript Ten minutes in.\n0:04 Leila: The night\nshift.\nSefo O’Dea: ==advice|Have you== asked?\n:::"
    )
    assert '<dt class="by"><time>0:04</time> Leila</dt><dd>The night\nshift.</dd>' in html
    assert '<dt class="by">Sefo O’Dea</dt><dd><mark class="cue" data-c="advice">Have you</mark> asked?</dd>' in html


def test_what_somebody_said_is_a_quotation_with_its_speaker_below() -> None:
    html = render('::: say Petra, depot\n"Nobody uses it."\n:::')
    assert "<p>“Nobody uses it.”</p>" in html
    assert html.endswith('</blockquote><figcaption class="by">Petra, depot</figcaption></figure>')


def test_an_answer_waits_behind_its_own_words() -> None:
    assert render("::: reveal\nText\n:::").startswith("<details><summary>Show one way to say it</summary>")
    assert "<summary>Compare</summary>" in render("::: reveal Compare\nText\n:::")


def test_a_source_note_says_that_it_is_one() -> None:
    assert (
        render("::: source\nTen experts.\n:::")
        == '<aside class="source small soft"><b>Source.</b> Ten experts.</aside>'
    )


def test_a_line_has_no_paragraph_around_it() -> None:
    assert render_line('A ==cue== and "a *word*"') == 'A <mark class="cue">cue</mark> and “a <em>word</em>”'


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](http://plain.example)",
        "![x](https://images.example/x.png)",
        '::: say <script>alert(1)</script>" onclick="x\nWords\n:::',
        ':::: versus "><img src=x>\n::: open" style="color:red\nText\n:::\n::::',
        "::: transcript\n0:04 <b onclick=x>Leila: <iframe src=x>\n:::",
        '==open" onclick="x|words==',
        "<!-- --!><script>alert(1)</script> -->",
        "# <h1 style=x>",
        "```html\n<script>\n```",
    ],
)
def test_hostile_text_comes_out_as_text(text: str) -> None:
    page = seen(render(text))
    assert page.tags <= markdown.TAGS
    assert not any(name.startswith("on") or name in {"style", "src", "id"} for _, name, _ in page.attributes)
    for _, name, value in page.attributes:
        assert name != "href" or re.match(r"https:|mailto:|/static/icons|[\w.]", str(value)), value
        assert not re.match(r"\s*(javascript|data|http):", str(value), re.IGNORECASE)


TAGGED = "<script>¦</div>¦<b onclick=x>¦<svg>¦&lt;¦&#0;¦javascript:¦\"¦'¦\\¦\x00¦\u200b¦\t¦    ¦word¦“"
MARKED = "::: margin¦::: open¦:::: versus¦:::¦::::¦==¦==advice|¦::: transcript¦Leila: ¦0:04 ¦::: say x¦::: reveal"
LISTED = "- ¦1. ¦# ¦## ¦**¦_¦[a](¦)¦\n\n"
WORDS = st.sampled_from(f"{TAGGED}¦{MARKED}¦{LISTED}".split("¦"))


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(max_size=300), st.lists(WORDS, max_size=40).map("".join), st.lists(WORDS, max_size=25).map("\n".join)
    )
)
def test_whatever_goes_in_only_allowed_elements_come_out_and_all_are_closed(text: str) -> None:
    page = seen(render(text))
    assert page.tags <= markdown.TAGS
    for tag, name, value in page.attributes:
        if name == "class":
            assert set(str(value).split()) <= markdown.CLASSES[tag]
        elif name != "rel":
            assert name in {a.lower() for a in {*markdown.ATTRIBUTES.get(tag, ()), *markdown.VALUES.get(tag, ())}}
    faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{':' * (200 - depth)} margin\n" for depth in range(190)),
        "".join("  " * depth + "- x\n" for depth in range(200)),
        "**a " * 3000 + " b**" * 3000,
    ],
)
def test_text_nested_too_deeply_is_refused_before_the_sanitiser_sees_it(text: str) -> None:
    with pytest.raises(ValueError, match="nested"):
        render(text)
    assert faults(text) == ((1, "The text is nested more than 24 levels deep. Please make it flatter."),)


def test_a_text_of_unreasonable_length_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="60 kB"):
        render("word " * 13_000)
    assert "60 kB" in faults("word " * 13_000, 7)[0][1]


@pytest.mark.parametrize("piece", MARKS)
def test_no_repeated_mark_costs_more_than_its_length(piece: str) -> None:
    def work(length: int) -> int:
        return steps(lambda: read(piece * (length // len(piece))))

    def read(text: str) -> None:
        with suppress(ValueError):  # what is refused has been read as well
            render(text)

    assert 0 < work(8_000) <= 2.2 * work(4_000)


def test_the_second_reading_of_a_lesson_costs_nothing() -> None:
    assert render(VERSUS) is render(VERSUS)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Text\n\n# Title", 12, "headings"),
        ("::: foo\nText\n:::", 10, "“::: foo” does not open"),
        ("Text\n\n::: margin\nText", 12, "never closed"),
        ("::: margin\n:::", 10, "empty"),
        (":::: versus\n::: open\nText\n:::\n::::", 10, "two panes"),
        ("::: transcript\nThey sat down.\n:::", 10, "somebody speaking"),
        ("Text\nwith a ==cue", 10, "without its pair"),
    ],
)
def test_a_slip_of_the_author_is_named_with_its_line(text: str, line: int, words: str) -> None:
    found = faults(text, 10)
    assert found[0][0] == line
    assert words in found[0][1]


def test_good_text_has_no_faults() -> None:
    assert faults(VERSUS) == ()


def test_a_picture_says_what_is_on_it_and_comes_from_this_site() -> None:
    assert render("::: picture kettles.webp Two kettles\nEach *makes* its own.\n:::") == (
        '<figure class="wide stack tight"><img src="/learn/media/kettles.webp" alt="Two kettles" loading="lazy">'
        '<figcaption class="small soft">Each <em>makes</em> its own.</figcaption></figure>'
    )
    assert render("::: picture kettles.webp Two kettles\n:::").count("figcaption") == 0


def test_a_sound_has_its_words_below_it() -> None:
    html = render("::: audio gwen.mp3 Gwen, Home Care\n“They ring me.”\n:::")
    assert '<audio src="/learn/media/gwen.mp3" controls="controls" preload="none"></audio>' in html
    assert "<summary>Read what is said</summary>" in html
    assert "“They ring me.”" in html
