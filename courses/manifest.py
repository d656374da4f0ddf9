"""What a folder of content holds, as digests: the same folder gives the same, and one changed letter another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path


def manifest(root: Path) -> dict[str, str]:
    """The SHA-256 of every file below `root`, by its path there; what programs leave behind is left out."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {
        str(path.relative_to(root).as_posix()): digest(path.read_bytes())
        for path in files
        if not any(part.startswith((".", "__")) for part in path.relative_to(root).parts)
    }


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def fingerprint(files: Mapping[str, str]) -> str:
    """One digest of a manifest."""
    return digest("\n".join(f"{files[path]} {path}" for path in sorted(files)).encode())
