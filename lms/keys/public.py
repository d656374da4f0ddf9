"""Public parts of keys, which are all that web processes know: nothing here loads what signs (decision 22)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.keys.models import SigningKey
from lms.keys.rules import Purpose


def find_key(db: Session, purpose: Purpose, name: str = "") -> SigningKey | None:
    """The newest key in use for a purpose.

    `name` is the site's, for what is signed in the name of an address: a key made under another speaks for that one.
    """
    chosen = select(SigningKey).where(SigningKey.purpose == purpose, SigningKey.retired_at.is_(None))
    if name:
        chosen = chosen.where(SigningKey.name == name)
    return db.scalars(chosen.order_by(SigningKey.created_at.desc(), SigningKey.kid).limit(1)).first()
