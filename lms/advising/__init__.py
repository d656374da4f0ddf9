"""Advice to organisations: what stands in the way of their circles, and what of it may be told to their sponsors."""
