"""The library that reads passkeys comes with the first passkey, and then whole."""

from __future__ import annotations

import subprocess
import sys

NAMES = """
import flask_security.webauthn, flask_security.webauthn_util
def names():
    both = flask_security.webauthn, flask_security.webauthn_util
    return [sorted(each for each in vars(module) if not each.startswith("_")) for module in both]
"""
LATE = f"""
import sys
import lms.app
{NAMES}
assert "webauthn" not in sys.modules
before = names()
from lms.people import passkey_library
passkey_library.load()
passkey_library.load()
assert names() != before
print(names())
"""


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-OO", "-c", program], capture_output=True, text=True, check=True).stdout


def test_it_is_not_there_before_the_first_passkey_and_all_of_it_is_there_after() -> None:
    assert run(LATE) == run(f"{NAMES}print(names())")
