"""The value guarantee: what was agreed, what came of it, what it was worth to the client, and the bill that follows.

Nothing that assesses, decides or pays knows of it: no area below may import this one, and none reads its tables.
"""
