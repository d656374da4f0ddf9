"""Two keys that every test may sign with, made once: making and sealing them anew would take longer than most tests.

They are good for nothing else: their passphrase stands here.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy.orm import Session

from lms.core import clock, settings
from lms.keys import making
from lms.keys.models import SigningKey
from lms.keys.rules import ALGORITHMS, Purpose, key_id, site_name

PASSPHRASE = "tests only, for keys: " + "1" * 40
_KEYS = {
    Purpose.CREDENTIALS: (
        """\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAiHyiueun58UteTVfFhDfdHEt68Q9N3VaElhNPkv+qnY=
-----END PUBLIC KEY-----
""",
        """\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBDaWIx1VFO79C1ntekz
KUHPAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQd50lomfEQ2XUydzl
OAuNZARAFnLpkDSbxee6tgcwWy4xvWrIGAuSiczztRC+5rT2FrB9Zyb9hEATqMp4
s3zWdReUvP/eLpCDpGKeyg7EBEPlAw==
-----END ENCRYPTED PRIVATE KEY-----
""",
    ),
    Purpose.JWT: (
        """\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAECY962omgnLTPtN0YdG5SE9SE6mhw
EzFpqLoXQGZZ+ySaI92QvoBGuIaNpScuaOi3XkZqCD+ev9JCZM6NEOGeRQ==
-----END PUBLIC KEY-----
""",
        """\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBBBXiT1y/XG/b10sIZh
XQYKAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQquGeBfFdL8HUzNfV
LjPC0QSBkHzq3YczaG19364nfokxZshNDC4roXfooVwVUeFNS23TyMLQDQOrRBgX
yx6uFK6U7kruV4trVHM3YvIBMK2zPh51+hYzM42IcTxYYViS0H0aUuUBfvIgVIdv
csiOWb9XZVT1idV++VufkmDMkYgP4/MB7mq80JEkSowzlFzWIpXkq3l/2JWWK/gs
BOcoZEvYWQ==
-----END ENCRYPTED PRIVATE KEY-----
""",
    ),
}


def name_key(purpose: Purpose, url: str = "") -> str:
    """The short name of a key on this site, or on another."""
    public = load_pem_public_key(_KEYS[purpose][0].encode())
    return key_id(site_name(url or settings.current().public_url), making.raw(public), ALGORITHMS[purpose])  # type: ignore[arg-type]


def plant_files(folder: Path, url: str = "") -> None:
    """Their private parts, where the worker looks for them."""
    place = folder / "keys"
    place.mkdir(mode=0o700, exist_ok=True)
    for purpose, (_, private) in _KEYS.items():
        file = place / f"{name_key(purpose, url)}.pem"
        file.touch(mode=0o600)
        file.write_text(private, "utf-8")


def plant_rows(db: Session, url: str = "") -> None:
    """Their public parts."""
    for purpose, (public, _) in _KEYS.items():
        db.add(
            SigningKey(
                kid=name_key(purpose, url),
                name=site_name(url or settings.current().public_url),
                algorithm=ALGORITHMS[purpose],
                purpose=purpose,
                public_key=public,
                created_at=clock.now(),
            )
        )
    db.flush()
