"""A standard that asks for a knowledge test nobody can take is refused with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments import bank
from assessments.standards import CONTENT, read_standard
from lms.core.content import undrawn

TEXT = (CONTENT / "standards" / "associate-2.yaml").read_text("utf-8")
LINE = TEXT[: TEXT.index("blueprint: associate")].count("\n") + 1


@pytest.mark.parametrize(
    ("instead", "sentence"),
    [
        ("blueprint: associate", ""),
        ("blueprint: nothing", "“knows” asks for a test by “nothing”, and there is no such blueprint"),
        (
            "blueprint: associate\n    from_version: 9",
            "“knows” asks for version 9 of “associate”; the newest is 1",
        ),
    ],
)
def test_a_test_by_a_blueprint_that_there_is_not_is_named(tmp_path: Path, instead: str, sentence: str) -> None:
    path = tmp_path / "associate-2.yaml"
    path.write_text(TEXT.replace("blueprint: associate", instead), "utf-8")
    found = undrawn(read_standard(path), path, bank.current())
    assert found == ([f"{path}:{LINE}: {sentence}"] if sentence else [])
