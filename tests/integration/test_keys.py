"""Keys by command: made, listed, retired; refused where others can read them; and what they prove."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from sqlalchemy import select

from lms.cli import main
from lms.core.jobs import Job
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.keys import service, signing
from lms.keys.models import SigningKey
from lms.keys.rules import Purpose
from tests.conftest import SECRET
from tests.integration.test_register import fill, sign
from tests.make import World

PASSPHRASE = "passphrase of tests: " + "1" * 40
Lms = Callable[..., Result]


@pytest.fixture
def lms(settings: Settings, tmp_path: Path) -> Lms:
    """Runs a command; `lms(…, passphrase="…")` with another passphrase."""

    def run(*words: str, passphrase: str = PASSPHRASE) -> Result:
        environment = {
            "LMS_SECRET_KEY": SECRET,
            "LMS_KEYS_PASSPHRASE": passphrase,
            "LMS_DATABASE_URL": settings.database_url.replace("+pysqlite", "").replace("+psycopg", ""),
            "LMS_DATA_DIR": str(tmp_path),
            "LMS_PUBLIC_URL": "https://learn.example.org",
        }
        return CliRunner().invoke(main, words, env=environment)

    return run


def made(lms: Lms) -> str:
    answer = lms("keys", "new")
    assert answer.exit_code == 0, answer.stderr
    return answer.stdout.split()[1]


def signed(lms: Lms, to: Path) -> str:
    """A signed checkpoint, written to a file; its text."""
    answer = lms("register", "checkpoint")
    assert (answer.exit_code, answer.stderr) == (0, "")
    to.write_text(answer.stdout, "utf-8")
    return answer.stdout


def refused(answer: Result) -> str:
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "Traceback" not in answer.stderr
    return answer.stderr


def test_a_key_is_encrypted_and_nobody_else_s_to_read(lms: Lms, tmp_path: Path) -> None:
    kid = made(lms)
    file = tmp_path / "keys" / f"{kid}.pem"
    assert file.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    listed = lms("keys", "list").stdout
    assert f"{kid}  Ed25519 for checkpoints  learn.example.org  made " in listed
    assert "in use\n-----BEGIN PUBLIC KEY-----" in listed


def test_without_a_passphrase_no_key_is_made(lms: Lms, tmp_path: Path) -> None:
    assert refused(lms("keys", "new", passphrase="")) == ("Keys are kept encrypted: set LMS_KEYS_PASSPHRASE first.\n")
    assert "No key is in use" in lms("keys", "list").stderr
    assert lms("keys", "list").stdout == ""


@pytest.mark.parametrize("place", ["keys", "keys/{kid}.pem"])
def test_a_key_that_others_can_read_is_not_used(lms: Lms, tmp_path: Path, place: str) -> None:
    opened = tmp_path / place.format(kid=made(lms))
    opened.chmod(0o750)
    assert refused(lms("register", "checkpoint")).startswith(f"Others can open {opened}, so no key in it is used. Run:")
    if opened.is_dir():
        assert refused(lms("keys", "new")).startswith("Others can open")
        assert lms("keys", "list").stdout.count("PUBLIC KEY") == 2  # of one key: nothing half made


def test_another_passphrase_a_lost_file_and_another_key_s_file_are_told(lms: Lms, tmp_path: Path) -> None:
    first, second = made(lms), made(lms)
    folder = tmp_path / "keys"
    assert "does not open with LMS_KEYS_PASSPHRASE" in refused(
        lms("register", "checkpoint", passphrase="another passphrase: " + "2" * 40)
    )
    (folder / f"{first}.pem").replace(folder / f"{second}.pem")
    assert f"The file of key {second} holds another key." in refused(lms("register", "checkpoint"))
    (folder / f"{second}.pem").unlink()
    assert f"The private part of key {second} is not at" in refused(lms("register", "checkpoint"))


def test_what_a_retired_key_signed_still_proves(lms: Lms, store: Database, world: World, tmp_path: Path) -> None:
    sign(store, world, 20, 15)
    old, kept = made(lms), tmp_path / "checkpoint.txt"
    assert f"Key: {old}, Ed25519\n" in signed(lms, kept)
    assert lms("keys", "retire", old).exit_code == 0
    assert lms("keys", "retire", old).exit_code == 0
    assert not (tmp_path / "keys" / f"{old}.pem").exists()
    assert "It is not signed: there is no key." in lms("register", "checkpoint").stderr
    new = made(lms)
    assert f"Key: {new}, Ed25519\n" in signed(lms, tmp_path / "newer.txt")
    sign(store, world, 5)
    answer = lms("register", "verify", "--checkpoint", str(kept))
    assert answer.exit_code == 0, answer.stderr
    assert f"It continues what key {old} signed on " in answer.stdout


def test_a_changed_a_forged_and_a_foreign_checkpoint_prove_nothing(lms: Lms, store: Database, tmp_path: Path) -> None:
    fill(store, 2)
    kid, kept = made(lms), tmp_path / "checkpoint.txt"
    note = signed(lms, kept)

    def answer(text: str) -> str:
        kept.write_text(text, "utf-8")
        return refused(lms("register", "verify", "--checkpoint", str(kept)))

    changed = f"This checkpoint proves nothing. Its signature by key {kid} does not hold"
    assert answer(note.replace("Entries: 2", "Entries: 1")).startswith(changed)
    assert answer(note.replace("— learn.example.org", "— elsewhere.example")).startswith(
        f"This checkpoint proves nothing. It is signed by the key {kid} of elsewhere.example, which is not known here."
    )
    assert answer(note.replace("\n\n—", "\n—")).startswith("This file is not a checkpoint.")
    assert answer(note.rpartition("—")[0]).startswith("This file is not a checkpoint.")


def test_a_broken_register_is_not_signed(lms: Lms, store: Database) -> None:
    from tests.integration.test_register import tamper

    fill(store, 2)
    made(lms)
    tamper(store, "UPDATE leaf SET meaning = 'I saw nothing' WHERE seq = 2")
    assert refused(lms("register", "checkpoint")) == "Entry 2 was changed after it was made.\n"


def test_a_key_nobody_made_cannot_be_retired(lms: Lms) -> None:
    assert refused(lms("keys", "retire", "../../x")) == "There is no key ../../x. `lms keys list` names them all.\n"


@pytest.mark.parametrize(("purpose", "algorithm"), [("credentials", "Ed25519"), ("jwt", "P-256"), ("pdf", "P-256")])
def test_a_key_is_for_one_thing(lms: Lms, tmp_path: Path, store: Database, purpose: str, algorithm: str) -> None:
    kid = lms("keys", "new", "--for", purpose, "--issuer", "Fieldfare Peer Learning").stdout.split()[1]
    assert (tmp_path / "keys" / f"{kid}.pem").stat().st_mode & 0o777 == 0o600
    listed = lms("keys", "list")
    assert f"{kid}  {algorithm} for {purpose}  learn.example.org  made " in listed.stdout
    assert (
        "No key is in use for checkpoints, so no checkpoint is signed: lms keys new --for checkpoints" in listed.stderr
    )
    assert ("so no certificate is issued" in listed.stderr) is (purpose != "credentials")
    assert "It is not signed: there is no key." in lms("register", "checkpoint").stderr
    with store.readers() as db:
        assert set(db.scalars(select(Job.name))) == (
            {"sign_certificates", "sign_status_lists"} if purpose == "credentials" else set()
        )


def test_a_key_for_pdfs_brings_the_issuer_s_certificate(lms: Lms, store: Database) -> None:
    kid = lms("keys", "new", "--for", "pdf", "--issuer", "Fieldfare Peer Learning").stdout.split()[1]
    with store.readers() as db:
        key = db.get_one(SigningKey, kid)
    made = x509.load_pem_x509_certificate((key.certificate or "").encode())
    assert made.subject.rfc4514_string() == made.issuer.rfc4514_string() == "CN=Fieldfare Peer Learning"
    made.verify_directly_issued_by(made)
    assert made.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    assert (key.certificate or "") in lms("keys", "list").stdout


def test_another_signer_stands_in_the_place_of_the_files(store: Database) -> None:
    class Device:
        kid = "a device"

        def sign(self, content: bytes) -> bytes:
            return b"signed by a device: " + content

    with store.transaction() as db:
        key = service.make_key(db, Purpose.CREDENTIALS)
    try:
        signing.open_with(lambda _: Device())
        assert signing.open_key(key).sign(b"x") == b"signed by a device: x"
    finally:
        signing.open_with(signing.from_vault)
    assert len(signing.open_key(key).sign(b"x")) == 64
