"""An open concern about safety: a gate of every standard, without a word about it."""

from __future__ import annotations

import pytest

from assessments import ladder
from assessments.readiness import CONCERN, Finding, judge
from assessments.standards import get_standard
from lms.handover.rules import state_of, what_ready_lacks
from lms.panels.rules import changes
from tests.unit.readiness_examples import AT, amara


def test_nobody_is_ready_while_a_concern_is_open_whatever_else_is_there() -> None:
    calm, worried = (judge(get_standard("certified", 1), amara(concern=each), AT) for each in (False, True))
    assert calm.ready
    assert not worried.ready
    assert not worried.gates_hold
    [left] = worried.left
    assert left == Finding(
        clause="open-concern",
        kind="open-concern",
        title="A talk before the next decision",
        gate=True,
        state="blocked",
        seen="Your trainer will talk with you before the next decision.",
        evidence=(),
        have=0,
        need=0,
        action="Talk with Ruth",
        action_kind="talk",
        target=None,
        when="",
        earliest=None,
    )
    assert worried.headline == "One thing is left"
    assert (worried.next_step.title, worried.earliest) == ("Talk with Ruth", None)
    assert "nothing else makes up for it" in what_ready_lacks(worried)
    assert state_of(worried, None) == "Not yet"


@pytest.mark.parametrize("standard_id", [rung.id for rung in ladder.RUNGS])
def test_it_holds_by_every_standard_and_changes_no_other_finding(standard_id: str) -> None:
    standard = get_standard(standard_id)
    calm, worried = (judge(standard, amara(concern=each), AT) for each in (False, True))
    assert worried.findings[:-1] == calm.findings
    assert worried.findings[-1].kind == CONCERN
    assert not worried.gates_hold
    assert worried.next_step.action_kind == "talk" or worried.next_step == calm.next_step


def test_a_panel_s_page_is_old_when_a_concern_is_opened_or_settled() -> None:
    calm, worried = (judge(get_standard("certified", 1), amara(concern=each), AT) for each in (False, True))
    assert [(each.before, each.now) for each in changes(calm, worried)] == [("Nothing.", worried.findings[-1].seen)]
    assert [(each.before, each.now) for each in changes(worried, calm)] == [(worried.findings[-1].seen, "Nothing.")]
    assert changes(worried, worried) == []
