"""A device that keeps passkeys, for tests without a browser: it signs what a page asks, as WebAuthn says."""

from __future__ import annotations

import hashlib
import html
import json
import re
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from itsdangerous.encoding import base64_encode
from sqlalchemy.orm import Session

from lms.people.models import Passkey, Person

PRESENT, VERIFIED = 0x01, 0x04
# A COSE key (RFC 9053, section 7.1.1) as CBOR up to its x: kty EC2, alg ES256, crv P-256. Before y stands the label -3.
KEY = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"


class Device:
    """A phone with one passkey of one person."""

    def __init__(self, db: Session, person_id: uuid.UUID, name: str = "My phone") -> None:
        self.id, self.key = uuid.uuid4().bytes, ec.generate_private_key(ec.SECP256R1())
        self.handle = db.get_one(Person, person_id).fs_webauthn_user_handle.encode()
        point = self.key.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (point.x, point.y))
        public = KEY + x + b"\x22\x58\x20" + y
        about = {"user_id": person_id, "name": name, "usage": "first", "device_type": "single_device"}
        db.add(Passkey(**about, credential_id=self.id, public_key=public))

    def answer(self, page: str, *, origin: str = "http://localhost", flags: int = PRESENT | VERIFIED) -> dict[str, str]:
        """The two fields that the page's script and the page itself send, for the question on this page."""
        options = json.loads(html.unescape(_found(r'data-options="([^"]+)"', page)))
        said = {"type": "webauthn.get", "challenge": options["challenge"], "origin": origin, "crossOrigin": False}
        client = json.dumps(said).encode()
        data = hashlib.sha256(options["rpId"].encode()).digest() + bytes([flags]) + bytes(4)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        response["userHandle"] = self.handle
        credential = {
            "id": _text(self.id), "rawId": _text(self.id), "type": "public-key",
            "response": {name: _text(value) for name, value in response.items()},
        }  # fmt: skip
        return {"credential": json.dumps(credential), "asked": _found(r'name="asked" value="([^"]+)"', page)}


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, page[-3000:]
    return found[1]


def _text(value: bytes) -> str:
    return base64_encode(value).decode()
