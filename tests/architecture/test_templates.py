"""Laws of templates: no macro that nobody uses, nothing inline, every endpoint's page where its name says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = sorted(p for p in TEMPLATES.rglob("*.html"))


def test_every_macro_is_used_somewhere() -> None:
    everything = {path: path.read_text("utf-8") for path in PAGES}
    unused = []
    for path, text in everything.items():
        for name in re.findall(r"{%-? macro (\w+)\(", text):
            use = rf"\b{name}\(|same_for_all\((?:\w+\.)?{name}\b"
            calls = sum(len(re.findall(use, each)) for each in everything.values())
            in_comments = sum(
                len(re.findall(rf"\b{name}\(", comment))
                for each in everything.values()
                for comment in re.findall(r"{#.*?#}", each, re.S)
            )
            if calls - in_comments <= 1:
                unused.append(f"{path.relative_to(TEMPLATES)}: {name}")
    assert not unused


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_nothing_is_inline_that_the_content_policy_refuses(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.parts[-2:] not in (("certificates", "pdf.html"), ("record", "archive.html")):  # files, not pages
        assert not re.search(r"\sstyle=|<style\b", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son\w+=", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_words_are_set_with_care(path: Path) -> None:
    """Curly apostrophes, and no exclamation marks, in what people read."""
    text = re.sub(r"{[{%#].*?[}%#]}", " ", path.read_text("utf-8"), flags=re.S)
    words = re.sub(r"<!DOCTYPE[^>]*>|<[^>]+>", " ", text)
    assert not re.search(r"\w'\w|!", words)
