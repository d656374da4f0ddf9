"""Forms of a circle's taking over, its hand-over and the time after, as their pages send them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assessments.values_cards import current_cards
from lms.core import clock

if TYPE_CHECKING:
    from tests.sweeps.house import House

Sent = dict[str, tuple[str, dict[str, Any]]]


def of_taking_over(house: House) -> Sent:
    """Who sends what, by endpoint."""
    return {**_on_the_way(house), **_handing_over(house), **_after(), **_values()}


def _on_the_way(house: House) -> Sent:
    ids, soon = house.ids, clock.today() + timedelta(days=9)
    return {
        "takeover.save_count": ("trainee", {
            "version": 0, "run_by": "facilitator", "holder": ids["member_id"], "stepped_in": 1, "noticed_inside": 2,
            "noticed_outside": 1, "agreed": "yes", "early": "no", "step": "told", "turns-facilitator": 3,
            f"turns-{ids['member_id']}": 0,
        }),
        "takeover.observe": ("trainer", {
            "version": 0, "helped": "4", "stage": "G2a", "seen": "advice", "keep": "They waited.", "try_next": "",
            "concern": "no", "password": "",
        }),
        "takeover.move": ("trainer", {
            "stands": "G1", "to": "G2a", "reason": "They ask.", "key": uuid.uuid4(), "password": "",
        }),
        "takeover.note_known": ("trainee", {"known": f"{ids['member_id']} limits"}),
        "takeover.save_plan": ("trainer", {"day-G2a": soon, "day-G2b": soon + timedelta(weeks=9)}),
        "takeover.ask": ("trainer", {"kind": "safety", "key": uuid.uuid4()}),
        "takeover.say_case": ("trainer", {"case": "no", "password": ""}),
        "takeover.protect_time": ("manager", {"until": soon, "password": ""}),
    }  # fmt: skip


def _handing_over(house: House) -> Sent:
    ids = house.ids
    return {
        "transfer.draft": ("trainer", {
            "facilitator": house.people["trainee"], "help": "Ruth, 555 0142", "message": "Ask.", "because": "They ask.",
            "digest": "", "marks": "",
        }),
        "transfer.call_off": ("trainer", {"off": "Two of them move house."}),
        "transfer.sign": ("trainee", {
            "part": "facilitator", "read": "yes", "digest": "0" * 64, "marks": "circle=00000000", "password": "",
        }),
        "transfer.withdraw": ("trainee", {}),
        "transfer.answer": ("trainee", {"answer": "yes"}),
        "transfer.note_asked": ("trainee", {"said": ids["member_id"], "asked_on": clock.today()}),
        "transfer.finish": ("trainee", {}),
    }  # fmt: skip


def _values() -> Sent:
    return {
        "values.answer": ("trainee", {"version": 1, "agrees": "no", "reason": "It lacks the door."}),
        "values.aloud": ("trainee", {"version": 1, "seat": uuid.uuid4()}),
        "values.propose": ("trainee", {
            "version": 0, "key": uuid.uuid4(), "promise-1": "We ask.", "slip-1": "We laugh.",
            "review_on": clock.today() + timedelta(days=30),
        }),
        "values.keep_sort": ("trainee", {
            "version": 0, **{each.id: "good" for each in current_cards().cards}, "text-own-1": "Soup", "own-1": "must",
        }),
        "values.bring": ("trainee", {}),
    }  # fmt: skip


def _after() -> Sent:
    return {
        "aftercare.answer": ("trainee", {
            "days": 90, "version": 0, "key": uuid.uuid4(), "met": "less", "host": "nobody", "ran": "facilitator",
            "harmed": "no", "help": "yes", "line": "We need a host.",
        }),
        "aftercare.ask_help": ("trainee", {
            "about": "We no longer meet.", "suits": "Tuesday", "safety": "yes", "key": uuid.uuid4(),
        }),
        "aftercare.note_help": ("trainer", {"day": clock.today()}),
        "aftercare.propose": ("trainee", {
            "stands": "G2b", "to": "G2a", "reason": "Beside us.", "key": uuid.uuid4(), "password": "",
        }),
    }  # fmt: skip
