"""The one page everybody lands on, by what they are here for."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock, settings
from lms.core.actor import Role
from lms.core.unit import reading
from lms.core.web import actor, signed_in
from lms.handover import links
from lms.home import rules, service, waiting
from lms.home.service import Home
from lms.home.waiting import Waits

pages = Blueprint("home", __name__)

# Where people without a training of their own begin; whoever holds several roles, at the first of these.
DESKS = (
    (Role.TRAINER, "practice.queue", "What waits for your signature"),
    (Role.ADMINISTRATOR, "certificates.index", "Certificates"),
    (Role.MANAGER, "coverage.coverage", "Coverage"),
)


@pages.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """A trainee’s way and next step; what waits for everybody else, or else their first page."""
    who = actor()
    desks = [(endpoint, words) for role, endpoint, words in DESKS if role in who.roles]
    waits = waiting.list_waiting(reading(), who)
    found = service.find_home(reading(), who) if Role.TRAINEE in who.roles else None
    if found is not None:
        waits += waiting.list_opened(reading(), who, found.standing.learner.lessons)
        return _trainee(found, desks, waits)
    if desks and not waits:
        return redirect(url_for(desks[0][0]))
    headline = rules.headline(len(waits), works=bool(desks))
    return render_template("home/waiting.html", current="home", waits=waits, headline=headline, desks=desks)


def _trainee(found: Home, desks: list[tuple[str, str]], waits: list[Waits]) -> str:
    standing, zone = found.standing, settings.current().time_zone
    return render_template(
        "home/home.html",
        current="home",
        greeting=rules.greeting(clock.now().astimezone(ZoneInfo(zone)).hour),
        zone=zone,
        home=found,
        standing=standing,
        stages=[
            (stage.name, place, rules.MARKS[stage.state], [stage.text, stage.note])
            for stage, place in zip(found.journey.stages, rules.STOOLS, strict=True)
        ],
        step=links.step(standing.readiness.next_step, standing),
        addresses={each.clause: links.step(each, standing).href for each in standing.readiness.left},
        where=rules.where_trainer_is(found.journey.current, standing.facts.evidence.trainer),
        stool=rules.AT_MEETING[found.journey.current],
        rules=rules,
        desks=desks,
        waits=waits,
    )
