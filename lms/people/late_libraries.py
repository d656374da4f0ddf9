"""Libraries that are loaded when they are first needed: they take fifteen megabytes of every process.

One reads passkeys, the other seals the secrets of authenticator apps. Where they are not installed, the libraries that
use them go without their names, and use none before a passkey or a secret comes. So those are imported as if these
were missing, and are given the names then (decision 0022).
"""

from __future__ import annotations

import ast
import inspect
import sys
from types import ModuleType

PASSKEYS, SECRETS = "webauthn", "cryptography"
USERS = {PASSKEYS: ("flask_security.webauthn_util", "flask_security.webauthn"), SECRETS: ("passlib.totp",)}


def _put_off() -> None:
    if "flask_security" in sys.modules:
        return
    absent = [name for name in USERS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # how Python is told that a module is not there
    try:
        import flask_security  # noqa: F401
    finally:
        for name in absent:
            del sys.modules[name]


def load(library: str) -> None:
    """Give those who went without this library its names. The second time is free."""
    for name in USERS[library]:
        module = sys.modules[name]
        if not getattr(module, "_complete", False):
            exec(compile(_put_off_imports(module), name, "exec"), vars(module))  # noqa: S102 - the library's own lines
            module._complete = True  # type: ignore[attr-defined]


def _put_off_imports(module: ModuleType) -> ast.Module:
    """The `try: import …` at the head of the module, without the `try`."""
    attempt = next(each for each in ast.parse(inspect.getsource(module)).body if isinstance(each, ast.Try))
    return ast.Module(attempt.body, [])


_put_off()
