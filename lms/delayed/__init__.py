"""The check a day later: what somebody still does without feedback. Only this counts towards a module."""
