"""What somebody takes along: everything the register holds about them, and the means to check it without us."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.certificates import service as certificates
from lms.cli import main
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.people.models import Person
from lms.practice.models import Signature
from lms.record import archive, checking
from lms.record.verify import verify
from lms.register.rules import Checkpoint
from tests.conftest import SECRET
from tests.evidence import make_member
from tests.integration.test_tampering import forget_events_of, unlock
from tests.integration.test_voiding import correct, sign, withdraw
from tests.make import World, actor, make_group, make_session, make_signed
from tests.make_certificates import certify

Files = dict[str, bytes]


@pytest.fixture
def history(store: Database, world: World) -> World:
    """Two signed sessions, one that waits, a decision, a certificate that was withdrawn; and another person's."""
    with store.transaction() as db:
        circle = make_group(db, world, name="Heron circle")
        make_member(db, circle, "Quiet Wren")
        make_signed(db, world, circle, 20, keep="I waited. It felt very long.")
        make_signed(db, world, circle, 9)
        make_session(db, world, circle, keep="not-signed-yet")
        made = certify(db, world)
        certificates.revoke(db, actor(db, world.administrator), made.id, "The report was of another day.", "passkey")
        certify(db, world, world.other_trainee)
    return world


def lms(settings: Settings | None, *words: str) -> Result:
    environment = {"LMS_SECRET_KEY": SECRET}
    if settings:
        url = settings.database_url.replace("+pysqlite", "").replace("+psycopg", "")
        environment["LMS_DATABASE_URL"] = url
    return CliRunner().invoke(main, words, env=environment)


def record_of(db: Session, person_id: object) -> bytes:
    out = io.BytesIO()
    archive.write(db, db.get_one(Person, person_id), out)
    return out.getvalue()


def files_in(record: bytes | Path) -> Files:
    with zipfile.ZipFile(io.BytesIO(record) if isinstance(record, bytes) else record) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture
def record(store: Database, history: World, tmp_path: Path) -> Path:
    with store.readers() as db:
        (tmp_path / "record.zip").write_bytes(record_of(db, history.trainee))
    return tmp_path / "record.zip"


def packed(files: Files, path: Path) -> str:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return str(path)


def test_everything_about_somebody_is_in_it_and_checks(record: Path) -> None:
    files = files_in(record)
    manifest = json.loads(files["manifest.json"])
    assert manifest["entries"] == [1, 2, 3, 4, 5]
    assert json.loads(files["sessions/000001.json"])["keep"] == "I waited. It felt very long."
    assert json.loads(files["records/000005.json"])["reason"] == "The report was of another day."
    assert files["chain.csv"].count(b"\n") == 1 + 7
    assert verify(str(record)) == (
        [],
        "5 of 7 entries are about Amara Osei, and each is whole and in its place in the chain.",
    )


def test_the_page_in_it_reads_on_its_own(record: Path) -> None:
    page = files_in(record)["index.html"].decode()
    for words in (
        "Session of",
        "I waited. It felt very long.",
        "You waited.",
        "Ruth Tamihana",
        "passkey",
        "Ilse Brandt",
    ):
        assert words in page
    for fetched in ("<script", "<link", "src=", "http", "url("):
        assert fetched not in page


def test_nothing_of_anybody_else_is_in_it(record: Path) -> None:
    files = files_in(record)
    everything = "".join(each.decode() for name, each in files.items() if name != "verify.py")
    for words in ("Farid", "Heron circle", "Quiet Wren", "not-signed-yet", "Hana"):
        assert words not in everything
    assert {name for name in files if "/00000" in name and name[-6] in "67"} == set()


def test_the_same_register_gives_the_same_bytes(
    store: Database, history: World, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "BATCH", 3)  # however it is read
    with store.readers() as db:
        assert record_of(db, history.trainee) == record.read_bytes()


