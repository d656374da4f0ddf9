"""People: persons, organisations, units, memberships, sign-in, invitations."""
