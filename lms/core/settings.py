"""Settings come from the environment only (`LMS_*`) and are checked before anything starts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

DATABASES = ("sqlite", "postgresql")
SECRET_LENGTH = 32
SECRETS = {"LMS_SECRET_KEY": "", "LMS_KEYS_PASSPHRASE": ", another than LMS_SECRET_KEY"}
_in_use: list[Settings] = []


def _database(url: str) -> str:
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme not in DATABASES:
        raise ValueError("should start with sqlite:/// or postgresql://")
    if scheme == "postgresql":
        return "postgresql+psycopg:" + url.partition(":")[2]
    return "sqlite+pysqlite:" + url.partition(":")[2]


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("should be a full address such as https://learn.example.org")
    return url.rstrip("/")


def _smtp(url: str | None) -> str | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("should look like smtp://user:password@mail.example.org:587 (or smtps://…)")
    return url


def _contact(address: str) -> str:
    if address and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
        raise ValueError("should be an address such as register@example.org, or empty")
    return address


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("should be a time zone such as Europe/London") from None
    return name


class Settings(BaseModel):
    """Every setting of the product. Field names are the variables' names without `LMS_`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    secret_key: str = Field(min_length=SECRET_LENGTH)
    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///var/askwell.db"
    public_url: Annotated[str, AfterValidator(_public_url)] = "http://127.0.0.1:8000"
    data_dir: Path = Path("var")
    keys_passphrase: str = ""
    certificate_looks: Path | None = None
    smtp_url: Annotated[str | None, AfterValidator(_smtp)] = None
    mail_from: str = "Askwell <no-reply@askwell.example>"
    contact_email: Annotated[str, AfterValidator(_contact)] = ""
    time_zone: Annotated[str, AfterValidator(_zone)] = "Europe/London"
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    mode: Literal["production", "demo", "test"] = "production"

    @field_validator("keys_passphrase")
    @classmethod
    def _of_its_own(cls, given: str, others: ValidationInfo) -> str:
        if given and (len(given) < SECRET_LENGTH or given == others.data.get("secret_key")):
            raise ValueError("should be another")
        return given

    @property
    def secure(self) -> bool:
        """Whether people reach the site by https, so cookies may be marked Secure."""
        return self.public_url.startswith("https://")


class BadSettings(Exception):
    """The settings cannot be used. `sentences` says why, one per mistake."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


def _sentence(name: str, message: str, given: object) -> str:
    if name in SECRETS:  # never repeat a secret back
        return (
            f"{name} should be a random text of at least {SECRET_LENGTH} characters{SECRETS[name]}. "
            "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return f"{name} {message.removeprefix('Value error, ')}. It is now {given!r}."


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises BadSettings with a sentence for every mistake."""
    values = os.environ if environment is None else environment
    given = {key.removeprefix("LMS_").lower(): value for key, value in values.items() if key.startswith("LMS_")}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        sentences = [
            _sentence(f"LMS_{str(each['loc'][0]).upper()}", each["msg"], each["input"]) for each in error.errors()
        ]
        raise BadSettings(sentences) from None


def use(chosen: Settings) -> Settings:
    """Make `chosen` the settings of this process. A process serves one site, so the last choice stands."""
    _in_use[:] = [chosen]
    return chosen


def current() -> Settings:
    """The settings of this process, for services, which know no application: as chosen, else from the environment."""
    return _in_use[0] if _in_use else use(load())