def test_whoever_has_nothing_signed_gets_an_empty_record_that_checks(
    store: Database, history: World, tmp_path: Path
) -> None:
    with store.readers() as db:
        (tmp_path / "empty.zip").write_bytes(record_of(db, history.manager))
    assert verify(str(tmp_path / "empty.zip"))[1].startswith("0 of 7 entries are about Hana Petrova")
    assert "Nothing yet." in files_in(tmp_path / "empty.zip")["index.html"].decode()


def test_the_script_in_it_checks_it_with_nothing_but_python(record: Path, tmp_path: Path) -> None:
    script = files_in(record)["verify.py"]
    assert script.count(b"\n") <= 100
    (tmp_path / "verify.py").write_bytes(script)
    command = [sys.executable, "-I", "-S", "verify.py", "record.zip"]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    well = run()
    assert (well.returncode, well.stdout[:33]) == (0, "5 of 7 entries are about Amara Os")
    packed(files_in(record) | {"sessions/000002.json": b"{}"}, record)
    broken = run()
    assert broken.returncode == 1
    assert "The session of entry 2 is not the one that was signed." in broken.stdout


def test_no_letter_of_it_can_be_changed_unnoticed(record: Path, tmp_path: Path) -> None:
    files, chance = files_in(record), random.Random(7)  # noqa: S311 - the same every time
    for name, content in files.items():
        if name == "manifest.json":
            continue
        at = chance.randrange(len(content))
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert verify(packed(files | {name: changed}, tmp_path / "changed.zip"))[0], name
        assert verify(packed({k: v for k, v in files.items() if k != name}, tmp_path / "less.zip"))[0], name
    assert verify(packed(files | {"more.txt": b"hello"}, tmp_path / "more.zip"))[0] == [
        "more.txt does not belong to it."
    ]


def forged(files: Files, **changed: bytes) -> Files:
    """Files changed by somebody who knows that the manifest must be made anew."""
    from hashlib import sha256

    new = files | {name.replace("__", "/") + ".json": content for name, content in changed.items()}
    manifest = json.loads(new["manifest.json"])
    manifest["files"] = {name: sha256(new[name]).hexdigest() for name in manifest["files"]}
    return new | {"manifest.json": json.dumps(manifest).encode()}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("entries__000003", "Entry 3 is not the one in the chain."),
        ("records__000003", "The record of entry 3 is not the one that was sealed."),
        ("sessions__000001", "The session of entry 1 is not the one that was signed."),
    ],
)
def test_a_forger_who_makes_a_new_manifest_is_found_by_the_chain(
    record: Path, tmp_path: Path, name: str, sentence: str
) -> None:
    files = files_in(record)
    said = json.loads(files[name.replace("__", "/") + ".json"])
    key = next(each for each in ("meaning", "kind", "minutes") if each in said)
    new = json.dumps(said | {key: 5}).encode()
    assert sentence in verify(packed(forged(files, **{name: new}), tmp_path / "forged.zip"))[0]


def test_a_record_of_another_person_passed_off_as_one_s_own_is_found(record: Path, tmp_path: Path) -> None:
    files = files_in(record)
    manifest = json.loads(files["manifest.json"])
    manifest["person"]["id"] = "00000000-0000-0000-0000-000000000000"
    stolen = packed(files | {"manifest.json": json.dumps(manifest).encode()}, tmp_path / "stolen.zip")
    assert "Entry 1 is about somebody else." in verify(stolen)[0]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"hello" * 100])
def test_a_file_that_is_no_record_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    answer = lms(None, "record", "verify", str(tmp_path / "x.zip"))
    assert answer.exit_code == 1
    assert answer.stderr.startswith("This is not a record from Askwell, or it is broken")


def test_a_checkpoint_kept_elsewhere_tells_this_register_from_another(record: Path, tmp_path: Path) -> None:
    files = files_in(record)
    own = Checkpoint.from_json(files["checkpoint.json"])
    cases = {
        own.to_json(): 0,
        Checkpoint(own.seq, "ab" * 32, own.at).to_json(): 1,
        Checkpoint(own.seq + 1, own.hash, own.at).to_json(): 1,
        "{}": 1,
    }
    for number, (content, code) in enumerate(cases.items()):
        kept = tmp_path / f"checkpoint-{number}.json"
        kept.write_text(content)
        answer = lms(None, "record", "verify", str(record), "--checkpoint", str(kept))
        assert answer.exit_code == code, answer.output


