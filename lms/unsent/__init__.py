"""What somebody types into a form that judges, until they send it: a tablet may fall, a session may end."""
