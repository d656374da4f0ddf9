"""What an entry of the register says to the person it is about, in plain words: on the page and in the archive."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from assessments.assurance import in_words
from assessments.calibration import Agreement, Figure
from assessments.coding import decimal
from assessments.delayed import current_checks
from assessments.dilemmas import ASKED, PARTS, get_dilemmas
from assessments.group_standards import get_group_standard
from assessments.interviews import get_interview
from assessments.levels import level
from assessments.wording import first_name, some
from lms.certificates.rules import printed
from lms.core.phrases import full_day
from lms.delayed.rules import KIND as DELAYED
from lms.handover.rules import KINDS
from lms.interviews.rules import VERDICTS
from lms.practice.assurance import tier_of
from lms.practice.dispute_rules import DECIDED, OUTCOMES
from lms.practice.observation import Observation
from lms.practice.rules import ROLE_WORDS, TALLIES, open_words, rows_ever, rubric
from lms.register.bindings import Binding, faults
from lms.register.models import Leaf
from lms.register.rules import leaf_hash
from lms.register.service import entry_of


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as somebody reads it. `said` are people's own words, each with whose they are."""

    seq: int
    at: datetime
    subject_kind: str
    subject_id: uuid.UUID
    by: str
    proof: str
    how: str  # a signature was given, in words; empty for everything else
    agreement: str  # of its signer with others, in words; empty for everything but an assessor's signature
    meaning: str
    reason: str
    title: str
    facts: tuple[tuple[str, str], ...]
    said: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]


def tell(leaf: Leaf, by: str, bindings: list[Binding], name: str) -> Told:
    """An entry about `name`, made `by` somebody, with its record if that is still there."""
    title, facts, said = "", list[tuple[str, str]](), list[tuple[str, str]]()
    if bindings and leaf.kind in _TELLERS:
        with suppress(LookupError, TypeError, ValueError):  # what was changed may not be readable; `problems` says so
            title, facts, said = _TELLERS[leaf.kind](bindings[0], by, name)
    return Told(
        seq=leaf.seq,
        at=leaf.at,
        subject_kind=leaf.subject_kind,
        subject_id=leaf.subject_id,
        by=by,
        proof=leaf.authenticated_by,
        how=in_words(tier_of(leaf.authenticated_by), first_name(name)) if leaf.kind == "signature" else "",
        agreement=_agreement(leaf, bindings),
        meaning=leaf.meaning,
        reason=leaf.reason,
        title=title or leaf.kind.capitalize(),
        facts=tuple((term, value) for term, value in facts if value),
        said=tuple((text, whose) for text, whose in said if text),
        problems=tuple(_problems(leaf, bindings)),
    )


def _agreement(leaf: Leaf, bindings: list[Binding]) -> str:
    """An observer is no assessor. Of what was changed nothing is said here; `problems` says that."""
    if not bindings or leaf.kind != "signature" or tier_of(leaf.authenticated_by) == "link":
        return ""
    with suppress(LookupError, TypeError, ValueError, AttributeError):
        return Agreement.of(bindings[0].payload.get("agreement")).in_words()
    return ""


def _problems(leaf: Leaf, bindings: list[Binding]) -> list[str]:
    sealed = leaf_hash(entry_of(leaf)) == leaf.hash
    return ([] if sealed else [f"Entry {leaf.seq} was changed after it was made."]) + faults(leaf, bindings)


Parts = tuple[str, list[tuple[str, str]], list[tuple[str, str]]]


def _signature(binding: Binding, by: str, name: str) -> Parts:
    session, signed = binding.read or {}, binding.payload
    counts = session["questions"]
    titles = {row.id: row.title for row in (*rows_ever(), *rubric(signed["rubric"]["version"]).rows)}
    observed = Observation.of(signed.get("observation"))
    own, observer = session.get("own_ratings", {}), signed.get("observer", {})  # an observer reads less than a trainer
    facts = [
        ("Outside observer", observer.get("about", "")),
        ("Signed as", observer.get("name", "")),
        ("Part", f"{ROLE_WORDS[session['role']].capitalize()}, {some(session['minutes'], 'minute')}"),
        ("Questions", open_words(counts["open"], sum(counts[kind] for kind in TALLIES))),
        ("Support next time", level(signed["level"]).name),
        *((titles.get(row, row), _both(signed["ratings"].get(row), own.get(row)))
          for row in {**signed["ratings"], **own}),
        *observed.facts(first_name(by)),
    ]  # fmt: skip
    said = [
        (session.get("keep", ""), f"{name}, a moment to keep"),
        (session.get("differently", ""), f"{name}, a moment to ask differently"),
        (signed["comment"], f"{by}, on signing"),
    ]
    by_whom = " by an outside observer" if observer else ""
    return f"Session of {_day(session['held_on'])}, signed{by_whom}", facts, said


