"""Whose signatures count: what a standard says about tiers, and an observer's word beside a trainer's."""

from datetime import date

import pytest
from pydantic import ValidationError

from assessments.evidence import Observed
from assessments.standards import Standard, get_standard
from tests.unit.readiness_examples import AT, BASHIR, amara, six, unsigned
from tests.unit.test_readiness import finding, judged

CERTIFIED = get_standard("certified", 1)


def observed(by: str = "Maria Ortiz", level: int = 4, **other: object) -> Observed:
    return Observed(signer_id=by, signer_name=by, signed_on=date(2026, 5, 23), level=level, **other)


BY_LINK = Standard.model_validate(CERTIFIED.model_dump() | {"tiers": ["account", "beside", "link"]})
FROM_OUTSIDE = amara(sessions=(*six()[:5], unsigned("s6", date(2026, 5, 21), by=BASHIR, observed=observed())))


def test_what_an_observer_signed_is_shown_and_does_not_count_unless_the_standard_says_so() -> None:
    readiness = judged(FROM_OUTSIDE)
    assert readiness.headline == "When Bashir signs 21 May, everything may be there"
    assert ("s6", "Session of 21 May, as Maria Ortiz saw it", (
        "Signed by a link sent to their e-mail address. That is kept, and does not count here."
    )) in {(n.evidence, n.title, n.reason) for n in readiness.not_counted}  # fmt: skip
    rungs = [rung for _, each in readiness.ladder for rung in each if rung.tier == "link"]
    assert [(rung.name, rung.on, rung.counted) for rung in rungs] == [("Maria Ortiz", date(2026, 5, 21), False)]
    allowed = judged(FROM_OUTSIDE, standard=BY_LINK)
    assert allowed.ready
    rungs = [rung for _, each in allowed.ladder for rung in each if rung.tier == "link"]
    assert [(rung.name, rung.counted) for rung in rungs] == [("Maria Ortiz", True)]
    assert not [each for each in allowed.not_counted if each.evidence == "s6"]


def test_a_standard_that_counts_no_links_is_word_for_word_the_one_it_was() -> None:
    assert CERTIFIED.tiers == ("account", "beside")
    assert "tiers" not in CERTIFIED.model_dump(exclude_unset=True)


def test_a_trainer_s_signature_goes_before_an_observer_s() -> None:
    both = amara(sessions=tuple(each.model_copy(update={"observed": observed(level=1)}) for each in six()))
    for standard in (CERTIFIED, BY_LINK):
        assert judged(both, standard=standard).ready
        assert finding("seen-by-two", both, standard=standard).seen == (
            "4 signed by Ruth Tamihana and 2 by Bashir Noor."
        )


def test_an_observer_who_sits_in_the_circle_or_signed_later_counts_for_no_standard() -> None:
    seated = observed(signer_independent=False, not_independent_because="sits in the same circle")
    for seen, at in ((seated, AT), (observed(), date(2026, 5, 22))):
        evidence = amara(sessions=(*six()[:5], unsigned("s6", date(2026, 5, 21), observed=seen)))
        assert not judged(evidence, at, BY_LINK).ready


def test_what_came_back_to_its_writer_is_not_signed_by_anybody() -> None:
    evidence = amara(sessions=(*six()[:5], unsigned("s6", date(2026, 5, 21), "returned", observed=observed())))
    assert judged(evidence, standard=BY_LINK).next_step.action_kind == "rewrite"


def test_a_standard_may_ask_for_the_trainer_s_own_device() -> None:
    own = Standard.model_validate(CERTIFIED.model_dump() | {"tiers": ["account"]})
    beside = amara(sessions=tuple(each.model_copy(update={"tier": "beside"}) for each in six()))
    assert judged(beside).ready
    readiness = judged(beside, standard=own)
    assert not readiness.ready
    assert readiness.not_counted[0].reason == (
        "Signed face to face on the learner’s device, with their own account. That is kept, and does not count here."
    )
    with pytest.raises(ValidationError):
        Standard.model_validate(CERTIFIED.model_dump() | {"tiers": []})
