"""The library that reads passkeys, loaded when the first passkey comes: it takes seven megabytes of every process.

Where it is not installed the account library goes without its names, and uses none of them before a page of passkeys
is asked for. So it is imported as if the passkey library were missing, and is given the names then (decision 0022).
"""

from __future__ import annotations

import ast
import inspect
import sys
from types import ModuleType

LIBRARY = "webauthn"


def _put_off() -> None:
    if "flask_security" in sys.modules:
        return
    sys.modules[LIBRARY] = None  # type: ignore[assignment]  # how Python is told that a module is not there
    try:
        import flask_security  # noqa: F401
    finally:
        del sys.modules[LIBRARY]


def load() -> None:
    """Give the account library what it went without. The second time is free."""
    for name in ("webauthn_util", "webauthn"):
        module = sys.modules[f"flask_security.{name}"]
        if not getattr(module, "_complete", False):
            exec(compile(_put_off_imports(module), name, "exec"), vars(module))  # noqa: S102 - the library's own lines
            module._complete = True  # type: ignore[attr-defined]


def _put_off_imports(module: ModuleType) -> ast.Module:
    """The `try: import webauthn …` at the head of the library's module, without the `try`."""
    [attempt] = [each for each in ast.parse(inspect.getsource(module)).body if isinstance(each, ast.Try)]
    return ast.Module(attempt.body, [])


_put_off()
