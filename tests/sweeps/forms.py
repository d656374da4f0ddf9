"""One good form for every address that takes one: who sends it, and what they type."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from lms.core import clock
from lms.people.models import Membership, Unit
from tests.sweeps.acting_house import FORMS as OF_ACTING
from tests.sweeps.acting_house import of_acting
from tests.sweeps.certificate_forms import FORMS as OF_CERTIFICATES
from tests.sweeps.coding_house import forms as of_coding
from tests.sweeps.cohorts_house import of_cohorts
from tests.sweeps.cover_house import FORMS as OF_COVER
from tests.sweeps.dilemmas_house import FORMS as OF_DILEMMAS
from tests.sweeps.house import NOBODY, House
from tests.sweeps.imports_house import of_imports
from tests.sweeps.interview_house import forms as of_interviews
from tests.sweeps.journals import FORMS as OF_JOURNALS
from tests.sweeps.later_house import FORMS as LATER
from tests.sweeps.nominations_house import of_nominations
from tests.sweeps.outcomes_house import FORMS as OF_OUTCOMES
from tests.sweeps.refresh_house import FORMS as OF_REFRESH
from tests.sweeps.taking_over_forms import of_taking_over
from tests.sweeps.value_house import of_value

PASSWORDS = {"password": "seven quiet chairs"}
CODE = {"code": "123456"}
PASSKEY = {"credential": '{"id": "x"}', "name": "My phone", "usage": "first"}
NEW_PASSWORDS = {"password": "four quiet herons by the lake", "password_confirm": "four quiet herons by the lake"}

REVIEW = {
    "helped": 3, "level": 2, "behaviour-1": "Asked who was silent.", "keep": "The pause.", "try_next": "Hand it on.",
    "comment": "You waited.", "safety": "yes", "safety_line": "Somebody left in tears.", "tie-employer": "yes",
    "seen": "yes",
}  # fmt: skip

# Who may send what nobody in particular sends, and the fields whose values do not depend on the demo.
PLAIN: dict[str, tuple[str, dict[str, str]]] = {
    **OF_DILEMMAS,
    **OF_CERTIFICATES,
    **OF_COVER,
    "security.login": (NOBODY, {"email": "amara.osei@harbourside.example", "next": "/learn", **PASSWORDS}),
    "security.logout": ("trainee", {"next": "/"}),
    "security.forgot_password": (NOBODY, {"email": "amara.osei@harbourside.example"}),
    "security.reset_password": (NOBODY, NEW_PASSWORDS),
    "security.two_factor_token_validation": (NOBODY, CODE),
    "security.two_factor_rescue": (NOBODY, {"help_setup": "recovery_code"}),
    "security.tf_select": (NOBODY, {"which": "authenticator"}),
    "security.mf_recovery": (NOBODY, CODE),
    "security.wan_signin": (NOBODY, {"identity": "amara.osei@harbourside.example", "remember": "y"}),
    "security.wan_signin_response": (NOBODY, PASSKEY),
    "security.verify": ("trainee", {"next": "/account", **PASSWORDS}),
    "security.change_password": (
        "trainee", {"password": "wrong", "new_password": "four herons", "new_password_confirm": "four herons"},
    ),
    "security.two_factor_setup": ("trainee", {"setup": "authenticator"}),
    "security.two_factor_setup_validate": ("trainee", CODE),
    "security.mf_recovery_codes": ("trainee", {"generate_new_codes": "y"}),
    "security.wan_register": ("trainee", PASSKEY),
    "security.wan_register_response": ("trainee", PASSKEY),
    "security.wan_delete": ("trainee", {"name": "My phone"}),
    "security.wan_verify": ("trainee", {}),
    "security.wan_verify_response": ("trainee", PASSKEY),
    "people.end_sign_in": ("trainee", {}),
    "people.end_other_sign_ins": ("trainee", {}),
    "people.choose_theme": ("trainee", {"theme": "dark"}),
    "exercises.begin_dialogue": ("trainee", {"key": "sweep"}),
    "exercises.speak": ("trainee", {
        "asked": "What is it like?", "looked": "What is it like?", "kind": "open", "function": "feeling",
        "number": "1", "key": "sweep", "do": "ask",
    }),
    "exercises.draft_question": ("trainee", {"asked": "What do you hear?"}),
    "exercises.stop_talk": ("trainee", {}),
    "learning.finish": ("trainee", {}),
    "learning.invitation": (NOBODY, {"name": "Wanda New", **PASSWORDS}),
    "learning.invite_again": ("administrator", {}),
    "learning.suspend": ("administrator", {}),
    "learning.restore": ("administrator", {}),
    "messages.send_again": ("administrator", {}),
    "exercises.begin_test": ("trainee", {"key": "one"}),
    "exercises.save_answer": ("trainee", {"version": "0", "do": "next", "answer": "a", "text": "later sheet"}),
    "exercises.draft_answer": ("trainee", {"version": "0", "answer": "a", "text": "later sheet"}),
    "exercises.hand_in": ("trainee", {}),  # without its tick, so that the test stays open
    **LATER,
    "unsent.keep": ("trainer", {"keep": "The pause."}),
    "groups.remove_member": ("trainee", {}),
    "groups.make_calendar": ("trainee", {}),
    "groups.end_calendar": ("trainee", {}),
    "groups.choose_invitations": ("trainee", {"invitations": "no"}),
    "groups.call_off": ("trainee", {}),
    "practice.come_back": ("trainer", {}),
    "practice.calibrate": ("administrator", {
        "kind": "kappa_open_closed", "value": "0.72", "items": "40", "done_on": "3 May 2026",
        "evidence": "calibration-2026.csv, in the archive.",
    }),
    "exercises.grant_extra": ("trainer", {"much": "25", "minutes": "", "key": str(uuid.uuid4())}),
    "exercises.withdraw_extra": ("trainer", {}),
    "raters.ask": ("trainee", {"asked": str(uuid.uuid4()), "transcript": "ward-handover", "key": str(uuid.uuid4())}),
    "raters.accept": ("trainee", {}),
    "raters.end": ("trainee", {}),
    "raters.write": ("trainee", {"version": "0", "note-t3": "I heard a door close."}),
    "raters.take": ("trainer", {"seen": "0" * 64, "password": ""}),
    "practice.withdraw_figure": ("administrator", {"reason": "It was of somebody else."}),
    "panels.renew": ("trainer", {}),
    "panels.step_down": ("administrator", {"stepping": ""}),  # not all of it, so that the seat stays taken
    "panels.appeal": ("trainee", {"words": "They were strangers to me."}),
    "takeover.close": ("trainer", {}),
    "aftercare.close_help": ("trainee", {}),
    "aftercare.agree": ("trainee", {"password": ""}),
    "aftercare.leave": ("trainee", {}),
    "takeover.hand_in": (NOBODY, {"q1": "4", "q2": "7"}),  # not all of it, so that the slip is never used
    "rounds.say_yes": ("trainee", {"importance": "4"}),
    "rounds.withdraw": ("trainee", {}),
    "rounds.drop": ("trainee", {}),
    "practice.dispute_now": ("trainee", {"about": str(uuid.uuid4()), "reason": "The silence was held."}),
    "practice.take_back": ("trainee", {"dispute": str(uuid.uuid4())}),
    "practice.answer": ("trainer", {"dispute": str(uuid.uuid4()), "answer": "I counted four."}),
    "practice.decide_now": (
        "trainer", {"dispute": str(uuid.uuid4()), "outcome": "upheld", "reason": "Both say so.", "password": ""},
    ),
    "practice.throw_away": ("trainee", {}),
    "practice.ask_observer": ("trainee", {
        "name": "Maria Ortiz", "email": "maria@hospice.example", "about": "Works at the hospice"}),
    "practice.ask_observer_again": ("trainee", {}),
    "practice.end_link": ("trainee", {}),
    "practice.observed": (NOBODY, {
        "version": "1", "rate-asking": "3", "level": "2", "comment": "Amara waited.", "seen": "yes",
        "signed_as": "Maria Ortiz",
    }),
    "practice.not_seen": (NOBODY, {}), "practice.earlier_read": ("trainee", {}),
    "learning.stop": ("trainee", {"reason": "A new baby."}), "learning.go_on": ("trainee", {}),
    "learning.keep_place": ("trainee", {"part": "on-what-people-get-wrong"}),
    "learning.accept_newer": ("trainee", {"edition": "2"}),
    **OF_JOURNALS | OF_REFRESH | OF_OUTCOMES | OF_ACTING,
    "practice.bring_in": ("trainee", {"name": "log.csv", "rows": "Date,Minutes\n2024-04-30,90\n"}),
    "practice.remove_earlier": ("trainee", {}),
    "practice.counted": ("trainee", {"notes": "What did you notice?", "do": "use", "question-1": "open"}),
}  # fmt: skip


def filled(house: House, endpoint: str) -> tuple[str, dict[str, Any]]:
    """The role that sends this form, and every field it takes with a value that would do."""
    if endpoint in PLAIN:
        return PLAIN[endpoint][0], dict(PLAIN[endpoint][1])
    role, fields = _of_the_demo(house)[endpoint]
    return role, {name: str(value) for name, value in fields.items()}


def _of_people(unit: Unit, trainer: uuid.UUID) -> dict[str, tuple[str, dict[str, Any]]]:
    early = {"trainer": trainer, "because": "Nine years of Balint groups.", "award": "associate"}
    who = {"name": "Wanda Newer", "email": f"{uuid.uuid4().hex[:8]}@example.org", "role": "trainee"}
    return {
        **of_nominations(unit.id, trainer),
        **of_value(unit.organisation_id),
        "learning.invite": ("administrator", {**who, **early, "place": f"{unit.organisation_id} {unit.id}"}),
        "learning.move_on": ("administrator", {**early, "award": "lead"}),
    }


def _of_the_demo(house: House) -> dict[str, tuple[str, dict[str, Any]]]:
    ids = house.ids
    with house.database.readers() as db:
        unit = db.get_one(Unit, ids["unit_id"])
        trainer = db.scalars(select(Membership.person_id).where(Membership.role == "trainer").limit(1)).one()
    writing = {
        "held_on": clock.today() - timedelta(days=1), "group": ids["group_id"], "minutes": 70, "role": "beside",
        "phase-arrive": 6, "open": 9, "closed": 3, "leading": 1, "advice": 0, "own-asking": 3, "signer": "",
        "keep": "I waited.", "differently": "Wait longer.", "left_out": "yes", "version": 0,
    }  # fmt: skip
    return {
        **_of_people(unit, trainer),
        "journal.show": ("trainee", {"trainer": trainer}),
        "exercises.attempt": ("trainee", {
            "key": uuid.uuid4().hex, "problem": "", "question": "What did you notice?", "q1": "a", "q2": "b",
        }),
        "exercises.differ": ("trainee", {
            "attempt": ids["attempt"], "openness": "open", "fault": "X-ADV", "keeps_text": "yes", "problem": "",
        }),
        "exercises.decide": ("trainee", {"attempt": ids["attempt"], "label": "open", "problem": ""}),
        **_of_circles(house, trainer),
        **of_coding(ids),
        **of_cohorts(), **of_imports(), **of_acting(house.people["trainee"]),
        **of_interviews(ids),
        **_of_advice(house),
        "rounds.start": ("trainee", {"holder": ids["member_id"], "length": 75, "key": uuid.uuid4()}),
        "rounds.keep": ("trainee", a_round(ids["member_id"])),
        "practice.create": ("trainee", {**writing, "key": uuid.uuid4()}),
        "practice.change": ("trainee", {**writing, "session_version": 1}),
        "practice.correct_now": ("trainee", {**writing, "session_version": 1, "because": "Counted twice."}),
        "practice.withdraw_now": ("trainer", {"signature": uuid.uuid4(), "reason": "Another evening.", "password": ""}),
        "practice.draft": ("trainee", {**writing, "key": uuid.uuid4()}),
        "practice.be_away": ("trainer", {"starts_on": clock.today(), "ends_on": clock.today()}),
        **_of_sign_off(house),
        "handover.open_concern": ("trainer", {"reason": "An evening.", "key": uuid.uuid4(), "password": ""}),
        "handover.settle_concern": ("administrator", {"reason": "They met.", "password": ""}),
        "handover.decide": ("trainer", {"kind": "stay", "reason": "Soon.", "key": uuid.uuid4(), "password": ""}),
        **_of_panels(trainer),
        **_of_certificates(ids["decision"]),
    }  # fmt: skip


def _of_panels(trainer: uuid.UUID) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "panels.call_now": ("trainer", {"members": trainer, "key": uuid.uuid4()}),
        "panels.name_another": ("trainer", {"member": trainer}),
        "panels.vote": ("trainer", {"kind": "stay", "reason": "Soon.", "page": 1, "round": 1, "password": ""}),
        "panels.decide": ("trainer", {
            "decision": "stay", "because": "Soon.", "answer": "We saw it.", "exceptional": "Once more.", "page": 1,
            "key": uuid.uuid4(), "password": "",
        }),
    }  # fmt: skip


def _of_certificates(decision: uuid.UUID) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "certificates.issue_now": ("administrator", {"decision": decision, "password": ""}),
        "certificates.withdraw_now": ("administrator", {"kind": "evidence", "reason": "Found out.", "password": ""}),
        "certificates.show_evidence": ("trainee", {"shown": "yes"}),
        "certificates.check_file": (NOBODY, {}),
    }  # fmt: skip


def _of_sign_off(house: House) -> dict[str, tuple[str, dict[str, Any]]]:
    ids = house.ids
    return {
        "practice.sign": ("trainer", {
            "do": "sign", "version": 1, "rate-asking": 3, **REVIEW,
            "reason": "The tally is missing.", "password": "",
        }),
        "practice.sign_together": ("trainer", {"seen": "yes", "password": "", **{
            f"of-{ids['session_id']}-{name}": value for name, value in
            {"version": 1, "sign": "yes", "rate-asking": 3, **REVIEW, "notes": "Ask about Tom."}.items()
        }}),
        "practice.sign_here": ("trainee", {
            "version": 1, "rate-asking": 3, **REVIEW,
            "email": "ruth.tamihana@fieldfare.example", "password": "", "code": "", "asked": "", "credential": "{}",
        }),
    }  # fmt: skip


def _of_circles(house: House, trainer: uuid.UUID) -> dict[str, tuple[str, dict[str, Any]]]:
    ids, soon = house.ids, clock.today() + timedelta(days=9)
    meeting = {"day": soon, "time": "14:30", "minutes": 75, "meeting_place": "Hall"}
    standing = {"status_band": 2, "reports_to": house.people["trainee"], "both_agreed": "yes"}
    return {
        "groups.create": ("trainer", {
            "key": uuid.uuid4(), "name": "New circle", "unit": ids["unit_id"], "zone": "Europe/London",
            "facilitator": house.people["trainee"], "trainer": trainer, "place": "Depot kitchen",
        }),
        "groups.add_member": ("trainee", {"pseudonym": "Kiwi", "person": "", **standing}),
        "groups.describe_member": ("trainee", standing),
        "groups.add_meeting": ("trainee", {**meeting, "every": "2", "until": soon + timedelta(weeks=5)}),
        "groups.move_meeting": ("trainee", meeting),
        "groups.choose_hosts": ("trainee", {"host": ids["member_id"], "deputy": ""}),
        "groups.note_attendance": ("trainee", {"came": ids["member_id"]}),
        "groups.agree": ("trainee", {"agreed_on": clock.today(), "meetings": 6}),
        **of_taking_over(house),
    }  # fmt: skip


def _of_advice(house: House) -> dict[str, tuple[str, dict[str, Any]]]:
    about = {"about": f"{house.ids['council_id']} whole", "theme": "time"}
    said = {
        "theme": "time",
        "issue": "The hour goes to the rota.",
        "option-1": "Book it like training.",
        "by-1": "hosts",
    }
    return {
        "advising.open_case": ("trainer", {**about, **said, "shared": "yes", "key": uuid.uuid4()}),
        "advising.change_case": ("trainer", {
            **said, "version": 1, "step": "Three units try it.", "owner_id": house.people["manager"],
            "owner": "The heads of unit", "due_on": clock.today() + timedelta(days=9), "state": "agreed",
            "outcome": "Nine of ten hours were held.", "shared": "yes",
        }),
        "advising.draft": ("trainer", {**about, "case": "", "text": "In several units the hour is lost.",
                                       "key": uuid.uuid4()}),
        "advising.rewrite": ("trainer", {"version": 1, "text": "In several units the hour goes elsewhere."}),
        "advising.read": ("administrator", {
            "version": 1, "clear": "no", "change": "“Units” tells too much.", "key": uuid.uuid4(), "password": "",
        }),
        "advising.take_back": ("trainer", {}),
    }  # fmt: skip


WORDS = ("opening", "follow_up", "agreed", "possibilities", "insight", "step", "help_wanted", "learning")


def a_round(seat: object) -> dict[str, Any]:
    """What somebody keeps of a round, with a word in every field that takes one."""
    return {
        **{name: f"My {name}" for name in WORDS}, f"text-{seat}": "I wait too long", f"tag-{seat}": "problem",
        f"rating-{seat}": 4, f"mark-{seat}": 4, "confirmed": "yes", "loops": 1, "step_owner": seat,
        "step_on": "12 March 2027", "minutes-tell": 9, "times-ADV": 2, "version": 0,
    }  # fmt: skip
