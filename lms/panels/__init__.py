"""Panels: several people decide about somebody’s readiness, and first each of them alone."""
