"""A broken content file: authors read where and what, learners read on in the last good text."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from assessments import bank, standards
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


@pytest.mark.parametrize("broken", [b"\xff\xfe", b"", b"[", b"- a\n- b\n", b"a: b\n", None], ids=repr)
def test_whatever_is_wrong_with_a_file_the_check_names_it(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bytes | None
) -> None:
    for room, name in ((catalogue, "courses"), (bank, "assessments"), (standards, "assessments")):
        folder = tmp_path / name
        if not folder.exists():
            shutil.copytree(room.CONTENT, folder)
        monkeypatch.setattr(room, "CONTENT", folder)
    for file in sorted(tmp_path.rglob("*.*")):
        if "question-rules" in file.parts or file.suffix not in (".md", ".yaml"):
            continue
        good = file.read_bytes()
        if broken is None:
            file.rename(file.with_suffix(".away"))
        else:
            file.write_bytes(broken)
        said = CliRunner().invoke(main, ["content", "check"])
        assert isinstance(said.exception, SystemExit | None), (file, said.exception)
        assert said.exit_code == 1 or broken is None, file
        assert said.exit_code == 0 or re.search(r":\d+: \S", said.output), file
        file.with_suffix(".away").unlink(missing_ok=True)
        file.write_bytes(good)
