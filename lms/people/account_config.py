"""How the account library is set: what is on, where its pages are, what it says, who may open what."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

from lms.core import clock, web
from lms.core.actor import FRESH_FOR
from lms.core.settings import Settings
from lms.people.rules import PASSWORD_MIN

# OWASP's minimum for argon2id: 19 MiB, two passes, one lane (cheatsheetseries.owasp.org, “Password Storage”).
ARGON2 = {"argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1}
RESET_LIFE = timedelta(hours=2)
RECOVERY_CODES = 8

# The library's pages and who may open them. Pages between the two factors are public: the library checks its own state.
DOORS = {
    "security.login": web.PUBLIC,
    "security.logout": web.PUBLIC,
    "security.forgot_password": web.PUBLIC,
    "security.reset_password": web.PUBLIC,
    "security.two_factor_token_validation": web.PUBLIC,
    "security.two_factor_rescue": web.PUBLIC,
    "security.tf_select": web.PUBLIC,
    "security.mf_recovery": web.PUBLIC,
    "security.wan_signin": web.PUBLIC,
    "security.wan_signin_response": web.PUBLIC,
    "security.verify": web.SIGNED_IN,
    "security.change_password": web.SIGNED_IN,
    "security.two_factor_setup": web.SIGNED_IN,
    "security.two_factor_setup_validate": web.SIGNED_IN,
    "security.mf_recovery_codes": web.SIGNED_IN,
    "security.wan_register": web.SIGNED_IN,
    "security.wan_register_response": web.SIGNED_IN,
    "security.wan_delete": web.SIGNED_IN,
    "security.wan_verify": web.SIGNED_IN,
    "security.wan_verify_response": web.SIGNED_IN,
}

ADDRESSES = {
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "RESET_URL": "/reset",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "TWO_FACTOR_RESCUE_URL": "/sign-in/help",
    "TWO_FACTOR_SELECT_URL": "/sign-in/second-step",
    "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
    "WAN_SIGNIN_URL": "/sign-in/passkey",
    "VERIFY_URL": "/account/verify",
    "WAN_VERIFY_URL": "/account/verify/passkey",
    "CHANGE_URL": "/account/password",
    "TWO_FACTOR_SETUP_URL": "/account/authenticator",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
    "WAN_REGISTER_URL": "/account/passkeys",
    "WAN_DELETE_URL": "/account/passkeys/remove",
    "POST_LOGIN_VIEW": "/",
    "POST_LOGOUT_VIEW": "/sign-in",
    "POST_RESET_VIEW": "/sign-in",
    "POST_CHANGE_VIEW": "/account",
    "POST_VERIFY_VIEW": "/account",
    "TWO_FACTOR_POST_SETUP_VIEW": "/account",
    "WAN_POST_REGISTER_VIEW": "/account",
}

SENTENCES = {
    "API_ERROR": "That did not work. Start again.",
    "GENERIC_AUTHN_FAILED": "That address and password do not go together. Check both, or set a new password.",
    "PASSWORD_RESET_REQUEST": "If that address has an account, a letter with a link is on its way. "
    "The link works for 2 hours.",
    "PASSWORD_RESET_EXPIRED": "That link has run out. Ask for a new one.",
    "INVALID_RESET_PASSWORD_TOKEN": "That link does not work any more. Ask for a new one.",
    "PASSWORD_RESET_NO_LOGIN": "Your new password is set. Everybody who was signed in is signed out. Come in with it.",
    "PASSWORD_CHANGE": "Your password is changed. Everywhere else you are signed out.",
    "PASSWORD_IS_THE_SAME": "That is the password you have now. Choose another one.",
    "RETYPE_PASSWORD_MISMATCH": "The two are not the same. Type it again.",
    "INVALID_PASSWORD": "That is not your password. Try again.",
    "EMAIL_NOT_PROVIDED": "Write your e-mail address.",
    "INVALID_EMAIL_ADDRESS": "Write an e-mail address, like amara@example.org.",
    "PASSWORD_NOT_PROVIDED": "Write a password.",
    "REAUTHENTICATION_REQUIRED": "Show that it is still you, then go on.",
    "REAUTHENTICATION_SUCCESSFUL": "Thank you. For the next 5 minutes we will not ask again.",
    "TWO_FACTOR_INVALID_TOKEN": "That code does not fit. Wait for the next one in your app and type it at once.",
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": "Your authenticator app is on. Make recovery codes too, in case it is lost.",
    "TWO_FACTOR_DISABLED": "Your authenticator app is off. A password or a passkey is enough again.",
    "TWO_FACTOR_PERMISSION_DENIED": "Sign in first.",
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": "Choose one of the two.",
    "TWO_FACTOR_SETUP_EXPIRED": "That took longer than 30 minutes. Start again.",
    "INVALID_RECOVERY_CODE": "That is not one of your recovery codes. Each works once.",
    "NO_RECOVERY_CODES_SETUP": "You have no recovery codes yet.",
    "WEBAUTHN_EXPIRED": "That took too long. Start again.",
    "WEBAUTHN_NAME_REQUIRED": "Give it a name, such as “My phone”.",
    "WEBAUTHN_NAME_INUSE": "You already have a passkey called %(name)s.",
    "WEBAUTHN_NAME_NOT_FOUND": "You have no passkey called %(name)s.",
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": "Use letters, figures, spaces and hyphens only.",
    "INVALID_INPUT": "Use letters, figures, spaces and hyphens only.",
    "INVALID_INPUT_LENGTH": "Shorten it to 64 characters or fewer.",
    "WEBAUTHN_CREDENTIAL_DELETED": "%(name)s is removed. It opens nothing here any more.",
    "WEBAUTHN_REGISTER_SUCCESSFUL": "%(name)s is added. You can sign in with it from now on.",
    "WEBAUTHN_CREDENTIAL_ID_INUSE": "This device already has a passkey here.",
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": "We do not know that passkey. Use another one, or your password.",
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": "We do not know that passkey. Use another one, or your password.",
    "WEBAUTHN_NO_VERIFY": "That passkey could not be checked. Try again.",
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": "That passkey cannot be used for this.",
    "WEBAUTHN_MISMATCH_USER_HANDLE": "That passkey belongs to another account.",
}
GOOD_NEWS = {"PASSWORD_RESET_REQUEST", "PASSWORD_RESET_NO_LOGIN", "PASSWORD_CHANGE", "REAUTHENTICATION_SUCCESSFUL"}


def _derive(settings: Settings, purpose: str) -> bytes:
    """A key for one purpose. The secret itself is used for nothing but making these and signing cookies."""
    return hmac.digest(settings.secret_key.encode(), purpose.encode(), hashlib.sha256)


# The library’s options that do not depend on the settings.
OPTIONS: dict[str, Any] = {
    "PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
    "PASSWORD_LENGTH_MIN": PASSWORD_MIN,
    # Reset links carry a digest of the stored hash, which needs no slow digest of its own: its salt is random.
    "HASHING_SCHEMES": ["hex_sha256"],
    "DEPRECATED_HASHING_SCHEMES": [],
    "DATETIME_FACTORY": clock.now,
    "STATIC_FOLDER": None,
    "JOIN_USER_ROLES": False,
    "API_ENABLED_METHODS": ["session"],
    "RETURN_GENERIC_RESPONSES": True,
    "FRESHNESS": FRESH_FOR,
    "FRESHNESS_GRACE_PERIOD": timedelta(0),
    "LOGOUT_CSRF": True,
    "RECOVERABLE": True,
    "RESET_PASSWORD_WITHIN": RESET_LIFE,
    "CHANGEABLE": True,
    # Letters go out through our own outbox, when the library signals that something happened.
    "SEND_PASSWORD_RESET_EMAIL": False,
    "SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
    "SEND_PASSWORD_CHANGE_EMAIL": False,
    "TWO_FACTOR": True,
    "TOTP_ISSUER": "Askwell",
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TWO_FACTOR_RESCUE_EMAIL": False,
    # A passkey checks its holder, so it is never a second step: it is both steps at once.
    "TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
    "WEBAUTHN": True,
    "WAN_RP_NAME": "Askwell",
    "WAN_ALLOW_AS_VERIFY": ["first"],
    "WAN_ALLOW_USER_HINTS": False,  # a hint would tell strangers who has an account
    "WAN_SIGNIN_WITHIN": timedelta(minutes=2),
}


def config(settings: Settings) -> dict[str, Any]:
    """Flask's configuration for the library."""
    chosen = {
        "PASSWORD_SALT": _derive(settings, "password salt").hex(),
        "TOTP_SECRETS": {"1": _derive(settings, "authenticator secrets").hex()},
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(_derive(settings, "recovery codes"))],
        **OPTIONS,
        **ADDRESSES,
        **{f"MSG_{key}": (text, "info" if key in GOOD_NEWS else "error") for key, text in SENTENCES.items()},
    }
    # The sign-in row decides about a session, not the browser's description or the network it comes from.
    return {f"SECURITY_{key}": value for key, value in chosen.items()} | {"SESSION_PROTECTION": None}
