"""People: persons, organisations, units, memberships, sign-in, invitations."""

from lms.people import passkey_library  # noqa: F401 - before the account library is imported anywhere
