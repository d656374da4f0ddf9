"""The page “if somebody leaves”, for the managers of an organisation. Whoever it is about is not told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assessments.wording import opening
from lms.core.actor import Role
from lms.core.errors import Invalid
from lms.core.forms import Reader
from lms.core.phrases import full_day
from lms.core.site_days import today
from lms.core.unit import reading
from lms.core.web import actor, requires
from lms.coverage import leaving
from lms.coverage import leaving_rules as rules
from lms.coverage import leaving_words as words
from lms.coverage.acting_views import pages
from lms.coverage.leaving import Chosen, Gathered
from lms.coverage.leaving_rules import WHATS, What
from lms.people.managed import managed

__all__ = ["pages"]

PAST = "Choose today or a day to come. What was so on a past day is on the coverage page."
FURTHEST = "Choose a day within the next ten years."
TEN_YEARS = 3653


@pages.get("/coverage/if-leaves")
@requires(Role.MANAGER)
def if_leaves() -> ResponseReturnValue:
    """Units, circles and people who would be short of somebody, and who could step in."""
    organisation = managed(actor(), request.args.get("organisation", ""))
    found = leaving.gather(reading(), actor(), organisation, today())
    typed = [each.strip()[:90] for each in request.args.getlist("who") if each.strip()]
    what: What = "lapses" if request.args.get("what") == "lapses" else "leaves"
    chosen = leaving.choose(found, typed[: rules.MOST])
    errors = _faults(chosen, typed)
    on = _day(errors) or leaving.first_day(found, chosen.ids, what, today())
    effect, house = None, found.house
    if chosen.ids and not errors:
        effect, house = leaving.look(reading(), found, chosen.ids, what, on)
    page = render_template(
        "coverage/if_leaves.html",
        organisation=organisation,
        effect=effect,
        headline=words.headline(effect) if effect else _alone(found),
        lede=words.lede(effect) if effect else "",
        not_told=words.not_told(effect),
        step=words.best_step(effect, house) if effect else None,
        candidates=effect.candidates if effect else (),
        ready=rules.READY,
        alone=rules.only_ones(found.house, today()),
        units={each.id: each.name for each in house.units},
        form=_form(found, chosen, typed, what, on),
        people=found.people,
        notice=found.notice,
        unclear=chosen.unclear,
        whats=list(WHATS.items()),
        today=today(),
        errors=errors,
        current="coverage",
    )
    return page, 422 if errors else 200


def _faults(chosen: Chosen, typed: list[str]) -> dict[str, str]:
    if len(typed) > rules.MOST:
        return {"who": rules.TOO_MANY}
    if chosen.unknown:
        return {"who": f"“{chosen.unknown[0]}” is nobody’s name here. {rules.NOBODY}"}
    if chosen.unclear:
        return {"who": f"Several people are meant by “{chosen.unclear[0][0]}”. Choose one of them below."}
    return {}


def _day(errors: dict[str, str]) -> date | None:
    """The day somebody wrote, if any."""
    if not request.args.get("from", "").strip():
        return None
    reader = Reader(request.args)
    on = reader.day("from", "")
    try:
        reader.check()
    except Invalid as error:
        errors.update(error.fields)
        return None
    if on is not None and on < today():
        errors["from"] = PAST
    elif on is not None and (on - today()).days > TEN_YEARS:
        errors["from"] = FURTHEST
    return None if errors else on


def _form(found: Gathered, chosen: Chosen, typed: list[str], what: str, on: date) -> Mapping[str, object]:
    """What the fields say: names for ids, and one empty field more where somebody asks for it."""
    shown = [found.people[each] for each in chosen.ids]
    shown += [each for each, _ in chosen.unclear] + list(chosen.unknown)
    if not shown or (request.args.get("do") == "more" and len(shown) < rules.MOST):
        shown.append("")
    day = request.args.get("from", "").strip() or (full_day(on) if typed else "")
    return {"who": shown, "what": what, "from": day, "may_more": len(shown) < rules.MOST}


def _alone(found: Gathered) -> str:
    """Before anybody is chosen: how many units depend on one person."""
    many = len(rules.only_ones(found.house, today()))
    if not many:
        return "No unit depends on one person"
    return "One unit depends on one person" if many == 1 else f"{opening(many)} units each depend on one person"
