"""Every address of the program, for those who run it."""

from __future__ import annotations

from typing import Any

from flask import Flask

from lms.core.web import policy_of


def routes(app: Flask) -> list[dict[str, Any]]:
    """Every address with its endpoint, methods and policy, sorted by path."""
    rows = []
    for rule in app.url_map.iter_rules():
        policy = policy_of(app, rule.endpoint)
        rows.append(
            {
                "endpoint": rule.endpoint,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "path": rule.rule,
                "policy": policy if isinstance(policy, str) else sorted(policy),
            }
        )
    return sorted(rows, key=lambda row: (row["path"], row["methods"]))
