"""A broken content file: authors read where and what, learners read on in the last good text."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from courses import catalogue, source
from courses.source import Store
from lms.cli import main
from tests.sweeps.house import House

pytestmark = pytest.mark.xdist_group("sweeps")
BREAKS = {
    "---\nid: [": "an unclosed list",
    "---\nid: M04-L1\ntitle: x\n---\n": "missing fields",
    "no front matter at all": "no head",
}


@pytest.mark.parametrize("broken", BREAKS, ids=list(BREAKS.values()))
def test_a_broken_lesson_is_named_and_not_shown(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(catalogue.CONTENT, folder)
    monkeypatch.setattr(catalogue, "CONTENT", folder)
    monkeypatch.setattr(catalogue, "_store", Store(folder, catalogue.load))
    monkeypatch.setattr(source, "LOOK_AGAIN_SECONDS", -1)
    browser = house.browser(house.people["trainee"])
    good = catalogue.current().lessons[0]
    path = f"/learn/{catalogue.current().module_of(good).slug}/{good.slug}"
    assert good.title in browser.get(path).text
    (folder / good.file).write_text(broken)
    said = CliRunner().invoke(main, ["content", "check"])
    assert said.exit_code == 1
    assert re.search(rf"{re.escape(good.file)}:\d+: \S", said.output), said.output
    assert "Traceback" not in said.output
    page = browser.get(path)
    assert page.status_code == 200
    assert good.title in page.text
