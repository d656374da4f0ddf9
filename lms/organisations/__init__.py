"""Organisations: their units and people come in by a file, every row of it shown before anything changes."""
