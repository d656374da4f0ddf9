"""Libraries that come late come whole."""

from __future__ import annotations

import subprocess
import sys

NAMES = """
import flask_security.webauthn, flask_security.webauthn_util, passlib.totp
def names():
    all_three = flask_security.webauthn, flask_security.webauthn_util, passlib.totp
    return [sorted(each for each in vars(module) if not each.startswith("__")) for module in all_three]
"""
LATE = f"""
import sys
import lms.app
from lms.core import settings
{NAMES}
from lms.people import late_libraries
lms.app.warm(lms.app.create_app(settings.load({{"LMS_SECRET_KEY": "0" * 40, "LMS_DATABASE_URL": "sqlite://"}})))
before = names()
for library in late_libraries.USERS:
    assert library not in sys.modules, library
    late_libraries.load(library)
    late_libraries.load(library)
assert names() != before
print([[each for each in module if each != "_complete"] for module in names()])
"""
SEALED = """
import sys
from flask import Flask
from lms.people import account_library
codes = account_library.OneTimeCodes({"1": "seven quiet chairs in a ring"}, "Askwell")
assert "cryptography" not in sys.modules
secret = codes.generate_totp_secret()
print("enckey" in secret, len(codes.generate_totp_password(secret)))
"""


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-OO", "-c", program], capture_output=True, text=True, check=True).stdout


def test_they_are_not_there_before_they_are_needed_and_all_of_each_is_there_after() -> None:
    assert run(LATE) == run(f"{NAMES}print(names())")


def test_web_processes_load_nothing_that_signs_or_draws() -> None:
    heavy = {"cryptography", "pyld", "lxml", "fastjsonschema", "weasyprint"}
    assert run(f"import lms.app, sys; print({heavy} & set(sys.modules))") == "set()\n"


def test_the_secret_of_an_authenticator_is_sealed_and_read_by_the_one_that_came_late() -> None:
    assert run(SEALED) == "True 6\n"