def _both(rated: int | None, own: int | None) -> str:
    seen = level(rated).name if rated else "Not rated"
    return f"{seen}, own view {own} of 5" if own else seen


def _decision(binding: Binding, by: str, _name: str) -> Parts:
    said = binding.payload
    standard = f"{said['standard']['id'].capitalize()}, version {said['standard']['version']}"
    return f"Decision about readiness: {KINDS[said['kind']]}", [("Standard", standard)], [(said["reason"], by)]


def _panel_vote(binding: Binding, by: str, _name: str) -> Parts:
    said = binding.payload
    how = "First vote, made alone" if said["round"] == 1 else "Second vote, made openly"
    return f"Vote on a panel about readiness: {KINDS[said['kind']]}", [("Vote", how)], [(said["reason"], by)]


def _interview_note(binding: Binding, by: str, _name: str) -> Parts:
    said = binding.payload
    asked = get_interview(said["questions"]["version"])
    how = "Written alone" if said["round"] == 1 else "Changed after both had talked"
    facts = [("Note", how), ("Questions", f"Version {asked.version}")]
    words = [(said["breach"], f"{by}, the breach"), (said["repair"], f"{by}, how it was mended")]
    words += [(said["heard"].get(each.id, ""), f"{by}, on “{each.text}”") for each in asked.questions]
    words += [(said["missing"], f"{by}, what is missing"), (said["because"], f"{by}, on changing it")]
    return f"Note on a values interview: {VERDICTS[said['verdict']].lower()}", facts, words


def _interview(binding: Binding, _by: str, _name: str) -> Parts:
    said = binding.payload
    facts = [("Held", _day(said["held_on"])), ("Questions", f"Version {said['questions']['version']}")]
    return f"Values interview: {VERDICTS[said['result']].lower()}", facts, []


def _stage(binding: Binding, by: str, _name: str) -> Parts:
    said = binding.payload
    names = {
        each.id: each.name for each in get_group_standard(said["standard"]["id"], said["standard"]["version"]).stages
    }
    title = f"The stool of your circle: from “{names[said['from']]}” to “{names[said['to']]}”"
    return title, [], [(said["reason"], by)]


def _coding(binding: Binding, _by: str, _name: str, *, title: str) -> Parts:
    said = binding.payload
    facts = [
        ("Turns read", some(said["turns"], "turn")),
        ("Open", str(said["open"])),
        ("Without advice", str(said["without_advice"])),
        ("Agreement on open", f"κ {decimal(said['kappa_open'])}"),
        ("Agreement on advice", f"κ {decimal(said['kappa_advice'])}"),
    ]
    return title, facts, []


def _delayed(binding: Binding, _by: str, _name: str) -> Parts:
    """What held and under which text; neither how many were right nor what was written is anybody’s business here."""
    said = binding.payload
    known = current_checks().get(said["module"])
    facts = [("Form", said["form"]), ("Text", said["content_hash"][:12])]
    came = "it has held" if said["held"] else "not yet"
    title = known.title if known else f"Check of {said['module']} a day later"
    return f"{title}: {came}, judged under version {said['version']}", facts, []


def _own_figure(binding: Binding, _by: str, _name: str) -> Parts:
    said, work = binding.payload, binding.payload["source"]["work"]
    figure = Figure(said["kind"], said["hundredths"], said["items"], date.fromisoformat(said["done_on"]))
    texts = [f"{each['text'].replace('-', ' ')}, {_day(each['done_on'])}, version {each['hash'][:8]}" for each in work]
    return "You took a figure of agreement", [("Figure", figure.in_words()), ("Rests on", "; ".join(texts))], []


def _hand_over_signed(binding: Binding, by: str, _name: str) -> Parts:
    said = binding.payload
    return f"{by} signed the hand-over of your circle", [("Circle", said["terms"]["circle"])], []


