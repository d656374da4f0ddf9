"""How a provider's certificates look: its logo, one beside it, and the two who sign for it. One file, read at start.

    Fieldfare Peer Learning:
      logo: fieldfare.svg            # beside this file; PNG or SVG
      second_logo: harbourside.png   # who stands beside the provider
      signatories:
        - {name: Dr Margaret Hale, role: Director of Learning}
        - {name: Oluwaseun Adeyemi, role: Chair of the Examining Board}

What is named there is checked before anything starts, and never comes from people who use the site.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, RootModel

from courses.source import ContentError, Frozen, read_yaml
from lms.certificates import logos
from lms.certificates.logos import Logo
from lms.core import naming, settings
from lms.core.settings import BadSettings

SETTING = "LMS_CERTIFICATE_LOOKS"


def _name(given: str) -> str:
    fault = naming.fault(given)
    if fault:
        raise ValueError(fault)
    return " ".join(given.split())


Words = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_name)]


class Signatory(Frozen):
    """Who signs for the provider, and as what."""

    name: Words
    role: Words


class _Given(Frozen):
    logo: str = ""
    second_logo: str = ""
    signatories: tuple[Signatory, ...] = Field(default=(), max_length=2)


class _File(RootModel[dict[str, _Given]]):
    pass


@dataclass(frozen=True, slots=True)
class Look:
    """What is a provider's own on its certificates."""

    logo: Logo | None = None
    second_logo: Logo | None = None
    signatories: tuple[Signatory, ...] = ()


PLAIN = Look()


def look_of(provider: str) -> Look:
    """How the certificates of a provider look, by its name."""
    chosen = settings.current().certificate_looks
    return _read(chosen).get(provider, PLAIN) if chosen else PLAIN


def check(chosen: settings.Settings) -> None:
    """Read the file that the settings name. Raises BadSettings with a sentence for every mistake."""
    if chosen.certificate_looks is not None:
        _read(chosen.certificate_looks)


@lru_cache(maxsize=4)
def _read(path: Path) -> dict[str, Look]:
    try:
        given = read_yaml(path, _File).root
    except ContentError as error:
        raise BadSettings(error.problems) from None
    except OSError:
        raise BadSettings([f"{SETTING} should name a YAML file that can be read. It is now {str(path)!r}."]) from None
    faults: list[str] = []
    made = {
        name: Look(_logo(path, each.logo, faults), _logo(path, each.second_logo, faults), each.signatories)
        for name, each in given.items()
    }
    if faults:
        raise BadSettings(faults)
    return made


def _logo(path: Path, name: str, faults: list[str]) -> Logo | None:
    """A logo that lies beside the file, in the same folder and nowhere else."""
    if not name:
        return None
    try:
        return logos.read((path.parent / Path(name).name).read_bytes())
    except logos.Unfit as error:
        faults.append(f"{path}: the logo {name} cannot be used: {error}")
    except OSError:
        faults.append(f"{path}: the logo {name} is not in {path.parent}.")
    return None
