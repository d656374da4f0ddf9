"""Private keys: one encrypted file each, in a folder that nobody but the program's own account can open."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from lms.core import settings
from lms.core.errors import HouseError
from lms.keys.making import Private

OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Unusable(HouseError):
    """A private key cannot be kept or used. The sentence says what to do."""

    status = 500


def folder() -> Path:
    """Where they are."""
    return settings.current().data_dir / "keys"


def keep(kid: str, private: Private) -> None:
    """Write a private key down, on the disk when this returns. Raises Unusable."""
    sealed = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(_passphrase()))
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_if_open(folder())
        with os.fdopen(os.open(_file(kid), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Unusable(f"The key cannot be written to {folder()}: {error.strerror}.") from None


def load(kid: str) -> Private:
    """A private key, ready to sign. Raises Unusable."""
    try:
        _refuse_if_open(folder())
        _refuse_if_open(_file(kid))
        sealed = _file(kid).read_bytes()
    except FileNotFoundError:
        raise Unusable(
            f"The private part of key {kid} is not at {_file(kid)}. Bring it back from your backup, "
            f"or retire it with `lms keys retire {kid}` and make another."
        ) from None
    except OSError as error:
        raise Unusable(f"The key at {_file(kid)} cannot be read: {error.strerror}.") from None
    try:
        private = load_pem_private_key(sealed, _passphrase())
    except (ValueError, TypeError):
        raise Unusable(
            f"The key at {_file(kid)} does not open with LMS_KEYS_PASSPHRASE. Set the one it was made with, "
            f"or retire it with `lms keys retire {kid}` and make another."
        ) from None
    if not isinstance(private, Ed25519PrivateKey | EllipticCurvePrivateKey):
        raise Unusable(f"The key at {_file(kid)} is of another kind.")
    return private


def forget(kid: str) -> None:
    """Remove a private key. Raises Unusable."""
    try:
        _file(kid).unlink(missing_ok=True)
    except OSError as error:
        raise Unusable(f"The key is retired, and its file {_file(kid)} is still there: {error.strerror}.") from None


def _file(kid: str) -> Path:
    return folder() / f"{kid}.pem"


def _passphrase() -> bytes:
    chosen = settings.current().keys_passphrase
    if not chosen:
        raise Unusable("Keys are kept encrypted: set LMS_KEYS_PASSPHRASE first.")
    return chosen.encode()


def _refuse_if_open(path: Path) -> None:
    """Raises Unusable for what others can read, and OSError for what is not there."""
    if path.stat().st_mode & OTHERS:
        mode = "700" if path.is_dir() else "600"
        raise Unusable(f"Others can open {path}, so no key in it is used. Run: chmod {mode} {path}")