def _handed_over(binding: Binding, _by: str, _name: str) -> Parts:
    terms = binding.payload["terms"]
    facts = [("Circle", terms["circle"]), ("Facilitates from then on", terms["facilitator"])]
    return "Your circle was handed over and runs itself", facts, [(terms["because"], terms["trainer"])]


def _issued(binding: Binding, _by: str, _name: str) -> Parts:
    said = binding.payload
    facts = [
        ("Holder", said["holder"]),
        ("Number", printed(said["code"])),
        ("Valid until", _day(said["valid_until"])),
        ("Issued by", said["provider"]),
    ]
    return f"Certificate issued: {said['award']}", facts, []


def _happened(binding: Binding, by: str, _name: str, *, title: str) -> Parts:
    return title, [], [(binding.payload["reason"], by)]


def _name_corrected(binding: Binding, by: str, _name: str) -> Parts:
    said = binding.payload
    return "The name on a certificate was corrected", [("Name since then", said["name"])], [(said["reason"], by)]


def _voided(binding: Binding, by: str, _name: str, *, what: str) -> Parts:
    session, said = binding.read or {}, binding.payload
    facts = [("Signature", f"The one of entry {said['entry']}, which counts no more")]
    return f"Session of {_day(session['held_on'])}, {what}", facts, [(said["reason"], by)]


def _dispute(binding: Binding, by: str, name: str) -> Parts:
    said = binding.payload
    about = f"The signature of entry {said['entry']}" if "entry" in said else "That the session came back"
    facts = [("Disputed", about), ("Decided", OUTCOMES[said["outcome"]])]
    words = [
        (said["disputed"], f"{name}, on disputing it"),
        (said["answered"], "Whoever signed or returned it, in answer"),
        (said["reason"], by),
    ]
    return f"Dispute decided: {OUTCOMES[said['outcome']].lower()}", facts, words


def _dilemma(binding: Binding, by: str, name: str) -> Parts:
    said = binding.payload
    dilemma = get_dilemmas(said["text"]["version"]).find(said["dilemma"])
    marks = said["marks"]
    facts = [
        ("Parts there", f"{sum(marks[part]['there'] for part in PARTS)} of {len(PARTS)}"),
        ("Result", "Enough is there" if said["right"] else "Not yet"),
        ("Sent", f"Version {said['number']}, on {_day(said['sent_at'][:10])}"),
        ("Judged under", f"The dilemmas, version {said['text']['version']}"),
    ]
    words = [(said["parts"][part], f"{name}, {ASKED[part][0].lower()}") for part in PARTS]
    words += [(marks[part]["said"], f"{by}, {ASKED[part][0].lower()}") for part in PARTS]
    there, version = facts[0][1], said["text"]["version"]
    about = dilemma.title if dilemma else said["dilemma"]
    return f"Dilemma judged: “{about}”, {there}, under version {version} of the dilemmas", facts, words


def _same_person(_binding: Binding, _by: str, _name: str) -> Parts:
    return "Two accounts that are one person", [], []


_TELLERS: Mapping[str, Callable[[Binding, str, str], Parts]] = {
    "signature": _signature,
    "same person": _same_person,
    "signature corrected": partial(_voided, what="corrected after it was signed"),
    "signature withdrawn": partial(_voided, what="signature withdrawn"),
    DECIDED: _dispute,
    "decision": _decision,
    "panel vote": _panel_vote,
    "interview note": _interview_note,
    "values interview": _interview,
    "stage": _stage,
    "coding": partial(_coding, title="What your circle asked, read by two people"),
    "own turns": partial(_coding, title="What you said when you led, read by two people"),
    DELAYED: _delayed,
    "own figure": _own_figure,
    "hand-over signature": _hand_over_signed,
    "hand-over": _handed_over,
    "certificate issued": _issued,
    "certificate withdrawn": partial(_happened, title="Certificate withdrawn"),
    "withdrawal undone": partial(_happened, title="The withdrawal of a certificate was taken back"),
    "certificate suspended": partial(_happened, title="Certificate suspended"),
    "certificate name corrected": _name_corrected,
    "dilemma judged": _dilemma,
    "suspension lifted": partial(_happened, title="The suspension of a certificate was lifted"),
}


def _day(iso: Any) -> str:
    return full_day(date.fromisoformat(iso))
