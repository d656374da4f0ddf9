"""Pure rules of certificates: what a number looks like, how long one is valid, what each level entrusts.

A certificate ends on its last day: it is valid through the whole of `valid_until` and expired from the day after, as
days are counted in the register's time zone. Withdrawn and suspended outrank expired: it must not be shown.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from assessments.ladder import ALONE
from assessments.levels import level
from assessments.wording import add_months
from lms.core.naming import TURNERS

# No O and no 0, which look alike; no I and no 1, which are read as L instead; no vowels, so that no number is a word.
ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXYZ"
CODE_LENGTH = 28  # 136 bits
GROUP = 4
LONGEST_TYPED = 60
_MISREAD = str.maketrans({"I": "L", "1": "L"})


class Status(StrEnum):
    """What anyone with the number reads first."""

    VALID = "Valid"
    EXPIRED = "Expired"
    WITHDRAWN = "Withdrawn"
    SUSPENDED = "Suspended"
    COMING = "Not yet valid"
    UNKNOWN = "Not found"


class Lasting(Protocol):
    """Anything with a first and a last day."""

    @property
    def issued_on(self) -> date: ...
    @property
    def valid_until(self) -> date: ...


WITHHELD = (Status.WITHDRAWN, Status.SUSPENDED)  # nobody may rely on it, and neither name nor file is given out


def status(certificate: Lasting | None, withheld: Status | None, on: date) -> Status:
    """How a certificate stands on a day. `withheld` is what `history` says: withdrawn, suspended, or None."""
    if certificate is None:
        return Status.UNKNOWN
    if withheld is not None:
        return withheld
    if on < certificate.issued_on:
        return Status.COMING
    return Status.VALID if on <= certificate.valid_until else Status.EXPIRED


def new_code() -> str:
    """A number nobody can guess and that says nothing about anybody."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def tidy(typed: str) -> str:
    """What somebody typed or read aloud, without its spaces and hyphens, in capitals; not necessarily a number."""
    capitals = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper()
    return re.sub(r"[^A-Z0-9]", "", capitals)


def parse(typed: str) -> str | None:
    """The number meant by what was typed, or None if no number can be meant."""
    code = tidy(typed).translate(_MISREAD)
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def printed(code: str) -> str:
    """The number in groups of four, as it stands under the square code and in addresses."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def slip(typed: str) -> str:
    """Why no certificate may have this number, in a sentence that helps to find the mistake."""
    code = tidy(typed)
    if "O" in code or "0" in code:
        return "A zero and the letter D are easily mixed up: our numbers use no letter O and no zero."
    if len(code) != CODE_LENGTH:
        return f"It has {len(code)} letters and figures, our numbers have {CODE_LENGTH}."
    return "Compare it with the paper, group by group."


@dataclass(frozen=True, slots=True)
class Entrusted:
    """What one level of support means on a certificate: “Lead alone”, and what it says and no more."""

    to: str
    means: str
    limits: str


ENTRUSTED = {
    1: Entrusted(
        "Sit in the circle",
        "sits in the circle while somebody else leads",
        "It says this person has taken part in peer groups, not that they have led one.",
    ),
    2: Entrusted(
        "Lead beside a trainer",
        "leads with a trainer beside",
        "It says a trainer sat beside this person and would do so again.",
    ),
    3: Entrusted(
        "Lead with a trainer near",
        "leads with a trainer outside the circle",
        "It says a trainer watched this person lead peer groups and would stay within call.",
    ),
    4: Entrusted(
        "Lead alone",
        "leads with no trainer there",
        "It says a trainer watched this person lead peer groups and would not need to be there.",
    ),
    5: Entrusted(
        "Train others",
        "sits beside others who are learning",
        "It says this person leads peer groups alone and helps others learn to.",
    ),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a certificate says, as plain values: what is drawn, shown and digested."""

    code: str
    address: str
    holder: str
    award: str
    claim: str
    level: int
    provider: str
    organisation: str
    unit: str
    evidence: tuple[str, ...]
    seen_by: int
    signer: str
    signed_on: date
    issuer: str
    issued_on: date
    valid_until: date
    signatories: tuple[tuple[str, str], ...] = ()  # who signs for the provider, and as what

    @property
    def number(self) -> str:
        """The number as people read it."""
        return printed(self.code)

    @property
    def checked_at(self) -> str:
        """Where the number is checked, short enough to type from paper: “learn.example.org/v”."""
        return self.address.partition("//")[2].removesuffix(f"/{self.number}")

    @property
    def entrusted(self) -> Entrusted:
        """What the level means."""
        return ENTRUSTED[self.level]

    @property
    def covers(self) -> bool:
        """Whether whoever holds it is entrusted to lead alone, so that it covers a unit."""
        return self.level >= ALONE

    @property
    def stands(self) -> str:
        """What is so while it is valid, to follow the holder’s name."""
        return "is certified to lead peer groups" if self.covers else f"holds “{self.award}”"

    @property
    def level_name(self) -> str:
        """“Independent”."""
        return level(self.level).name

    @property
    def words(self) -> tuple[str, ...]:
        """Every text that is printed."""
        named = (self.holder, self.award, self.claim, self.provider, self.signer, self.issuer, self.address)
        return (*named, *self.evidence, *(each for signatory in self.signatories for each in signatory))

    @property
    def seen(self) -> str:
        """The evidence in one line, for people who check the number."""
        signers = "one trainer who was" if self.seen_by == 1 else f"{self.seen_by} trainers who were"
        return f"{self.evidence[0]}, signed by {signers} in the room"


