"""The library's forms with our guards: few tries, local destinations, one kind of passkey."""

from __future__ import annotations

from typing import Any

import flask_login
import flask_security
from flask import current_app, g, request
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    TwoFactorRescueForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnRegisterForm,
    WebAuthnRegisterResponseForm,
    WebAuthnSigninResponseForm,
)
from wtforms import Field, HiddenField, RadioField

from lms.core import unit
from lms.core.web import local_path
from lms.people import guard, same
from lms.people.account_config import SENTENCES
from lms.people.models import Person
from lms.people.rules import fold, is_address

MOVED = "This account and another of yours are one person now. Sign in with {email}."


class _Guarded:
    """Each try counts against the account until it succeeds."""

    form_errors: list[str]

    def _tries(self, email: str) -> bool:
        self.counted = guard.admit(email)
        if not self.counted:
            self.form_errors.append(guard.TOO_MANY_TRIES)
        return bool(self.counted)

    def _succeeded(self, good: bool) -> bool:
        if good:
            guard.forgive(self.counted)
        return good


def _email(person: Any) -> str:
    """The address of whom the library found; it always finds somebody before it shows such a form."""
    return str(person.email)


class _LocalNext:
    """`next` leads to a path of this site or nowhere."""

    def validate_next(self, field: Field) -> None:
        """Forget any other destination, without a word: nobody types this field."""
        field.data = local_path(field.data) if field.data else ""


class SignIn(_Guarded, _LocalNext, LoginForm):
    """Address and password. There is no “remember me”: a sign-in ends with its row in the database."""

    remember = None  # type: ignore[assignment]

    def validate(self, **more: Any) -> bool:
        """The same work and the same answer whether or not the address has an account."""
        self.next.data = self.next.data or "/"  # or the second step would be told to lead back here
        if self.email.data and self.password.data:
            if not self._tries(self.email.data):
                return False
            email = fold(self.email.data)
            former = same.find_former(unit.library_session(), email) if is_address(email) else None
            return self._lead_on(*former) if former else self._succeeded(super().validate(**more))
        return bool(super().validate(**more))

    def _lead_on(self, former: Person, stays: str) -> bool:
        """An account that is one with another opens nothing. Where it went is told only to whoever has its password,
        and a wrong one gets the answer, and makes the work, of any other.
        """
        library = current_app.extensions["security"]
        typed = library.password_util.normalize(self.password.data)
        if not former.password:
            flask_security.hash_password(typed)  # as much work as any other address makes
        elif flask_security.verify_password(typed, former.password):
            self._succeeded(good=True)
            self.form_errors.append(MOVED.format(email=stays))
        if not self.form_errors:
            self.form_errors.append(SENTENCES["GENERIC_AUTHN_FAILED"])
        return False


class Forgot(ForgotPasswordForm):
    """The address to send a link to. Every request counts, or a stranger could fill somebody's letter box."""

    def validate(self, **more: Any) -> bool:
        """Known and unknown addresses count the same."""
        if self.email.data and not guard.admit(self.email.data, "reset"):
            self.form_errors.append(guard.TOO_MANY_TRIES)
            return False
        return bool(super().validate(**more))


class Verify(_Guarded, _LocalNext, VerifyForm):
    """The password once more."""

    def validate(self, **more: Any) -> bool:
        """A borrowed browser gets no more tries than the sign-in page."""
        if not self.user.password:
            self.password.errors = ["This account has no password. Use your passkey."]
            return False
        good = self._tries(self.user.email) and self._succeeded(super().validate(**more))
        g.proved = "password" if good else None
        return good


class Change(_Guarded, ChangePasswordForm):
    """The old password and a new one."""

    def validate(self, **more: Any) -> bool:
        """A wrong old password counts; a weak new one does not."""
        if not self._tries(flask_login.current_user.email):
            return False
        good = bool(super().validate(**more))
        self._succeeded(good or not self.password.errors)
        return good


class Code(_Guarded, TwoFactorVerifyCodeForm):
    """Six figures from the authenticator app."""

    def validate(self, **more: Any) -> bool:
        """A million codes are few without a limit. Spaces, which apps show, are left out."""
        self.code.data = "".join(str(self.code.data or "").split())
        return self._tries(_email(self.user)) and self._succeeded(super().validate(**more))


class Recovery(_Guarded, MfRecoveryForm):
    """One of the recovery codes kept on paper."""

    def validate(self, **more: Any) -> bool:
        """Typed from paper: capitals and spaces do not matter."""
        self.code.data = "".join(str(self.code.data or "").split()).lower()
        return self._tries(_email(self.user)) and self._succeeded(super().validate(**more))


class Rescue(TwoFactorRescueForm):
    """Only recovery codes help; we send no code by e-mail."""

    help_setup = RadioField(choices=[])


class RegisterPasskey(WebAuthnRegisterForm):
    """A name for the passkey. Every passkey of ours signs in alone."""

    usage = HiddenField()  # type: ignore[assignment]

    def validate(self, **more: Any) -> bool:
        """Whatever the browser says, it is one of the first kind."""
        self.usage.data = "first"
        return bool(super().validate(**more))


class RegisteredPasskey(WebAuthnRegisterResponseForm):
    """What the device answers when it made a passkey."""

    def validate(self, **more: Any) -> bool:
        """The browser's own remarks are not kept: nobody reads them and their length is not ours to bound."""
        good = bool(super().validate(**more))
        self.extensions = ""
        return good


class AnsweredPasskey(_LocalNext, WebAuthnSigninResponseForm):
    """What the device answers when it proves its holder."""

    def validate(self, **more: Any) -> bool:
        """To verify somebody it must be their own passkey, not just anybody's."""
        good = bool(super().validate(**more))
        if good and self.is_verify and self.user and self.user.id == flask_login.current_user.id:
            g.proved = "passkey"
        return good


def open_errors(forms: list[Any]) -> dict[str, str]:
    """Every mistake as field and sentence. One about the whole form stands at its first visible field."""
    found: dict[str, str] = {}
    for form in forms:
        first = next((each.name for each in form if each.type not in ("HiddenField", "CSRFTokenField")), "")
        for name, sentences in form.errors.items():
            again = str(name).endswith("_confirm") and sentences[0] in found.values()
            found.setdefault(name or first, "Write the same once more." if again else str(sentences[0]))
    return found


def asked_next() -> str:
    """Where the person was going, if anywhere on this site."""
    wanted = request.values.get("next", "")
    return local_path(wanted) if wanted else ""


FORMS: dict[str, Any] = {
    "login_form": SignIn,
    "forgot_password_form": Forgot,
    "verify_form": Verify,
    "change_password_form": Change,
    "two_factor_verify_code_form": Code,
    "two_factor_rescue_form": Rescue,
    "mf_recovery_form": Recovery,
    "wan_register_form": RegisterPasskey,
    "wan_register_response_form": RegisteredPasskey,
    "wan_signin_response_form": AnsweredPasskey,
}
