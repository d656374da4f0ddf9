"""Editions of the programme: what was published, word for word, and who reads which."""
