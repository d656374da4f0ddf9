"""What every sweep needs: browsers of everybody, a real id for every address, forms with their protection token."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from courses import catalogue
from lms import demo
from lms.certificates.jobs import sign_certificate
from lms.certificates.models import Certificate
from lms.core.settings import Settings
from lms.core.unit import Database
from lms.exercises.models import Attempt
from lms.groups.models import GroupMember, Meeting, PeerGroup
from lms.handover.models import Decision
from lms.messages.models import Message
from lms.people import accounts, service
from lms.people.models import Membership, Person
from lms.practice.models import Draft, PracticeSession
from tests.make_advice import advice
from tests.make_panels import make_panel
from tests.statements import statements
from tests.sweeps import handed_over
from tests.sweeps.acting_house import BY_WEEKLY_CODE, weekly_letter
from tests.sweeps.agreements import make_agreements
from tests.sweeps.circle_rounds import rounds
from tests.sweeps.circle_surveys import surveys
from tests.sweeps.coding_house import coded, rated, samples
from tests.sweeps.cohorts_house import cohort
from tests.sweeps.dilemmas_house import dilemmas
from tests.sweeps.imports_house import brought
from tests.sweeps.interview_house import interviews
from tests.sweeps.journals import journal
from tests.sweeps.knowledge_house import knowledge_tests
from tests.sweeps.nominations_house import nomination
from tests.sweeps.one_of_each import (
    absence,
    calibration,
    earlier_session,
    holder_page,
    invitation,
    observer_link,
    other_sign_in,
)
from tests.sweeps.outcomes_house import ANSWERS, STOPPED, asked, outcome_ids
from tests.sweeps.raters_house import rated_together
from tests.sweeps.refresh_house import STOPS, answers
from tests.sweeps.same_house import earlier_account
from tests.sweeps.strangers import make_strangers
from tests.sweeps.talks import talks
from tests.sweeps.value_house import engagements

RAW = "0" * 40
NOBODY = ""
BY_ENDPOINT = ("sample_id", "interview_id", "engagement_id")  # where another form needs another one
BY_SLIP = ("takeover.sheet", "takeover.hand_in")
BY_CODE = (
    "practice.observe", "practice.observed", "practice.not_seen",
    *BY_SLIP, *STOPS, *ANSWERS, *STOPPED, *BY_WEEKLY_CODE,
)  # fmt: skip
CODES = {
    **dict.fromkeys(STOPS, "refresh_code"), **dict.fromkeys(ANSWERS, "answer_code"),
    **dict.fromkeys(STOPPED, "stop_code"), **dict.fromkeys(BY_WEEKLY_CODE, "weekly_code"),
}  # fmt: skip
ROLES = ("trainee", "trainer", "manager", "administrator")
# Bytes of a page that may differ between two answers that say the same.
OWN = re.compile(r'name="csrf_token" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}')


@dataclass
class House:
    """The running demo. `people` and `strangers` are ids by role; `ids` are values for the addresses."""

    app: Flask
    database: Database
    settings: Settings
    people: dict[str, uuid.UUID]
    strangers: dict[str, uuid.UUID]
    ids: dict[str, Any]

    @classmethod
    def open(cls, app: Flask, database: Database, settings: Settings) -> House:
        """Look around in the demo, and let strangers move in beside it."""
        known = demo.known(database)
        people = {role: getattr(known, role) for role in ROLES}
        with database.transaction() as db:
            strangers = make_strangers(db)
            ids = _ids(db, people) | observer_link(db, people["trainee"], known.waiting_session)
        sign_certificate(database, certificate=str(ids["certificate_id"]))
        ids |= {"form": "sign-off", **dict.fromkeys(("session_id", "about"), known.waiting_session)}
        return cls(app, database, settings, people, strangers, ids)

    def browser(self, person_id: uuid.UUID | None = None) -> FlaskClient:
        """A browser, signed in as somebody or not."""
        browser = self.app.test_client()
        with browser.session_transaction() as cookie:
            cookie["csrf_token"] = RAW
            if person_id is not None:
                with self.database.transaction() as db:
                    cookie[accounts.TOKEN] = service.begin_sign_in(db, person_id, "sweep")
                cookie["_user_id"] = str(person_id)
        return browser

    def post(self, browser: FlaskClient, path: str, fields: Any = (), **more: Any) -> TestResponse:
        """Send a form with its protection token."""
        token = URLSafeTimedSerializer(self.settings.secret_key, salt="wtf-csrf-token").dumps(RAW)
        return browser.post(path, data={**dict(fields), "csrf_token": token}, **more)

    def rules(self, method: str) -> list[Rule]:
        """Every address that takes `method`."""
        chosen = [rule for rule in self.app.url_map.iter_rules() if method in (rule.methods or ())]
        return sorted(chosen, key=lambda rule: (rule.rule, rule.endpoint))

    def path(self, rule: Rule, **instead: Any) -> str:
        """The address with real values in it, or with others `instead`."""
        code = dict.fromkeys(("certificates.verify", "certificates.credential"), self.ids["number"])
        code["certificates.holder"] = self.ids["holder_code"]
        if rule.endpoint in BY_CODE:
            code[rule.endpoint] = self.ids["survey_code" if rule.endpoint in BY_SLIP else "observer_code"]
        code |= {each: self.ids[kept] for each, kept in CODES.items()}
        values = {**self.ids, "code": code.get(rule.endpoint, "no-such-code")}
        if rule.endpoint.startswith(("rounds.", "takeover.")):
            values["meeting_id"] = self.ids["met"]
            values["round_id"] = self.ids.get(rule.endpoint, self.ids["round_id"])
        if rule.endpoint.startswith("exercises.") and "run_id" in rule.arguments:
            values["run_id"] = self.ids["ended_run" if rule.endpoint == "exercises.talk_end" else "run_id"]
        values |= {
            name: self.ids.get(rule.endpoint, self.ids[name]) for name in ("sample_id", "interview_id", "engagement_id")
        }
        if rule.endpoint.startswith("aftercare."):
            values["group_id"] = self.ids["handed_over"]
        values |= outcome_ids(rule.endpoint, self.ids)
        if rule.endpoint.startswith("refresh."):
            values["answer_id"] = self.ids["refresh_answer"]
        if rule.endpoint.startswith("delayed."):
            values |= {"module": "m08", "try_id": self.ids.get(rule.endpoint, self.ids["try_id"])}
        values |= {"number": 1} | instead  # of a list
        with self.app.test_request_context():
            return url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """What the application asks the database meanwhile, transaction control left out."""
        with statements(self.database) as seen:
            yield seen


def same(answer: TestResponse) -> tuple[int, str]:
    """What somebody may compare two refusals by."""
    return answer.status_code, OWN.sub("", answer.text)


def _ids(db: Session, people: dict[str, uuid.UUID]) -> dict[str, Any]:
    """A real value for every part of an address, all of them about one trainee where there is a choice."""
    amara = people["trainee"]
    group = db.scalars(select(PeerGroup).where(PeerGroup.facilitator_id == amara)).one()
    certificate = db.scalars(select(Certificate).order_by(Certificate.issued_at.desc()).limit(1)).one()
    theirs = Person.name == "Tomasz Zielinski"
    return {
        "certificate_id": certificate.id,
        "decision": db.scalars(select(Decision.id).where(Decision.kind == "ready").limit(1)).one(),
        "unit_id": group.unit_id,
        "group_id": group.id,
        "member_id": db.scalars(select(GroupMember.id).where(GroupMember.group_id == group.id).limit(1)).one(),
        "meeting_id": db.scalars(
            select(Meeting.id).where(Meeting.group_id == group.id).order_by(Meeting.starts_local.desc()).limit(1)
        ).one(),
        "message_id": db.scalars(select(Message.id).where(Message.organisation_id == group.provider_id).limit(1)).one(),
        "membership_id": db.scalars(
            select(Membership.id).join(Person, Person.id == Membership.person_id).where(theirs).limit(1)
        ).one(),
        "invitation_id": invitation(db, people["administrator"], group),
        "absence_id": absence(db, people["trainer"]),
        **calibration(db, people),
        "key": db.scalars(select(Draft.key).where(Draft.person_id == amara).limit(1)).one(),
        **_exercised(db, amara, people["trainer"]),
        "person_id": db.scalars(select(Person.id).where(theirs)).one(),
        "others_session": db.scalars(
            select(PracticeSession.id).join(Person, Person.id == PracticeSession.person_id).where(theirs).limit(1)
        ).one(),
        "sign_in_id": other_sign_in(db, amara),
        "earlier_id": earlier_session(db, amara),
        "account_id": earlier_account(db, amara, group),
        "others_earlier": earlier_session(db, db.scalars(select(Person.id).where(theirs)).one()),
        **_made(db, people, group),
        **_lessons(),
        "token": "no-such-token",
        "secret": "no-such-secret",
        "filename": "app.css",
        "name": "certified-1",
        "number": certificate.code,
        "holder_code": holder_page(db, certificate.person_id),
    }


def _exercised(db: Session, amara: uuid.UUID, trainer: uuid.UUID) -> dict[str, Any]:
    """What she tried, and what somebody else did."""
    return {
        "transcript": "fire-station-quiet-watch",
        "coding_id": coded(db, amara),
        "others_coding": coded(db, trainer),
        "case": "bus-depot",
        "rating_id": rated(db, amara),
        "others_rating": rated(db, trainer),
        "attempt": db.scalars(select(Attempt.id).where(Attempt.person_id == amara).limit(1)).one(),
    }


def _made(db: Session, people: dict[str, uuid.UUID], group: PeerGroup) -> dict[str, Any]:
    """What the demo does not have."""
    amara = people["trainee"]
    return {
        **_others(db, people, amara),
        **rounds(db, group),
        **samples(db, people, group),
        **talks(db, amara),
        **dilemmas(db, amara),
        **knowledge_tests(db, people, group),
        **interviews(db, people, group),
        **rated_together(db, people),
        **surveys(db, people["trainer"], group.id),
        **advice(db, people["trainer"], group.organisation_id),
        **make_agreements(db, group),
        **journal(db, amara, people["trainer"]),
        **cohort(db, amara, people["trainer"]),
        **answers(db, amara, people["trainer"]),
        **nomination(db, people["manager"]),
        **asked(db, amara, people["manager"], group),
        **weekly_letter(db, people["manager"]),
        **brought(db, people["manager"], group.organisation_id),
        **engagements(db, people, group.organisation_id),
        **handed_over.make(db, people["trainer"], amara, group),
        "panel_id": make_panel(db, people["trainer"], people["administrator"], "Grace Ngata"),
    }


def _lessons() -> dict[str, Any]:
    """Where a drill and a quiz stand."""
    known = catalogue.current()
    quiz, drill = (
        next(each for lesson in known.lessons for each in lesson.activities if each.kind == kind)
        for kind in ("quiz", "drill")
    )
    lesson = known.lesson_of(drill)
    return {
        "module": known.module_of(lesson).slug,
        "lesson": lesson.slug,
        "activity": drill.slug,
        "quiz": quiz,
        "numbered": lesson.id,
        "collection": "rethink",
        "slug": "the-last-bus",
    }


def _others(db: Session, people: dict[str, uuid.UUID], amara: uuid.UUID) -> dict[str, uuid.UUID]:
    """What belongs to others of the same council and provider."""
    seated = select(GroupMember.group_id).where(GroupMember.person_id == amara)
    apart = (PeerGroup.facilitator_id != amara, PeerGroup.id.not_in(seated))
    other = db.scalars(select(PeerGroup).where(*apart).order_by(PeerGroup.name).limit(1)).one()
    return {
        "others_sign_in": other_sign_in(db, people["trainer"]),
        "others_group": other.id,
        "others_member": db.scalars(select(GroupMember.id).where(GroupMember.group_id == other.id).limit(1)).one(),
        "others_meeting": db.scalars(select(Meeting.id).where(Meeting.group_id == other.id).limit(1)).one(),
    }
