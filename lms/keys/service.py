"""Making, listing and retiring keys; signing notes with the newest; checking what any of them ever signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock, settings
from lms.core.errors import NotFound
from lms.keys import making, signing, vault
from lms.keys.models import SigningKey
from lms.keys.public import find_key
from lms.keys.rules import ALGORITHMS, Purpose, Signed, key_id, site_name
from lms.keys.vault import Unusable

__all__ = ["Purpose", "Signer", "Unusable", "check", "find_key", "find_signer", "list_keys", "make_key", "retire_key"]


class Forged(ValueError):
    """A signature does not hold. `str(error)` is a sentence."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that can sign notes."""

    kid: str
    name: str
    hand: signing.Signer

    def sign(self, text: str) -> Signed:
        """Sign a text. Its first line says what kind of text it is, so that no signature passes for another's."""
        return Signed(text, self.name, self.kid, self.hand.sign(text.encode()))


def make_key(db: Session, purpose: Purpose = Purpose.CHECKPOINTS, issuer: str = "") -> SigningKey:
    """Make a key, which signs from now on. Raises Unusable.

    `issuer` is whose name stands in the certificate of a key for PDFs; the site's address if nobody's is given.
    The file is written last: what is left of a failure is a file that nothing names.
    """
    chosen, algorithm = settings.current(), ALGORITHMS[purpose]
    private = making.generate(algorithm)
    name = site_name(chosen.public_url)
    certificate = making.certify(private, issuer or name, chosen.public_url) if purpose is Purpose.PDF else None
    made = SigningKey(
        kid=key_id(name, making.raw(private.public_key()), algorithm),
        name=name,
        algorithm=algorithm,
        purpose=purpose,
        public_key=making.pem(private.public_key()),
        certificate=certificate,
        created_at=clock.now(),
    )
    db.add(made)
    db.flush()
    vault.keep(made.kid, private)
    return made


def list_keys(db: Session) -> Sequence[SigningKey]:
    """Every key there ever was, newest first."""
    return db.scalars(select(SigningKey).order_by(SigningKey.created_at.desc(), SigningKey.kid)).all()


def retire_key(db: Session, kid: str) -> SigningKey:
    """Let a key sign no more; what it signed can still be checked. Raises NotFound.

    Once that is committed, the caller lets `vault.forget` remove its private part.
    """
    found = db.get(SigningKey, kid)
    if found is None:
        raise NotFound(f"There is no key {kid}. `lms keys list` names them all.")
    found.retired_at = found.retired_at or clock.now()
    return found


def find_signer(db: Session) -> Signer | None:
    """The newest key for checkpoints, ready to sign; None when there is none. Raises Unusable."""
    key = find_key(db, Purpose.CHECKPOINTS)
    return Signer(key.kid, key.name, signing.open_key(key)) if key else None


def open_key(db: Session, purpose: Purpose) -> tuple[SigningKey, signing.Signer] | None:
    """The newest key in use for a purpose with what signs for it; None when there is none. Raises Unusable."""
    key = find_key(db, purpose)
    return (key, signing.open_key(key)) if key else None


def check(db: Session, signed: Signed) -> SigningKey:
    """Whose signature it is, retired keys included. Raises Forged."""
    key = db.get(SigningKey, signed.kid)
    if key is None or key.name != signed.name:
        raise Forged(
            f"It is signed by the key {signed.kid} of {signed.name}, which is not known here. "
            "Either it comes from elsewhere, or this database is older than the key."
        )
    public = load_pem_public_key(key.public_key.encode())
    if not isinstance(public, Ed25519PublicKey) or key.purpose != Purpose.CHECKPOINTS:
        raise Forged(f"Key {key.kid} is of a kind that signs no such text.")
    try:
        public.verify(signed.signature, signed.text.encode())
    except InvalidSignature:
        raise Forged(f"Its signature by key {key.kid} does not hold: it was changed, or never signed here.") from None
    return key
