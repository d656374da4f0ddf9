"""The built wheel holds everything it needs, and serves from a clean environment outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
SERVE = """
from lms.app import create_app
from lms.core import content
client = create_app().test_client()
assert client.get("/readyz").status_code == 200
page = client.get("/sign-in")
assert page.status_code == 200 and "Askwell" in page.text, page.text
assert client.get("/static/app.css").status_code == 200
assert content.problems() == []
print("served")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


def test_templates_content_static_files_and_migrations_travel_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, place in (("templates", "lms/templates"), ("courses/content", None), ("assessments/content", None)):
        files = {str(p.relative_to(ROOT)) for p in (ROOT / folder).rglob("*") if p.is_file()}
        assert {name.replace("templates", place, 1) if place else name for name in files} <= names
    assert "lms/static/app.css" in names
    assert "lms/migrations/versions/0001_first.py" in names
    assert not any(name.startswith("tests") for name in names)


def test_it_serves_from_a_clean_environment_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "clean"
    python = environment / "bin" / "python"
    install = [str(UV), "pip", "install", "--quiet", "--python", str(python)]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    subprocess.run([*install, "--require-hashes", "-r", str(ROOT / "requirements/run.txt")], check=True)
    subprocess.run([*install, "--no-deps", str(wheel)], check=True)
    settings = {"LMS_SECRET_KEY": "w" * 40, "LMS_DATABASE_URL": f"sqlite:///{tmp_path}/clean.db"}
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | settings
    subprocess.run([environment / "bin" / "lms", "migrate"], check=True, cwd=tmp_path, env=plain)
    served = subprocess.run([python, "-c", SERVE], check=True, cwd=tmp_path, env=plain, capture_output=True, text=True)
    assert served.stdout.endswith("served\n")
