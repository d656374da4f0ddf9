"""Signed checkpoints of the register: one a month, kept here and by every organisation."""
