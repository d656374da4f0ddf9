"""How letters are put together, before anybody sends them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from jinja2 import UndefinedError

from lms.core import texts
from lms.core.settings import load
from lms.messages import rules, smtp
from lms.messages.models import Message

LINK = "https://learn.example.org/practice/0190a6f2-7b1c-7c3e-8f52-0a5b7c9d1e2f-and-more-than-a-line-holds"
STOP = "https://learn.example.org/refresh/stop/Xq3-fL0aVZ9_dKpW2mTtR7yB"
COMES_AGAIN = {"refresh", "follow_up", "weekly"}  # these have a second link, which ends them
SIGNATURE = "— learn.example.org " + "Ab" * 46  # a line that no mail may break
EVERYTHING: dict[str, object] = {
    "name": "Amara Osei",
    "link": LINK,
    "stop_link": STOP,
    "minutes": 2,
    "trainee": "Amara Osei",
    "trainer": "Ruth Tamihana",
    "words": "What is in the way? I would rather hear it than guess.",
    "observer": "Maria Ortiz",
    "group": "Parks & Depot",
    "held_on": date(2026, 4, 30),
    "decided_by": "Ruth Tamihana",
    "decided_on": date(2026, 5, 12),
    "award": "Facilitator of peer learning groups",
    "issuer": "Fieldfare Peer Learning",
    "valid_until": date(2028, 5, 12),
    "revoked_on": date(2026, 5, 14),
    "holder": "Joan Fairweather",
    "unit": "Parks & Depot",
    "inviter": "Hana Petrova",
    "moved_by": "Ruth Tamihana",
    "asked_by": "Ruth Tamihana",
    "named_by": "Ilse Brandt",
    "organisation": "Harbourside Council",
    "role": "trainee facilitator",
    "count": 2,
    "reason": "late",
    "asked": "Bashir Noor",
    "expires_on": date(2026, 5, 26),
    "second": "Bashir Noor",
    "stands": False,
    "day": date(2026, 12, 1),
    "note": ["Askwell register checkpoint", "Origin: learn.example.org", "Hash: " + "ab" * 32, "", SIGNATURE],
    "key": ["-----BEGIN PUBLIC KEY-----", "MCowBQYDK2VwAyEA" + "a" * 43 + "=", "-----END PUBLIC KEY-----"],
    "days": ["Tuesday 16 March 2027, 16:00, Depot kitchen", "Tuesday 30 March 2027, 16:00, Depot kitchen"],
    "first": date(2027, 3, 16),
    "on": date(2027, 3, 16),
    "when": "Tuesday 16 March 2027, 16:00, Depot kitchen",
    "zone": "Europe/London",
    "changed": False,
    "again": False,
    "has_left": False,
    "asker": "Farid Rahimi",
    "leads": "Amara Osei",
    "proposer": "Farid Rahimi",
    "ago": 90,
    "called_by": "Ruth Tamihana",
    "writer": "Farid Rahimi",
    "member": "Bashir Noor",
    "members": "Ruth Tamihana, Bashir Noor and Wen Liu",
    "result": "not yet",
    "title": "Open questioning, a day later",
    "until": date(2026, 6, 11),
    "left": 30,
    "dilemma": "He signs on Friday",
    "right": False,
    "prepare": "Bring one time when you broke a value.",
    "manager": "Hana Petrova",
    "said": "A session waits for Ruth Tamihana’s signature since 4 May.",
    "wanted": "a signature",
    "lost": "Roads",
    "sections": [("Lost their last certified facilitator", ["Roads", "IT"]), ("Stuck", ["Amara Osei, Parks & Depot"])],
    "more": 3,
    "missing": "Ruth Tamihana writes: One repair that was said aloud.",
    "by": "Hana Petrova",
    "confirmed": True,
    "number": 14,
    "replaced": 12,
    "answered": True,
    "kept": "amara@osei.example",
    "former": "amara.osei@example.org",
    "rights": "What it was allowed has ended: trainer at Fieldfare Peer Learning.",
}
NAMES = sorted(path.stem for path in (texts.folder() / "mail").glob("[!_]*.txt"))
NEEDED = {
    "after_check", "backup_asked", "backup_nobody", "backup_told", "called_off", "certificate", "checkpoint",
    "coding_asked", "coding_named", "commented", "concern", "corrected", "cover_back", "cover_lost",
    "cover_suspended",
    "decision",
    "delayed_judged",
    "dilemma_judged",
    "dispute_asked",
    "dispute_decided",
    "dispute_dropped",
    "dispute_stuck",
    "disputed",
    "drift",
    "drift_safety",
    "drift_told",
    "hand_over_drafted",
    "hand_over_off",
    "handed_over",
    "help_call",
    "help_safety",
    "host",
    "interview_arranged",
    "interview_asked",
    "interview_closed",
    "interview_not_yet",
    "interview_off",
    "interview_replaced",
    "interview_talk",
    "interview_yes",
    "invitation",
    "invited",
    "lifted",
    "more_support",
    "more_support_asked",
    "more_support_told", "name_corrected", "not_seen", "observed", "observer", "panel_appealed", "panel_called",
    "panel_closed", "panel_decided", "panel_opened", "panel_renewed", "panel_seat", "password_changed", "renewal_due",
    "renewal_due_manager", "renewal_sent", "reset", "returned", "revoked", "sign_off_asked", "signed", "stage",
    "same_person",
    "nominated", "nomination_accepted", "nomination_declined",
    "cohort_written", "training_stopped", "training_resumed",
    "own_turns_asked", "own_turns_circle", "own_turns_named",
    "refresh", "follow_up",
    "manager_unblock", "manager_wrote", "renewal_asked", "weekly",
    "journal_answered", "journal_shown", "suspended", "undone", "values_written", "withdrawn",
    "value_terms", "value_answered", "value_open", "value_bill", "value_corrected",
}  # fmt: skip


def test_there_is_a_letter_for_everything_that_is_told() -> None:
    assert set(NAMES) >= NEEDED


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_finished_prose_with_one_whole_link(name: str) -> None:
    subject, body = rules.compose(texts.letter(name, **EVERYTHING))
    assert 10 < len(subject) < 90
    assert body.startswith("Amara Osei,\n\n")
    links = [LINK, STOP] if name in COMES_AGAIN else [LINK]
    assert [line for line in body.splitlines() if "://" in line] == links
    assert all(len(line) <= rules.LINE for line in rules.wrap(body).splitlines() if line not in (LINK, STOP, SIGNATURE))
    assert not re.search(r"[{}<>!]|  |\n\n\n", subject + body)
    assert "'" not in body


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_says_at_its_top_what_it_needs(name: str) -> None:
    source = (texts.folder() / "mail" / f"{name}.txt").read_text("utf-8")
    comment = source[: source.index("#}")]
    used = set(re.findall(r"{{ (\w+)", source)) - {"name"}
    assert source.startswith("{#")
    assert all(f"{each}:" in comment for each in used)


def test_a_forgotten_variable_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        texts.letter("signed", name="Amara Osei")


def test_a_letter_without_a_subject_is_an_error() -> None:
    with pytest.raises(rules.BadTemplate):
        rules.compose("Amara,\n\nhello")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Amara\r\nBcc: everybody@example.org", "Amara Bcc: everybody@example.org"),
        ("Amara\u2028\u2029\x85\x00\x0bOsei", "Amara Osei"),
        ("Amara \u202egro.live\u202c", "Amara gro.live"),
        ("  Zoë   Wiśniewska ", "Zoë Wiśniewska"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        (7, 7),
    ],
)
def test_a_value_in_a_letter_is_one_visible_line(given: object, kept: object) -> None:
    assert rules.plain(given) == kept


def test_a_subject_too_long_is_cut_between_words() -> None:
    subject, _ = rules.compose("Subject: " + "circle " * 60 + "\n\nbody")
    assert len(subject) <= rules.LONGEST_SUBJECT
    assert subject.endswith("circle …")


def test_what_became_of_a_letter() -> None:
    at = datetime(2026, 5, 12, tzinfo=UTC)
    assert rules.state(at, None, delivering=True) == "Sent"
    assert rules.state(None, None, delivering=True) == "Waiting"
    assert rules.state(None, at, delivering=True) == "Not sent"
    assert rules.state(None, at, delivering=False) == "Kept here"
    assert rules.state(at, None, delivering=False) == "Sent"


@pytest.mark.parametrize("email", ["nobody", "@example.org", "amara@", "amara@example.org\r\nBcc: x@example.org"])
def test_an_address_that_is_none_is_refused(email: str) -> None:
    letter = Message(
        email=email, subject="s", body="b", message_id="<1@x>", created_at=datetime(2026, 5, 12, tzinfo=UTC)
    )
    with pytest.raises(smtp.Refused, match="address"):
        smtp.hand_over("smtp://127.0.0.1:1", load({"LMS_SECRET_KEY": "0" * 40}).mail_from, letter)


def test_two_addresses_in_one_never_reach_two_people() -> None:
    letter = Message(
        email="a@example.org, b@example.org",
        subject="s",
        body="b",
        message_id="<1@x>",
        created_at=datetime(2026, 5, 12, tzinfo=UTC),
    )
    assert len(smtp.build("Askwell <no-reply@askwell.example>", letter)["To"].addresses) == 1
