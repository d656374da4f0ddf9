"""Files to take along."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response


def download(body: str | bytes | Iterator[str], name: str, kind: str) -> Response:
    """A file to keep under that name. Whoever sees the folder reads the name: it names no person."""
    return Response(body, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
