"""What another standard would change, by name, before anybody publishes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update

from assessments.standards import CONTENT, read_standard
from lms.cli import main
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.handover import service
from lms.handover.models import Decision
from lms.handover.what_if import what_if
from lms.learning.models import Enrolment
from tests.conftest import SECRET
from tests.evidence import make_ready
from tests.make import World

NEWEST = (CONTENT / "standards" / "certified-3.yaml").read_text("utf-8").replace("version: 3", "version: 9")


@pytest.fixture(autouse=True)
def amara_is_ready(app: object, store: Database, world: World) -> None:
    with store.transaction() as db:
        make_ready(db, world, service.today())


def written(folder: Path, old: str = "", new: str = "") -> Path:
    """The newest standard with one thing changed."""
    assert old in NEWEST
    file = folder / "certified-9.yaml"
    file.write_text(NEWEST.replace(old, new) if old else NEWEST, "utf-8")
    return file


def lms(settings: Settings, *words: str) -> Result:
    environment = {"LMS_SECRET_KEY": SECRET, "LMS_DATABASE_URL": settings.database_url, "LMS_MODE": "test"}
    return CliRunner().invoke(main, words, env=environment)


def test_whoever_would_no_longer_be_ready_is_named_with_what_would_be_missing(
    settings: Settings, store: Database, tmp_path: Path
) -> None:
    stricter = written(tmp_path, "    least: 6\n", "    least: 7\n")
    answer = lms(settings, "standards", "what-if", str(stricter))
    assert answer.exit_code == 0, answer.stderr
    assert "1 person is ready now and would not be:\n  Amara Osei, Parks & Depot, on version " in answer.stdout
    assert "would be missing: “Six sessions led and signed”" in answer.stdout
    assert "0 people would be ready and are not now.\n" in answer.stdout
    assert "  0 of 2  Six sessions led and signed\n" in answer.stdout
    assert "  1 of 2  Seen by two people, a gate\n" in answer.stdout
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Decision)) == 0


def test_whoever_would_become_ready_is_named_with_what_is_missing_now(
    store: Database, world: World, tmp_path: Path
) -> None:
    with store.transaction() as db:
        make_ready(db, world, service.today(), facilitator_id=world.other_trainee)
    milder = read_standard(written(tmp_path))
    with store.readers() as db:
        assert what_if(db, milder, service.today()).changed == ()
        later = service.today().replace(year=service.today().year + 1)
        old = what_if(db, milder, later)
    assert (old.asked, old.changed, old.holding["recent"]) == (2, (), 0)
    lasting = read_standard(written(tmp_path, "    days: 90\n", "    days: 900\n"))
    with store.readers() as db:
        found = what_if(db, lasting, later)
    assert [(each.name, each.change, each.signs) for each in found.changed] == [
        ("Amara Osei", "gains", ("Three signed in the last 90 days",)),
        ("Farid Rahimi", "gains", ("Three signed in the last 90 days",)),
    ]


def test_a_standard_of_another_name_is_about_nobody_and_ended_training_is_left_out(
    settings: Settings, store: Database, tmp_path: Path
) -> None:
    other = written(tmp_path, "id: certified\n", "id: associate\n")
    answer = lms(settings, "standards", "what-if", str(other), "--json")
    assert json.loads(answer.stdout)["asked"] == 0
    with store.transaction() as db:
        db.execute(update(Enrolment).values(ended_on=service.today()))
    with store.readers() as db:
        assert what_if(db, read_standard(written(tmp_path)), service.today()).asked == 0


def test_a_broken_standard_is_named_by_line_and_nothing_is_judged(settings: Settings, tmp_path: Path) -> None:
    broken = written(tmp_path, "    days: 90\n", "    days: 2\n")
    for command in ("check", "what-if"):
        answer = lms(settings, "standards", command, str(broken))
        assert (answer.exit_code, answer.stdout) == (1, "")
        assert "certified-9.yaml:" in answer.stderr
        assert "nobody leads more than one a day" in answer.stderr


def test_the_standards_of_the_house_are_in_order(settings: Settings) -> None:
    answer = lms(settings, "standards", "check")
    assert answer.exit_code == 0
    assert "certified, version 3: 8 signs, 3 gates among them, valid 24 months" in answer.stdout
    assert "lead, version 1: 8 signs, 5 gates among them, valid 36 months" in answer.stdout
    assert "like-icf, version 1: 4 signs, 2 gates among them, valid 36 months" in answer.stdout


def test_a_lesson_that_nobody_teaches_is_named_by_line(settings: Settings, tmp_path: Path) -> None:
    broken = written(tmp_path, "[M04-L3, M05-L2]\n    gate", "[M04-L3, M99-L1]\n    gate")
    line = broken.read_text("utf-8")[: broken.read_text("utf-8").index("M99-L1")].count("\n") + 1
    for command in ("check", "what-if"):
        answer = lms(settings, "standards", command, str(broken))
        assert (answer.exit_code, answer.stdout) == (1, "")
        sentence = "“before-leading” asks for the lesson M99-L1, and there is no such lesson"
        assert answer.stderr == f"{broken}:{line}: {sentence}\n"


def test_a_changed_file_with_a_new_kind_of_clause_says_who_would_lose_by_it(settings: Settings, tmp_path: Path) -> None:
    hours = "clauses:\n  - {id: hours, kind: hours-of-practice, title: Forty hours of practice, hours: 40}\n"
    answer = lms(settings, "standards", "what-if", str(written(tmp_path, "clauses:\n", hours)))
    assert answer.exit_code == 0, answer.stderr
    assert "1 person is ready now and would not be:\n" in answer.stdout
    assert "would be missing: “Forty hours of practice”" in answer.stdout
    assert "  0 of 2  Forty hours of practice\n" in answer.stdout


@pytest.mark.parametrize("name", ["standards/associate-1.yaml", "standards/lead-1.yaml", "presets/like-wial.yaml"])
def test_the_ladder_and_the_presets_can_be_tried_on_those_who_train_towards_another(
    settings: Settings, name: str
) -> None:
    answer = lms(settings, "standards", "what-if", str(CONTENT / name), "--among", "certified")
    assert answer.exit_code == 0, answer.stderr
    assert "2 people in training towards “certified”.\n" in answer.stdout
    assert "1 person is ready now and would not be:\n  Amara Osei, Parks & Depot" in answer.stdout


def test_presets_are_listed_as_ours_with_what_they_leave_out(settings: Settings) -> None:
    answer = lms(settings, "standards", "presets")
    assert answer.exit_code == 0
    assert answer.stdout.count("Ours, and like ") == 3
    assert "  leaves out: The exam.\n" in answer.stdout
    assert "  from: https://wial.uk/certification\n" in answer.stdout
    checked = lms(settings, "standards", "check", str(CONTENT / "presets" / "like-icf.yaml"))
    assert "like-icf, version 1: 4 signs, 2 gates among them, valid 36 months" in checked.stdout
