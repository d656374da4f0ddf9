"""Pages of hand-over: one’s own readiness, everybody’s in training, and one person’s with the sheet to decide on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.changed import as_read
from assessments.journey import asks_to_lead
from assessments.outlook import Supposed, suppose
from assessments.readiness import Finding
from assessments.standards import get_standard
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Forbidden, Invalid, Stale
from lms.core.forms import Reader, identity_of, page_of, version_of
from lms.core.phrases import number
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.handover import everybody, forms, interviewed, links, pictures, rules, service
from lms.handover.everybody import Sought
from lms.handover.rows import Standing
from lms.people.accounts import prove_again
from lms.people.rules import NAME_LENGTH
from lms.practice import service as practice

pages = Blueprint("handover", __name__)
LAST_PAGE = 1_000  # of any list: no address makes the database count on for ever
PANELS = "askwell_panels"  # given at the wiring: what somebody’s page says of a panel about them


@pages.get("/readiness")
@signed_in
def mine() -> ResponseReturnValue:
    """Your own: why not yet, what is there, and what was decided."""
    db, who = reading(), actor()
    learner = service.find_learner(db, who, who.person_id)
    if learner is None and who.roles & set(rules.DECIDERS):
        return redirect(url_for("handover.index"))
    if learner is None:
        return render_template("handover/mine.html", current="readiness", standing=None)
    standing = service.standing_of(db, learner, service.today())
    decided = service.decided_about(db, who, [who.person_id])
    here = rules.of_training(decided, learner.provider_id, learner.standard_id)
    return render_template(
        "handover/mine.html",
        current="readiness",
        standing=standing,
        step=links.step(standing.readiness.next_step, standing),
        to_do=[(finding, links.step(finding, standing).href) for finding in standing.readiness.left],
        ladder=pictures.ladder(standing),
        how_signed=pictures.how_signed(standing) + pictures.how_agreed(standing),
        decided=here[:1],
        earlier=[each for each in decided if each not in here[:1]],
        panels=[*interviewed.about(db, who, learner), *current_app.extensions[PANELS](db, who, learner)],
        headline=rules.headline_of(standing.readiness, here),
        is_entrusted=rules.is_entrusted(here),
        entrusted=rules.entrusted(standing.readiness),
        words=rules.KINDS,
        supposed=_supposed(standing),
        asks_to_lead=asks_to_lead(standing.readiness),
        counts=[(each, number(each, capital=True) if each else "None of them") for each in range(MOST_SUPPOSED + 1)],
    )


MOST_SUPPOSED = 8


def _supposed(standing: Standing) -> Supposed | None:
    """What the trainee asks of the address: so many sessions more, so many of them seen by another."""
    sessions = min(version_of(request.args, "more"), MOST_SUPPOSED)
    if not sessions:
        return None
    others = min(version_of(request.args, "others"), sessions)
    standard = get_standard(standing.learner.standard_id, standing.learner.standard_version)
    return suppose(standard, standing.facts.evidence, standing.readiness.at, sessions, others)


@pages.get("/readiness/people")
@requires(*rules.DECIDERS)
def index() -> ResponseReturnValue:
    """Everybody in your provider’s training, and where each stands."""
    db, who = reading(), actor()
    name, trainer_id = Reader(request.args).line("q")[:NAME_LENGTH], identity_of(request.args, "trainer")
    sought = Sought(name, trainer_id, min(page_of(request.args), LAST_PAGE))
    found = everybody.find(db, who, service.today(), sought)
    states = [rules.state_of(each.readiness, each.learner.decided) for each in found.rows]
    return render_template(
        "handover/index.html",
        current="people_ready",
        headline=rules.headline(states, found.total, sought=bool(name or trainer_id)),
        found=found,
        rows=list(zip(found.rows, states, strict=True)),
        here="" if found.is_whole else rules.headline(states, len(states)),
        trainers=everybody.trainers(db, who),
        asked={"q": name, "trainer": trainer_id or ""},
        words=rules.KINDS,
        in_words=rules.STATES,
    )


@pages.get("/readiness/<uuid:person_id>")
@requires(*rules.DECIDERS)
def person(person_id: uuid.UUID) -> ResponseReturnValue:
    """One person’s signs, and the sheet to record a decision on."""
    if person_id == actor().person_id:
        return redirect(url_for("handover.mine"))
    return _person(person_id, {}, {})


@pages.post("/readiness/<uuid:person_id>")
@requires(*rules.DECIDERS)
def decide(person_id: uuid.UUID) -> ResponseReturnValue:
    """Record a decision about a person."""
    who = actor()
    learner = service.get_learner(reading(), who, person_id)
    if not rules.may_decide(who, person_id=person_id, provider_id=learner.provider_id):
        raise Forbidden(rules.NOT_YOURS)
    try:
        kind, reason, key = forms.read_decision(request.form, fresh=who.is_fresh(clock.now()))
        proof = prove_again(request.form.get("password", ""))
        with transaction() as db:
            service.decide(db, who, person_id, kind, reason, proof, key, request.form.get("read", ""))
    except Invalid as error:
        return _person(person_id, request.form, error.fields)
    except Stale as error:
        return _person(person_id, request.form, {}, error.changes)
    flash(f"Recorded: {rules.KINDS[kind].lower()}. {learner.name} gets a letter and reads why.")
    return redirect(url_for("handover.person", person_id=person_id, _anchor="decided"), 303)


def _person(
    person_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str], changes: Sequence[str] = ()
) -> ResponseReturnValue:
    db, who = reading(), actor()
    standing = service.readiness_of(db, who, person_id, service.today())
    decided, learner = service.decided_about(db, who, [person_id]), standing.learner
    here = rules.of_training(decided, learner.provider_id, learner.standard_id)
    page = render_template(
        "handover/person.html",
        current="people_ready",
        standing=standing,
        to_do=[(finding, _address(finding, standing, who.person_id)) for finding in standing.readiness.left],
        mixes=pictures.mixes(standing),
        readable=_readable(standing),
        asks_for_turns=_asks_for_turns(standing),
        earlier_words=practice.earlier_words(db, person_id, learner.name.split()[0]),
        ladder=pictures.ladder(standing),
        how_signed=pictures.how_signed(standing) + pictures.how_agreed(standing),
        decided=here[:1],
        earlier=[each for each in decided if each not in here[:1]],
        panels=[*interviewed.about(db, who, learner), *current_app.extensions[PANELS](db, who, learner)],
        alone=service.panel_rule(learner) is None,
        headline=rules.headline_of(standing.readiness, here),
        words=rules.KINDS,
        form={"kind": "", "reason": "", "key": str(uuid.uuid4())} | dict(form),
        read=as_read(standing.readiness.findings),
        changes=changes,
        errors=errors,
        is_fresh=who.is_fresh(clock.now()),
    )
    return page, 409 if changes else 422 if errors else 200


def _address(finding: Finding, standing: Standing, reader: uuid.UUID) -> str:
    """A page for the reader, where the next step is theirs: the session that waits for their own signature, or where
    turns are asked for.
    """
    if finding.kind == "coded-share" and _asks_for_turns(standing):
        return url_for("coding.turns_of", person_id=standing.learner.person_id)
    waiting = next((each for each in standing.facts.sessions if str(each.id) == finding.target), None)
    return links.review(finding) if waiting is not None and waiting.signer_id == reader else ""


def _asks_for_turns(standing: Standing) -> bool:
    """Whether the reader is their trainer or an administrator, who ask for samples of what somebody says."""
    who, learner = actor(), standing.learner
    return who.person_id == learner.trainer_id or learner.provider_id in who.organisations(Role.ADMINISTRATOR)


def _readable(standing: Standing) -> set[uuid.UUID]:
    """The sessions whose own page the reader may open: all of them for an administrator, their own for a trainer."""
    who = actor()
    everything = standing.learner.provider_id in who.organisations(Role.ADMINISTRATOR)
    mine = {each.id for each in standing.facts.sessions if who.person_id in (each.asked_id, each.supervisor_id)}
    return {each.id for each in standing.facts.sessions} if everything else mine
