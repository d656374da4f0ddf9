"""Records of others: not there, with the same bytes as a record that never was."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms.core.routes import routes
from lms.groups.models import PeerGroup
from lms.people.models import Membership
from tests.sweeps.coding_house import ALONE, COMPARED
from tests.sweeps.forms import filled
from tests.sweeps.house import ROLES, House, same

pytestmark = pytest.mark.xdist_group("sweeps")
FORGED = {"role": "administrator", "organisation_id": "1", "state": "signed", "signer_id": "1", "trainer_id": "1"}


def with_ids(house: House, method: str) -> list[Rule]:
    return [rule for rule in house.rules(method) if any(name.endswith("_id") for name in rule.arguments)]


def nowhere(rule: Rule) -> dict[str, uuid.UUID]:
    return {name: uuid.uuid4() for name in rule.arguments if name.endswith("_id")}


def send(house: House, rule: Rule, method: str, who: uuid.UUID, **ids: object) -> TestResponse:
    browser = house.browser(who)
    if method == "GET":
        return browser.get(house.path(rule, **ids))
    return house.post(browser, house.path(rule, **ids), filled(house, rule.endpoint)[1])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", ROLES)
def test_another_provider_s_records_are_not_there(house: House, role: str, method: str) -> None:
    stranger = house.strangers[role]
    for rule in with_ids(house, method):
        found = send(house, rule, method, stranger)
        assert found.status_code == 404, (rule.endpoint, found.status_code)
        assert same(found) == same(send(house, rule, method, stranger, **nowhere(rule))), rule.endpoint


# Forms with a role or signer of their own.
OF_THEIR_OWN = ("learning.invite", "practice.create", "practice.draft", "practice.change", "practice.correct_now")
PRIVATE = (
    "exercises.",
    "practice.",
    "groups.",
    "people.",
    "rounds.",
    "coding.",
    "takeover.",
    "transfer.",
    "aftercare.",
    "values.",
    "delayed.",
    "raters.",
    "journal.",
    "refresh.",
    "outcomes.",
)
# What a trainee meets of another trainee of the same council.
OTHERS = {
    **{
        f"exercises.{name}": {"run_id": "others_run"}
        for name in ("talk", "speak", "draft_question", "stop_talk", "talk_end")
    },
    "record.earlier": {"account_id": "person_id"},
    "record.earlier_json": {"account_id": "person_id"},
    "learning.stop": {"enrolment_id": "others_enrolment"},
    "learning.go_on": {"enrolment_id": "others_enrolment"},
    "practice.come_back": {"absence_id": "absence_id"},
    "practice.assessor": {"assessor_id": "assessor_id"},
    "practice.calibrate": {"assessor_id": "assessor_id"},
    "practice.figure": {"calibration_id": "calibration_id"},
    "practice.withdraw_figure": {"calibration_id": "calibration_id"},
    "practice.session": {"session_id": "others_session"},
    "practice.edit": {"session_id": "others_session"},
    "practice.change": {"session_id": "others_session"},
    "practice.correct": {"session_id": "others_session"},
    "practice.correct_now": {"session_id": "others_session"},
    "practice.withdraw": {"session_id": "others_session"},
    "practice.withdraw_now": {"session_id": "others_session"},
    "practice.dispute": {"session_id": "others_session"},
    "practice.dispute_now": {"session_id": "others_session"},
    "practice.take_back": {"session_id": "others_session"},
    "practice.answer": {"session_id": "others_session"},
    "practice.decide_dispute": {"session_id": "others_session"},
    "practice.decide_now": {"session_id": "others_session"},
    "practice.here": {"session_id": "others_session"},
    "practice.sign_here": {"session_id": "others_session"},
    "practice.observer": {"session_id": "others_session"},
    "practice.ask_observer": {"session_id": "others_session"},
    "practice.ask_observer_again": {"session_id": "others_session"},
    "practice.end_link": {"session_id": "others_session"},
    "practice.remove_earlier": {"earlier_id": "others_earlier"},
    "practice.review": {"session_id": "others_session"},
    "practice.sign": {"session_id": "others_session"},
    "practice.together": {"session_id": "others_session"},
    "practice.sign_together": {"session_id": "others_session"},
    "groups.group": {"group_id": "others_group"},
    "groups.add_member": {"group_id": "others_group"},
    "groups.add_meeting": {"group_id": "others_group"},
    "groups.member": {"member_id": "others_member"},
    "groups.describe_member": {"member_id": "others_member"},
    "groups.remove_member": {"member_id": "others_member"},
    "groups.meeting": {"meeting_id": "others_meeting"},
    "groups.move_meeting": {"meeting_id": "others_meeting"},
    "groups.choose_hosts": {"meeting_id": "others_meeting"},
    "groups.note_attendance": {"meeting_id": "others_meeting"},
    "groups.agreement": {"group_id": "others_group"},
    "groups.agree": {"group_id": "others_group"},
    "groups.call_off": {"meeting_id": "others_meeting"},
    **{
        f"exercises.{name}": {"test_id": "others_test"}
        for name in ("test", "question", "save_answer", "draft_answer", "hand_in")
    },
    **{
        f"delayed.{name}": {"try_id": "others_try"}
        for name in ("sheet", "task", "save", "draft", "send", "judge", "give_verdict")
    },
    "interviews.interview": {"interview_id": "interview_talk"},
    "panels.panel": {"panel_id": "panel_id"},
    "panels.appeal": {"panel_id": "panel_id"},
    "people.end_sign_in": {"sign_in_id": "others_sign_in"},
    "rounds.index": {"group_id": "others_group"},
    "rounds.new": {"meeting_id": "others_meeting"},
    "rounds.start": {"meeting_id": "others_meeting"},
    "rounds.round": {"meeting_id": "others_meeting"},
    "rounds.keep": {"meeting_id": "others_meeting"},
    "rounds.say_yes": {"meeting_id": "others_meeting"},
    "rounds.withdraw": {"meeting_id": "others_meeting"},
    "rounds.drop": {"meeting_id": "others_meeting"},
    "exercises.coded": {"coding_id": "others_coding"},
    "exercises.rated": {"rating_id": "others_rating"},
    **{f"raters.{name}": {"pair_id": "others_pair"} for name in ("pair", "accept", "end", "write")},
    "exercises.extra": {"person_id": "person_id"},
    "exercises.grant_extra": {"person_id": "person_id"},
    "exercises.withdraw_extra": {"person_id": "person_id", "grant_id": "grant_id"},
    "coding.circle": {"group_id": "others_group"},
    "coding.ask": {"group_id": "others_group"},
    "coding.turns_of": {"person_id": "person_id"},
    "coding.ask_own": {"person_id": "person_id"},
    **{
        f"coding.{name}": {"group_id": "others_group", "sample_id": "others_sample"}
        for name in ("sample", "say_yes", "take_back", "note_yes", "name_coders", "stop", "turns", "save_turns")
    },
    **{f"coding.{name}": {"sample_id": "others_sample"} for name in (*ALONE, *COMPARED)},
    "transfer.page": {"group_id": "others_group"},
    "transfer.draft": {"group_id": "others_group"},
    "transfer.call_off": {"group_id": "others_group"},
    "transfer.sign": {"group_id": "others_group"},
    "transfer.withdraw": {"group_id": "others_group"},
    "transfer.answer": {"group_id": "others_group"},
    "transfer.note_asked": {"group_id": "others_group"},
    "transfer.finish": {"group_id": "others_group"},
    "transfer.kept": {"agreement_id": "others_agreement"},
    "takeover.page": {"group_id": "others_group"},
    "takeover.move": {"group_id": "others_group"},
    "takeover.note_known": {"group_id": "others_group"},
    "takeover.time": {"group_id": "others_group"},
    "takeover.protect_time": {"group_id": "others_group"},
    "takeover.safety": {"group_id": "others_group"},
    "takeover.say_case": {"group_id": "others_group"},
    "takeover.plan": {"group_id": "others_group"},
    "takeover.save_plan": {"group_id": "others_group"},
    "takeover.surveys": {"group_id": "others_group"},
    "takeover.ask": {"group_id": "others_group"},
    "takeover.close": {"group_id": "others_group"},
    "takeover.count": {"meeting_id": "others_meeting"},
    "takeover.save_count": {"meeting_id": "others_meeting"},
    "takeover.observers": {"meeting_id": "others_meeting"},
    "takeover.observe": {"meeting_id": "others_meeting"},
    **{
        f"journal.{name}": {"entry_id": "others_entry"}
        for name in ("entry", "save", "draft", "show", "take_back", "throw_away", "answer")
    },
    "values.agreement": {"group_id": "others_group"},
    "values.answer": {"group_id": "others_group"},
    "values.aloud": {"group_id": "others_group"},
    "values.write": {"group_id": "others_group"},
    "values.propose": {"group_id": "others_group"},
    "values.sorts": {"group_id": "others_group"},
    "values.bring": {"group_id": "others_group"},
    "values.answer_to_judge": {"answer_id": "others_answer"},
    "values.judge": {"answer_id": "others_answer"},
    **{f"outcomes.{name}": {"follow_up_id": "others_follow_up"} for name in ("follow_up", "answer", "take_back")},
    "outcomes.close_asking": {"survey_id": "asked_survey"},
    **{f"refresh.{name}": {"answer_id": "others_refresh"} for name in ("answered", "rate")},
    "aftercare.page": {"group_id": "others_group"},
    "aftercare.answer": {"group_id": "others_group"},
    "aftercare.help": {"group_id": "others_group"},
    "aftercare.ask_help": {"group_id": "others_group"},
    "aftercare.close_help": {"group_id": "others_group"},
    "aftercare.note_help": {"group_id": "others_group"},
    "aftercare.more_support": {"group_id": "others_group"},
    "aftercare.propose": {"group_id": "others_group"},
    "aftercare.agree": {"group_id": "others_group"},
    "aftercare.leave": {"group_id": "others_group"},
}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_trainee_s_records_are_not_there(house: House, method: str) -> None:
    amara = house.people["trainee"]
    for rule in with_ids(house, method):
        others = {name: house.ids[value] for name, value in OTHERS.get(rule.endpoint, {}).items()}
        if not others and rule.endpoint.startswith(PRIVATE):
            raise AssertionError(f"{rule.endpoint}: say whose record a trainee must not reach")
        found = send(house, rule, method, amara, **others)
        assert found.status_code == 404, (rule.endpoint, found.status_code)
        assert same(found) == same(send(house, rule, method, amara, **nowhere(rule))), rule.endpoint


def test_a_number_nobody_has_looks_the_same_to_everybody(house: House) -> None:
    browser = house.browser()
    assert browser.get("/v/" + "A" * 26).status_code == 404
    assert same(browser.get("/invitation/a")) == same(browser.get("/invitation/b"))
    assert same(browser.get("/observe/a")) == same(browser.get("/observe/b"))


def test_nobody_gets_further_than_the_door_unsigned(house: House) -> None:
    policies = {row["endpoint"]: row["policy"] for row in routes(house.app)}
    for method in ("GET", "POST"):
        for rule in house.rules(method):
            if policies[rule.endpoint] == "public":
                continue
            browser, path = house.browser(), house.path(rule)
            answer = browser.get(path) if method == "GET" else house.post(browser, path, {"keep": "my words"})
            assert answer.status_code == (302 if method == "GET" else 401), rule.endpoint
            if method == "GET":
                assert answer.location == f"/sign-in?next={path}"


def test_a_role_opens_its_own_doors_only(house: House) -> None:
    policies = {row["endpoint"]: row["policy"] for row in routes(house.app)}
    for method in ("GET", "POST"):
        for rule in house.rules(method):
            policy = policies[rule.endpoint]
            for role in () if isinstance(policy, str) else set(ROLES) - set(policy):
                answer = send(house, rule, method, house.people[role])
                assert answer.status_code == 404, (rule.endpoint, role)
                assert "Nobody is sitting here" in answer.text


def test_posted_fields_nobody_asked_for_change_nothing(house: House) -> None:
    """Role, organisation, signer and state follow from what somebody does, never from what their browser says."""
    for rule in house.rules("POST"):
        role, good = filled(house, rule.endpoint)
        if rule.endpoint in OF_THEIR_OWN:
            continue
        before = standing(house)
        house.post(house.browser(house.people.get(role)), house.path(rule, membership_id=uuid.uuid4()), good | FORGED)
        assert standing(house) == before, rule.endpoint


def standing(house: House) -> list[tuple[object, ...]]:
    """Who holds which role where, and who signed what."""
    with house.database.readers() as db:
        held = select(Membership.person_id, Membership.organisation_id, Membership.role, Membership.ended_on)
        groups = select(PeerGroup.id, PeerGroup.organisation_id, PeerGroup.trainer_id, PeerGroup.facilitator_id)
        groups = groups.where(PeerGroup.id == house.ids["group_id"])
        return sorted([tuple(row) for row in [*db.execute(held), *db.execute(groups)]], key=str)