def clean_name(name: str) -> str:
    """A name as it is printed: composed, on one line, without invisible marks that could turn it around."""
    composed = unicodedata.normalize("NFC", name)
    visible = "".join(c for c in composed if unicodedata.category(c) not in {"Cc", "Cs"} and c not in TURNERS)
    return " ".join(visible.split())


def readings(readiness: dict[str, Any]) -> tuple[tuple[str, ...], int]:
    """From a decision's frozen readiness: what it rests on, in words, and how many people signed what counts."""
    rungs = [rung for _level, rungs in readiness["ladder"] for rung in rungs if rung["counted"]]
    signers = {rung["name"] for rung in rungs if rung.get("tier") != "link"}  # an outside observer is no trainer
    return tuple(readiness["basis"]), max(1, len(signers))


def last_day(issued_on: date, months: int) -> date:
    """The last day of a certificate that is valid for some months."""
    return add_months(issued_on, months)


KEPT = ("address", "claim", "provider", "organisation", "unit", "evidence", "seen_by", "signer", "signed_on", "issuer")


KEPT_IF_ANY = "signatories"  # a certificate without any is as it was before there could be some


def kept(facts: Facts) -> dict[str, Any]:
    """The facts that have no column of their own, as JSON keeps them."""
    values = {name: getattr(facts, name) for name in KEPT}
    values |= {"evidence": list(facts.evidence), "signed_on": facts.signed_on.isoformat()}
    if facts.signatories:
        values[KEPT_IF_ANY] = [list(each) for each in facts.signatories]
    return values


def payload(facts: Facts, decision: str, standard: tuple[str, int, str]) -> dict[str, Any]:
    """What is digested into the register: every printed word, the decision, and what it was judged by."""
    return kept(facts) | {
        "award": facts.award,
        "code": facts.code,
        "decision": decision,
        "holder": facts.holder,
        "issued_on": facts.issued_on.isoformat(),
        "level": facts.level,
        "standard": list(standard),
        "valid_until": facts.valid_until.isoformat(),
    }


def payload_of_renewal(facts: Facts, decision: str, standard: tuple[str, int, str], renews: str) -> dict[str, Any]:
    """What a renewed certificate binds: what the first one bound, and the digest of the one it renews."""
    return payload(facts, decision, standard) | {"renews": renews}


def payload_of_withdrawal(certificate: str, kind: str, reason: str, revoked_at: datetime) -> dict[str, Any]:
    """What a withdrawal binds: the digest of what was certified, why it is withdrawn, and when."""
    return {"certificate": certificate, "kind": kind, "reason": reason, "revoked_at": revoked_at.isoformat()}


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A reason an administrator may withdraw a certificate for."""

    title: str
    hint: str


WITHDRAWALS = {
    "mistake": Withdrawal("Issued by mistake", "The wrong person, or before the decision"),
    "evidence": Withdrawal("The evidence does not hold", "A signature was taken back"),
    "agreement": Withdrawal("The agreement was broken", "After a hearing, with a decision on file"),
    "asked": Withdrawal("The holder asked for it", ""),
}
