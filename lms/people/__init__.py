"""People: persons, organisations, units, memberships, sign-in, invitations."""

from lms.people import late_libraries  # noqa: F401 - before the account library is imported anywhere
