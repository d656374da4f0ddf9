"""The account library's parts that we replace: its database, its passwords, its codes, its passkeys."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request
from flask_security import MailUtil, PasswordUtil, SQLAlchemyUserDatastore, Totp, WebauthnUtil
from flask_security.mail_util import EmailValidateException
from flask_security.recovery_codes import MfRecoveryCodesUtil
from passlib.totp import TOTP, TotpMatch
from sqlalchemy.orm import Session

from lms.core import drawings, unit
from lms.core.settings import Settings
from lms.people import late_libraries, service
from lms.people.account_config import SENTENCES
from lms.people.models import Person
from lms.people.rules import fold, is_address, password_fault

if TYPE_CHECKING:  # loaded when they are first needed, see late_libraries
    from cryptography.fernet import MultiFernet
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, UserVerificationRequirement


class Sessions:
    """What the library sees as its database: a reading session for pages, a writing one for its own changes."""

    @property
    def writes(self) -> bool:
        """Whether this request may change the library's rows."""
        return request.method not in ("GET", "HEAD") and request.blueprint == "security"

    @property
    def session(self) -> Session:
        return unit.library_session() if self.writes else unit.reading()


class Datastore(SQLAlchemyUserDatastore):
    """The library's store on our unit of work. It finds only people who may come in."""

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Person | None:
        name, value = by.popitem()
        wanted = fold(value) if name == "email" else value
        return service.find_account(self.db.session, name, wanted, lock=self.db.writes)

    def commit(self) -> None:
        unit.commit_library()


class Addresses(MailUtil):
    """E-mail addresses as we compare them. The library sends no mail; our outbox does."""

    def normalize(self, email: str) -> str:
        if not is_address(email.strip()):
            raise EmailValidateException(SENTENCES["INVALID_EMAIL_ADDRESS"])
        return fold(email)

    validate = normalize


class Passwords(PasswordUtil):
    """New passwords must be long and hard to guess, for this person."""

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:
        normal, person = self.normalize(password), about["user"]
        fault = password_fault(normal, person.name, person.email)
        return [fault] if fault else None, normal


class OneTimeCodes(Totp):
    """Authenticator codes that work once: the counter last used is kept for each secret."""

    @property
    def _totp(self) -> type[TOTP]:
        """What reads and makes secrets, once what seals them is there."""
        late_libraries.load(late_libraries.SECRETS)
        return self._codes

    @_totp.setter
    def _totp(self, codes: type[TOTP]) -> None:
        self._codes = codes

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        g.totp_secret = hashlib.sha256(totp_secret.encode()).hexdigest()[:16]
        return bool(super().verify_totp(token, totp_secret, user, window))

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = (user.tf_counters or {}).get(g.totp_secret)
        return counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        user.tf_counters = {g.totp_secret: tmatch.counter}

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The square code as inline SVG: our pages load no `data:` pictures."""
        return drawings.square_code(self.get_totp_uri(username, totp), "Square code for the app", scale=5)


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes, which are sealed by a library that comes with the first of them."""

    _keys: list[bytes] | None = None
    _sealer: MultiFernet | None = None

    def setup_cryptor(self, keys: list[bytes]) -> None:
        self._keys = keys

    @property
    def cryptor(self) -> MultiFernet | None:
        """What seals and opens them."""
        if self._sealer is None and self._keys:
            super().setup_cryptor(self._keys)
        return self._sealer

    @cryptor.setter
    def cryptor(self, sealer: MultiFernet | None) -> None:
        self._sealer = sealer


class Passkeys(WebauthnUtil):
    """A passkey is kept on the device and checks who holds it, so it signs in alone."""

    def origin(self) -> str:
        """Where browsers must say they are; behind https never what a request claims."""
        settings: Settings = current_app.extensions["askwell_settings"]
        return settings.public_url if settings.secure else str(super().origin())

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        from webauthn.helpers import structs

        return structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: Any, usage: list[str] | None) -> UserVerificationRequirement:
        from webauthn.helpers import structs

        return structs.UserVerificationRequirement.REQUIRED
