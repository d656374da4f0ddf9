"""Where what is short is done: a clause says what, this knows the address."""

from __future__ import annotations

from functools import partial

from flask import url_for

from lms.groups.models import PeerGroup


def addresses(group: PeerGroup, *, arranges: bool, moves: bool) -> dict[str, str]:
    """Where the reader does what is short, by kind of clause; nothing for what others do."""
    here = partial(url_for, "takeover.page", group_id=group.id)
    counted = ("own-running", "seat-rotation", "breaches-caught", "problem-first", "balance", "both-roles")
    found = {kind: here(_anchor="meetings") for kind in (*counted, "follow-through", "observed")}
    if arranges:
        found |= {
            "known-by-all": here(_anchor="knows"),
            "contract-renewed": url_for("groups.agreement", group_id=group.id),
            "booked": url_for("groups.group", group_id=group.id, _anchor="meetings"),
            "attendance": url_for("groups.group", group_id=group.id, _anchor="meetings"),
            "members": url_for("groups.group", group_id=group.id, _anchor="members"),
        }
    found["coded-share"] = url_for("coding.circle", group_id=group.id)
    found["safety"] = url_for("takeover.surveys", group_id=group.id)
    return found | ({"no-open-case": url_for("takeover.safety", group_id=group.id)} if moves else {})
