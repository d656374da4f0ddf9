"""Signing keys: public parts are rows for good, private parts are files that end with the key."""
