"""One page for everybody who facilitated a meeting: each is rated alone, and one proof signs what is ticked."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assessments.wording import first_name, listed
from lms.core import clock
from lms.core.actor import Role
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.forms import Reader, version_of
from lms.core.phrases import number
from lms.core.unit import reading, transaction
from lms.core.web import actor, requires
from lms.people import accounts
from lms.practice import display, forms, rules, service
from lms.practice.sign_off import meanings_of, read
from lms.practice.together import ChangedReadings, Facilitated, Reviewed

_TICK = re.compile(r"of-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-sign")
NOT_SAID = ("version", "sign", "seen")  # what a form carries about a session, and nobody chose or wrote about it
NONE_TICKED = "Tick at least one session to sign it."


def install(pages: Blueprint) -> None:
    """Put this page beside the one for a single session: they are of one area."""
    pages.add_url_rule("/sign-off/<uuid:session_id>/together", view_func=together)
    pages.add_url_rule("/sign-off/<uuid:session_id>/together", view_func=sign_together, methods=["POST"])


@requires(Role.TRAINER)
def together(session_id: uuid.UUID) -> ResponseReturnValue:
    """Everybody who facilitated the meeting of this session, side by side; a session that is alone, on its own page."""
    found = service.open_together(reading(), actor(), session_id)
    here = _signable(found)
    if len(found) < 2 or not here:
        return redirect(url_for("practice.review", session_id=session_id), 303)
    begun = {f"{forms.about(each.id)}{name}": text for each in here for name, text in _begun(each).items()}
    return _page(session_id, found, begun, {})


@requires(Role.TRAINER)
def sign_together(session_id: uuid.UUID) -> ResponseReturnValue:
    """Sign all that are ticked, or nothing."""
    who, form = actor(), request.form
    ticked = {uuid.UUID(match[1]) for match in map(_TICK.fullmatch, form) if match}
    found = service.open_together(reading(), who, session_id, ticked)
    chosen = [each for each in found if each.id in ticked]
    try:
        reviews = _read(found, ticked, form)
        proof = accounts.prove_again(form.get("password", ""))
        with transaction() as db:
            service.sign_together(db, who, reviews, proof)
    except Invalid as error:
        return _page(session_id, found, form, error.fields)
    except (Conflict, Forbidden) as error:
        return _page(session_id, service.open_together(reading(), who, session_id, ticked), form, {}, error)
    flash(_signed_words(chosen))
    if any(_is_typed(each, form) for each in _signable(found) if each.id not in ticked):
        return _page(session_id, service.open_together(reading(), who, session_id), form, {})
    return redirect(url_for("practice.queue"), 303)


def _signable(found: Sequence[Facilitated]) -> list[Facilitated]:
    return [each for each in found if not each.apart]


def _begun(each: Facilitated) -> dict[str, str]:
    return {"sign": "yes", "notes": each.opened.notes}


def _is_typed(each: Facilitated, form: Mapping[str, str]) -> bool:
    """Whether something would be lost if the page were left without signing this one."""
    typed = forms.part_of(form, forms.about(each.id))
    return any(text and text != _begun(each).get(name) for name, text in typed.items() if name not in NOT_SAID)


def _shared(found: Sequence[Facilitated]) -> Mapping[str, str] | None:
    """What a signature can mean, where it is the same for all: they met in one room, so it is asked once."""
    offered = [meanings_of(each.opened) for each in _signable(found)]
    return offered[0] if offered and all(each == offered[0] for each in offered) else None


def _read(found: Sequence[Facilitated], ticked: Collection[uuid.UUID], form: Mapping[str, str]) -> list[Reviewed]:
    """What is signed of each. Raises Conflict where one is not as it was read, Invalid with every mistake."""
    chosen = [each for each in found if each.id in ticked]
    changed = [each.opened.name for each in chosen if _is_changed(each, form)]
    if changed:
        raise ChangedReadings(changed)
    reader, reviews = Reader(form), list[Reviewed]()
    if not chosen:
        reader.wrong(f"{forms.about((_signable(found) or found)[0].id)}sign", NONE_TICKED)
    shared = {"seen": form.get("seen", "")} if _shared(found) is not None else {}
    for each in chosen:
        prefix = forms.about(each.id)
        part = forms.part_of(form, prefix) | shared
        try:
            seen, beside = read(each.opened, part)
        except Invalid as error:
            for name, sentence in error.fields.items():
                whose = (name, sentence) if name in shared else (prefix + name, f"{each.opened.name}: {sentence}")
                reader.wrong(*whose)
        else:
            said = (seen.ratings, seen.level, seen.comment, seen.meaning, beside)
            reviews.append(Reviewed(each.id, version_of(part), *said))
    reader.check()
    return reviews


def _is_changed(each: Facilitated, form: Mapping[str, str]) -> bool:
    """Whether it is not as it was on the page. One that is signed is left to the service: twice is once."""
    if each.opened.session.state == "signed":
        return False
    return bool(each.apart) or version_of(form, f"{forms.about(each.id)}version") != each.opened.session.version


def _signed_words(chosen: Sequence[Facilitated]) -> str:
    said = [f"session {each.opened.number} of {each.opened.name}" for each in chosen]
    words = listed(said)
    return f"{words[0].upper()}{words[1:]} {'is' if len(said) == 1 else 'are'} signed."


def _page(
    session_id: uuid.UUID,
    found: Sequence[Facilitated],
    form: Mapping[str, str],
    errors: Mapping[str, str],
    refused: Conflict | Forbidden | None = None,
) -> ResponseReturnValue:
    """The page with whatever is chosen and written so far. After a conflict it has to be said anew who was there."""
    asked = next(each.opened for each in found if each.id == session_id)
    shared = _shared(found)
    page = render_template(
        "practice/together.html",
        current="sign_off",
        asked=asked,
        headline=f"{number(len(found), capital=True)} facilitated this meeting",
        cards=[_card(each, form, own_meaning=shared is None) for each in found],
        form=form,
        errors=errors,
        refused=refused,
        is_fresh=actor().is_fresh(clock.now()) and "password" not in errors,
        meanings=shared,
        ways=display.ways(shared) if shared else [],
        parts_played=rules.ROLE_WORDS,
    )
    return page, 409 if refused else 422 if errors else 200


def _card(each: Facilitated, form: Mapping[str, str], *, own_meaning: bool) -> dict[str, Any]:
    """What one person's part of the page shows; of what is not signed here, what was typed about it while it was."""
    opened, prefix = each.opened, forms.about(each.id)
    name, meanings = first_name(opened.name), meanings_of(opened)
    was = form.get(f"{prefix}version")
    return {
        "opened": opened,
        "name": name,
        "apart": each.apart,
        "prefix": prefix,
        "sheet": forms.review_sheet(opened.session.role, name, prefix=prefix),
        "times": display.times(opened.session),
        "meanings": meanings,
        "ways": display.ways(meanings) if own_meaning else [],
        "is_changed": bool(was) and was != str(opened.session.version),
        "kept": [(key, text) for key, text in forms.part_of(form, prefix).items() if text and key not in NOT_SAID],
    }
