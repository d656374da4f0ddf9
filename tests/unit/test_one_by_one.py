"""Where the database is in the process, small pages are made one after another and a large one holds up nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lms.core import one_by_one
from lms.core.one_by_one import OneByOne

PATIENT = 30.0


def _started(_status: str, _headers: list[tuple[str, str]]) -> None:
    """What a server would do with the beginning of an answer."""


def test_two_small_pages_are_never_made_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_by_one, "PATIENCE_SECONDS", PATIENT)
    inside, most = [0], [0]

    def page(_environ: dict[str, Any], _start: object) -> Iterable[bytes]:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        threading.Event().wait(0.001)
        inside[0] -= 1
        return [b"page"]

    pages = OneByOne(page)
    with ThreadPoolExecutor(8) as browsers:
        answers = list(browsers.map(lambda _: pages({}, _started), range(40)))
    assert answers == [[b"page"]] * 40
    assert most == [1]


def test_a_large_page_holds_up_nobody() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def page(environ: dict[str, Any], _start: object) -> Iterable[bytes]:
        if environ.get("large"):
            begun.set()
            assert go_on.wait(PATIENT)
        return [b"page"]

    pages = OneByOne(page)
    with ThreadPoolExecutor(1) as browser:
        large = browser.submit(pages, {"large": True}, _started)
        assert begun.wait(PATIENT)
        assert pages({}, _started) == [b"page"]
        assert not large.done()
        go_on.set()
        assert large.result() == [b"page"]


def test_a_page_that_breaks_lets_the_next_one_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_by_one, "PATIENCE_SECONDS", PATIENT)

    def page(environ: dict[str, Any], _start: object) -> Iterable[bytes]:
        if environ.get("broken"):
            raise RuntimeError
        return [b"page"]

    pages = OneByOne(page)
    with pytest.raises(RuntimeError):
        pages({"broken": True}, _started)
    assert not pages.working.locked()
    assert pages({}, _started) == [b"page"]
