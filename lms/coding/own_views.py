"""Pages about what a person says who leads: their own, and the one on which their trainer asks for a sample."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments import coding
from assessments.standards import Standard
from lms.coding import forms, own, rules
from lms.coding.own import Kept
from lms.coding.turn_views import pages
from lms.core import clock, settings
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.phrases import number
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires, signed_in
from lms.people import service as people

__all__ = ["pages"]


@pages.get("/readiness/turns")
@signed_in
def own_turns() -> ResponseReturnValue:
    """What was asked about one's own turns, what came of it, and the way to one's yes or no."""
    db, who = reading(), actor()
    kept = own.list_kept(db, who.person_id)
    training = own.find_own_training(db, who)
    standard = own.standard_of(db, who.person_id, training.provider_id) if training else None
    trainer = people.names_of(db, [training.trainer_id])[training.trainer_id] if training else ""
    return render_template(
        "coding/own_turns.html", current="readiness", trainer=trainer, **_told(kept, standard), name=""
    )


def _told(kept: Sequence[Kept], standard: Standard | None) -> dict[str, Any]:
    """What both pages say: what runs, what was found and what no longer counts."""
    closed = [each for each in kept if each.result is not None]
    readers = [who for each in closed if (r := each.result) for who in (r.written_by, r.signed_by)]
    names = people.names_of(reading(), readers)
    return {
        "running": [each for each in kept if each.sample.state not in ("closed", "ended")],
        "ended": [each for each in kept if each.sample.state == "ended"],
        "results": [
            (each.meeting, each.result, coding.Outcome(r.turns, r.open, r.without_advice), each)
            for each in closed
            if (r := each.result) and each.yes
        ],
        "taken_back": [each for each in closed if not each.yes],
        "names": names,
        "least": coding.own_kappa_asked(standard) if standard else coding.KAPPA,
        "asked": coding.of_person(standard) if standard else [],
        "states": rules.OWN_STATES,
        "why_ended": rules.ENDED,
        "decimal": coding.decimal,
    }


@pages.get("/readiness/<uuid:person_id>/turns")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def turns_of(person_id: uuid.UUID) -> ResponseReturnValue:
    """What two people found of somebody's turns, and where their trainer asks for a sample."""
    return _turns_of(person_id, {}, {})


def _turns_of(person_id: uuid.UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    db, who = reading(), actor()
    training = own.get_training(db, who, person_id)
    standard = own.standard_of(db, person_id, training.provider_id)
    page = render_template(
        "coding/turns_of.html",
        current="people_ready",
        person_id=person_id,
        name=people.names_of(db, [person_id])[person_id],
        led=own.list_led(db, training),
        wanted=coding.own_turns_wanted(standard),
        until=clock.today(settings.current().time_zone) + rules.KEPT,
        form={"key": str(uuid.uuid4())} | dict(form),
        errors=errors,
        **_told(own.list_kept(db, person_id, training.provider_id), standard),
    )
    return page, 422 if errors else 200


@pages.post("/readiness/<uuid:person_id>/turns")
@requires(Role.TRAINER, Role.ADMINISTRATOR)
def ask_own(person_id: uuid.UUID) -> ResponseReturnValue:
    """Ask somebody, and the circles they led, for samples of what they said."""
    who = actor()
    own.get_training(reading(), who, person_id)
    try:
        holders, key = forms.read_ask_own(request.form)
        with transaction() as db:
            made = own.ask(db, who, person_id, holders, key)
    except Invalid as error:
        return _turns_of(person_id, request.form, error.fields)
    many = "one meeting" if len(made) == 1 else f"{number(len(made))} meetings"
    flash(f"You asked about {many}. Whoever has an account gets a letter.")
    return redirect(url_for("coding.turns_of", person_id=person_id), 303)
