"""Pages of the nine outcomes for organisation managers."""

from __future__ import annotations

from lms.outcomes.own_views import pages

__all__ = ["pages"]
