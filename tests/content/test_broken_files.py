"""Whatever is wrong with a file of written content, the check names it by file and line, and never falls over."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from assessments import bank, standards
from courses import catalogue
from lms.cli import main


def one_of_each(folder: Path) -> list[Path]:
    """The first two files of each kind: those of one kind are read alike, and each reading takes a while."""
    alike: dict[tuple[str, ...], list[Path]] = {}
    for file in sorted(folder.rglob("*.*")):
        if "question-rules" in file.parts or file.suffix not in (".md", ".yaml"):
            continue
        of_module = (file.parent / "module.yaml").exists()
        place = "module" if of_module else str(file.parent.relative_to(folder))
        kind = file.name if file.name in ("module.yaml", "collection.yaml") else file.suffix
        alike.setdefault(("collections" if "collections" in file.parts else place, kind), []).append(file)
    return [file for files in alike.values() for file in files[:2]]


@pytest.mark.parametrize("broken", [b"\xff\xfe", b"", b"[", b"- a\n- b\n", b"a: b\n", None], ids=repr)
def test_whatever_is_wrong_with_a_file_the_check_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bytes | None
) -> None:
    for room, name in ((catalogue, "courses"), (bank, "assessments"), (standards, "assessments")):
        folder = tmp_path / name
        if not folder.exists():
            shutil.copytree(room.CONTENT, folder)
        monkeypatch.setattr(room, "CONTENT", folder)
    for file in one_of_each(tmp_path):
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
