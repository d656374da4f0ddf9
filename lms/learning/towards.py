"""Which lessons are on the way to an award."""

from __future__ import annotations

from assessments.standards import get_standard
from courses.catalogue import Catalogue
from courses.ways import Way


def way_towards(known: Catalogue, standard_id: str, version: int | None = None) -> Way:
    """The way to an award by a version of its standard, or the newest.

    A version that names no programme goes the short way with which it began, and so does an edition from before there
    were programmes.
    """
    return known.ways.get(get_standard(standard_id, version).programme or "", known.short_way)