def test_the_command_writes_a_record_only_its_owner_reads(
    settings: Settings, history: World, record: Path, tmp_path: Path
) -> None:
    to = tmp_path / "amara.zip"
    for person in (" Amara.Osei@Example.org", str(history.trainee)):
        answer = lms(settings, "record", "export", person, "--to", str(to))
        assert answer.exit_code == 0, answer.stderr
        assert to.read_bytes() == record.read_bytes()
    assert to.stat().st_mode & 0o077 == 0
    assert lms(None, "record", "verify", str(to)).exit_code == 0
    assert sorted(each.name for each in tmp_path.glob("*amara*")) == ["amara.zip"]


def test_the_command_answers_mistakes_with_a_sentence(settings: Settings, history: World, tmp_path: Path) -> None:
    nobody = lms(settings, "record", "export", "nobody@example.org")
    assert nobody.stderr == "Nobody here has the address or id “nobody@example.org”. Check it and try again.\n"
    nowhere = lms(settings, "record", "export", str(history.trainee), "--to", str(tmp_path / "no" / "x.zip"))
    assert (nobody.exit_code, nowhere.exit_code) == (1, 1)
    assert "cannot be written" in nowhere.stderr


def test_a_process_of_its_own_checks_the_register_as_this_one_does(settings: Settings, history: World) -> None:
    """Not every table is loaded there by other tests."""
    url = settings.database_url.replace("+pysqlite", "").replace("+psycopg", "")
    environment = {"LMS_SECRET_KEY": SECRET, "LMS_DATABASE_URL": url}
    command = [sys.executable, "-m", "lms.cli", "register", "verify"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert answer.stdout.startswith("7 entries, whole and in order."), answer.stderr


def test_a_record_that_is_gone_is_told_and_the_archive_says_so(store: Database, history: World, tmp_path: Path) -> None:
    with store.engine.begin() as connection:
        unlock(connection)
        forget_events_of(connection, Signature.leaf_seq == 2)
        connection.execute(delete(Signature).where(Signature.leaf_seq == 2))
    with store.readers() as db:
        (tmp_path / "gap.zip").write_bytes(record_of(db, history.trainee))
    assert verify(str(tmp_path / "gap.zip"))[0] == ["Entry 2 or its record is missing."]
    assert (
        "Entry 2 stands for a signature that is not there any more."
        in files_in(tmp_path / "gap.zip")["index.html"].decode()
    )


def test_what_was_signed_is_in_it_although_the_signature_counts_no_more(
    store: Database, world: World, tmp_path: Path
) -> None:
    with store.transaction() as db:
        circle = make_group(db, world)
        corrected, withdrawn = (make_signed(db, world, circle, days) for days in (2, 9))
        correct(db, world, corrected)
        sign(db, world, corrected, version=2)
        withdraw(db, world, withdrawn)
    with store.readers() as db:
        assert checking.verify(db).ok
        (tmp_path / "record.zip").write_bytes(record_of(db, world.trainee))
    assert verify(str(tmp_path / "record.zip"))[1].startswith("5 of 5 entries are about Amara Osei")
    files = files_in(tmp_path / "record.zip")
    said = [json.loads(files[f"sessions/00000{number}.json"]) for number in range(1, 6)]
    assert [each["questions"]["advice"] for each in said] == [2, 2, 2, 1, 2]
    assert [each["version"] for each in said] == [1, 1, 1, 2, 1]
    assert said[0] == said[2]
    changed = files | {"sessions/000003.json": files["sessions/000004.json"]}
    assert verify(packed(forged(changed), tmp_path / "forged.zip"))[0] == [
        "The session of entry 3 is not the one that was signed."
    ]
