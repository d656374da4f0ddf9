"""Pages about people: who is here, inviting them, taking the place they are invited to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assessments.ladder import RUNGS, Rung
from assessments.standards import get_standard
from lms.core import web
from lms.core.actor import ROLE_LABELS, Actor, Role
from lms.core.errors import Invalid
from lms.core.forms import Reader, identity_of, page_of
from lms.core.unit import reading, transaction
from lms.learning import enrolling
from lms.learning.views import pages
from lms.people import accounts, charge, invitations, provisions
from lms.people.charge import PAGE
from lms.people.invitations import Place
from lms.people.models import Invitation, Person
from lms.people.rules import EMAIL_LENGTH, NAME_LENGTH, invitable_roles, is_address

__all__ = ["pages"]

Choices = dict[str, list[tuple[str, ...]]]
WHOLE = "whole"
REACHED = "askwell_reached"  # given at the wiring: which standards somebody has reached with a provider
LONGEST_REASON = 1_000
PARTS = {
    Role.TRAINEE: "Learns to lead a group, with a trainer at their side.",
    Role.TRAINER: "Sits beside trainees and signs what they have seen.",
    Role.MANAGER: "Looks after an organisation: who is trained, which unit is covered.",
    Role.ADMINISTRATOR: "Looks after the programme: people, certificates, letters.",
}


@pages.get("/people")
@web.requires(Role.ADMINISTRATOR, Role.MANAGER)
def people() -> ResponseReturnValue:
    """The people one looks after: their part, their unit, whether they are here."""
    actor, db = web.actor(), reading()
    search, page = Reader(request.args).line("q")[:NAME_LENGTH], min(page_of(request.args), 1000)
    members = charge.list_members(db, actor, search, (page - 1) * PAGE)
    return render_template(
        "learning/people.html",
        members=members[:PAGE],
        more=len(members) > PAGE,
        several=len({each.provider for each in members if each.provider}) > 1,
        page=page,
        search=search,
        invited=invitations.list_invitations(db, actor, search),
        count=charge.count_members(db, actor),
        labels=ROLE_LABELS,
        current="people",
    )


@pages.route("/people/invite", methods=["GET", "POST"])
@web.requires(Role.ADMINISTRATOR, Role.MANAGER)
def invite() -> ResponseReturnValue:
    """Invite somebody by name, address and part."""
    actor, errors = web.actor(), {}
    choices = _choices(reading(), actor)
    if request.method == "POST":
        try:
            name, email, place = _read_invitation(choices)
            with transaction() as db:
                enrolling.invite(
                    db, actor, name=name, email=email, place=place, reached=current_app.extensions[REACHED]
                )
        except Invalid as wrong:
            errors = wrong.fields
        else:
            flash(f"The invitation to {name} is on its way. Its link works for 14 days.")
            return redirect(url_for("learning.people"))
    asked = request.form if request.method == "POST" else request.args  # a page may say for which unit
    form = {name: asked.get(name, "") for name in ("name", "email", "role", "place", "provider", "trainer", "because")}
    form["award"] = asked.get("award", enrolling.STANDARD)
    page = render_template("learning/invite.html", form=form, errors=errors, current="people", **choices)
    return page, 422 if errors else 200


@pages.post("/people/invitations/<uuid:invitation_id>/send")
@web.requires(Role.ADMINISTRATOR, Role.MANAGER)
def invite_again(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """The letter once more, with a new link."""
    with transaction() as db:
        name = enrolling.invite_again(db, web.actor(), invitation_id).name
    flash(f"A new letter to {name} is on its way. The link in the old one is dead.")
    return redirect(url_for("learning.people"))


@pages.post("/people/<uuid:membership_id>/suspend")
@web.requires(Role.ADMINISTRATOR, Role.MANAGER)
def suspend(membership_id: uuid.UUID) -> ResponseReturnValue:
    """Close somebody's door, at once."""
    with transaction() as db:
        enrolling.suspend(db, web.actor(), membership_id)
    flash(
        "That part is ended. It opens nothing from now on; what was signed stays. Restore it here if it was a mistake."
    )
    return redirect(url_for("learning.people"))


@pages.post("/people/<uuid:membership_id>/restore")
@web.requires(Role.ADMINISTRATOR, Role.MANAGER)
def restore(membership_id: uuid.UUID) -> ResponseReturnValue:
    """Open it again."""
    with transaction() as db:
        enrolling.restore(db, web.actor(), membership_id)
    flash("Welcome back: that part stands again.")
    return redirect(url_for("learning.people"))


