"""How much work something is: counted, which is the same on every machine, or timed beside a floor in the same run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType

STARTS = ("call", "c_call")
WORDS_A_MS = 5_000


def steps(work: Callable[[], object]) -> int:
    """How many functions are called while this is done, of Python’s and of libraries in C alike."""
    called = 0

    def count(_frame: FrameType, event: str, _about: object) -> None:
        nonlocal called
        called += event in STARTS

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return called


def least_ms(work: Callable[[], object], times: int = 3) -> float:
    """The least of the processor’s milliseconds that this took: whoever else uses the machine counts little."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        work()
        spent.append((time.process_time() - began) * 1000)
    return min(spent)


def floor(ms: float) -> object:
    """Words put together and counted: so many milliseconds where the coach’s own twenty were measured."""
    counted = dict[str, int]()
    for number in range(round(ms * WORDS_A_MS)):
        word = f"word {number % 997}"
        counted[word] = counted.get(word, 0) + len(word.split())
    return counted
