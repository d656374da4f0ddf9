"""Coverage: which units of an organisation have a certified facilitator, which do not, and what ends soon."""