@pages.route("/invitation/<code>", methods=["GET", "POST"])
@web.public
def invitation(code: str) -> ResponseReturnValue:
    """Take the place one was invited to: with a name and a password, or signed in."""
    db, actor = reading(), web.find_actor()
    found = invitations.find_invitation(db, code)
    if found is None:
        return render_template("learning/no_invitation.html"), 404
    person = invitations.find_invited(db, found)
    known = invitations.must_sign_in(db, person)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _take(code, actor, found, known)
        except Invalid as wrong:
            errors = wrong.fields
    page = render_template(
        "learning/invitation.html",
        invitation=found,
        code=code,
        known=known,
        mine=bool(actor and person and actor.person_id == person.id),
        organisation=invitations.get_organisation(db, found.organisation_id).name,
        part=ROLE_LABELS[Role(found.role)].lower(),
        name=request.form.get("name", found.name),
        errors=errors,
    )
    return page, 422 if errors else 200


def _take(code: str, actor: Actor | None, found: Invitation, known: bool) -> ResponseReturnValue:
    """Accept; then in at once, unless a second step is needed."""
    name, hashed = "", None
    if not known:
        reader = Reader(request.form)
        name = reader.name("name", "Write your name, as it should stand on a certificate.", NAME_LENGTH)
        reader.check()
        hashed = accounts.hash_new_password(request.form.get("password", ""), name, found.email)
    with transaction() as db:
        person: Person = enrolling.accept(db, code, actor, name=name, password_hash=hashed)
    if known:
        flash("The place is yours.")
        return redirect("/")
    if person.tf_primary_method:
        return redirect(url_for("security.login"))
    accounts.sign_in(person.id)
    flash("Welcome. The place is yours.")
    return redirect("/")


def _choices(db: Session, actor: Actor) -> Choices:
    """What the form offers: parts, places, trainers; only what `actor` may give."""
    organisations = charge.list_organisations(db, actor)
    trained_by = provisions.providers_of(db, [each.id for each in organisations])
    known = {each.id: [own for own, _ in trained_by.get(each.id, ())] for each in organisations}
    roles = {role for each in organisations for role in invitable_roles(actor, each.id, known[each.id])}
    providers = provisions.offered(db, actor, known)
    units = invitations.list_units(db, [each.id for each in organisations])
    places: list[tuple[str, ...]] = []
    for each in organisations:
        places.append((f"{each.id} {WHOLE}", f"{each.name}, no unit"))
        places += [
            (f"{each.id} {unit.id}", f"{each.name}, {unit.name}") for unit in units if unit.organisation_id == each.id
        ]
    trainers = invitations.list_trainers(db, [own for own, _ in providers])
    return {
        "roles": [(role.value, ROLE_LABELS[role], PARTS[role]) for role in ROLE_LABELS if role in roles],
        "places": places,
        "trainers": list(dict.fromkeys((str(person), name) for person, name, _ in trainers)),
        "providers": [(str(own), name) for own, name in providers],
        "awards": awards(RUNGS),
    }


def awards(rungs: Sequence[Rung]) -> list[tuple[str, ...]]:
    """Awards somebody may be trained towards, as a form offers them."""
    return [(rung.id, get_standard(rung.id).title, rung.about) for rung in rungs]


def _values(options: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(each[0] for each in options)


def _read_invitation(choices: Choices) -> tuple[str, str, Place]:
    """What was typed. Raises Invalid."""
    reader = Reader(request.form)
    name = reader.name("name", "Write their name.", NAME_LENGTH)
    email = reader.line("email", "Write their e-mail address.", EMAIL_LENGTH)
    if email and not is_address(email):
        reader.wrong("email", "Write the whole address, with an @ in it.")
    role = reader.choice("role", _values(choices["roles"]), "Choose the part they take.")
    where = reader.choice("place", _values(choices["places"]), "Choose where they belong.")
    trainer, award, because = None, None, ""
    if role == Role.TRAINEE:
        award = enrolling.STANDARD
        if "award" in request.form:
            award = reader.choice("award", _values(choices["awards"]), enrolling.AWARD_MISSING)
        because = reader.text("because", None, LONGEST_REASON)
        chosen = reader.choice("trainer", _values(choices["trainers"]), enrolling.TRAINER_MISSING)
        trainer = uuid.UUID(chosen) if chosen in _values(choices["trainers"]) else None
        if where.endswith(WHOLE):
            reader.wrong("place", enrolling.UNIT_MISSING)
    reader.check()
    organisation, _, unit = where.partition(" ")
    unit_id = None if unit == WHOLE else uuid.UUID(unit)
    provider = identity_of(request.form, "provider")
    place = Place(uuid.UUID(organisation), Role(role), unit_id, trainer, award, because, provider)
    return name, email, place
