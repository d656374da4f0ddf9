"""A transcript is read whole, or refused with the file and the line of what is wrong."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from assessments.transcripts import FOLDER, Key, current, load_transcripts
from courses.source import ContentError

NAME = "fire-station-quiet-watch"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "transcripts").mkdir()
    copytree(FOLDER, tmp_path / "transcripts", dirs_exist_ok=True)
    return tmp_path / "transcripts"


def _change(root: Path, old: str, new: str) -> int:
    """Change the first place where `old` stands; the line on which it stood."""
    path = root / f"{NAME}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def _problems(root: Path) -> list[str]:
    with pytest.raises(ContentError) as refused:
        load_transcripts(root)
    return refused.value.problems


def test_all_transcripts_are_in_order_and_found_by_their_ids() -> None:
    assert current()[NAME].title == "The quiet watch"
    assert all(name == sheet.id for name, sheet in current().items())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("by: Rhodri", "by: Rodri", "nobody among the people is called “Rodri”"),
        ("id: t9\n", "id: t8\n", "the id “t8” is used twice"),
        ("key: {openness: closed, function: Q-META}", "key: {openness: ajar}", "turns.2.key.openness"),
        ("faults: [X-LEAD, X-RHET]", "faults: [X-NICE]", "key.faults.0"),
        ("faults: [X-LEAD, X-RHET]", "faults: [X-LEAD, X-LEAD]", "a fault stands here twice"),
        ("function: Q-META}", "function: Q-WHAT}", "turns.2.key.function"),
        ("{openness: closed, function: Q-META}", "{openness: closed, also: closed}", "also: should differ"),
        ("  - {starts: t3, phase: ask_understand}", "  - {starts: t99, phase: write}", "there is no turn “t99”"),
        ("  - {starts: t1, phase: tell}", "  - {starts: t2, phase: tell}", "should start with the first turn, t1"),
        ("  - {starts: t3, phase: ask_understand}", "  - {starts: t1, phase: write}", "in the order of the turns"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(root: Path, old: str, new: str, said: str) -> None:
    line = _change(root, old, new)

    assert any(each.startswith(f"{root / NAME}.yaml:{line}: ") and said in each for each in _problems(root))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    why: Consent. Yes or no, and only Niamh can say it.\n", "", "every key should have its reason (why)"),
        ("    key: {openness: closed, function: Q-META}\n", "", "a reason stands here and no key"),
        (
            "    key: {openness: closed, function: Q-META}\n    why: Consent. Yes or no, and only Niamh can say it.\n",
            "",
            "Ximena asks something, so the turn should have a key",
        ),
        ("    part: facilitator", "    part: member", "0 people have the part “facilitator”"),
        ("    part: member", "    part: holder", "2 people have the part “holder”"),
        ("    pause: 14\n    said: ", "    said: ", None),
        ("by: Sandford\n    said: Right", "by: Niamh\n    said: Right", "Niamh speaks on"),
        ("    by: Rhodri\n    pause: 5\n", "    by: Niamh\n    pause: 5\n", "the holder’s own turns are not coded"),
        ("id: fire-station-quiet-watch", "id: fire-station", "should be “fire-station-quiet-watch”, like the file"),
        ("    about: Firefighter, drives.", "    about: Firefighter.\n    age: 30", "Extra inputs are not permitted"),
    ],
)
def test_what_would_mislead_a_coder_is_refused(root: Path, old: str, new: str, said: str | None) -> None:
    _change(root, old, new)

    if said is None:
        assert load_transcripts(root)[NAME]
    else:
        assert any(said in each for each in _problems(root))


def test_somebody_who_never_speaks_is_left_out(root: Path) -> None:
    _change(root, "phases:\n", "  - name: Una\n    part: member\n    about: Asleep.\nphases:\n")

    assert any("Una never says a word" in each for each in _problems(root))


def test_a_round_is_neither_too_short_nor_too_long_nor_almost_without_questions(root: Path) -> None:
    path = root / f"{NAME}.yaml"
    text = path.read_text("utf-8")
    start, end = text.index("  - id: t25\n"), text.index("afterwards:")
    path.write_text(text[:start] + text[end:], "utf-8")
    assert any("turns" in each and "at least 30" in each for each in _problems(root))

    start = text.index("  - id: t34\n")
    path.write_text(text[:start] + text[end:], "utf-8")
    assert any("there should be at least 20" in each for each in _problems(root))

    spun = "".join(f"  - {{id: t{n}, by: {'Niamh' if n % 2 else 'Rhodri'}, said: Hm.}}\n" for n in range(54, 62))
    path.write_text(text[:end] + spun + text[end:], "utf-8")
    assert any("turns" in each and "at most 60" in each for each in _problems(root))


def test_keys_of_one_kind_only_are_refused_since_kappa_would_say_nothing(root: Path) -> None:
    path = root / f"{NAME}.yaml"
    text = path.read_text("utf-8")
    for kind in ("closed", "unsure"):
        text = text.replace(f"openness: {kind}", "openness: open")
    path.write_text(text.replace("also: open", "also: unsure"), "utf-8")

    assert any("keys are “open”, so agreement would say nothing" in each for each in _problems(root))


def test_every_broken_file_is_reported_at_once(root: Path) -> None:
    _change(root, "held: room", "held: field")
    (root / "choir-second-altos.yaml").write_text("", "utf-8")

    problems = _problems(root)

    assert any("choir-second-altos.yaml:1: the file is empty" in each for each in problems)
    assert any(f"{NAME}.yaml:4: held:" in each for each in problems)


def test_advice_is_advice_with_a_question_mark_and_without() -> None:
    assert Key(openness="closed", faults=("X-ADV",)).advice
    assert Key(openness="unsure", faults=("X-LEAD", "X-SOLV")).advice
    assert not Key(openness="open", faults=("X-LEAD", "X-MULT")).advice


def test_a_comment_keeps_the_hash_and_a_word_of_the_key_changes_it(root: Path) -> None:
    before = load_transcripts(root)[NAME].content_hash
    _change(root, "turns:\n", "# ten minutes\nturns:\n")
    commented = load_transcripts(root)[NAME].content_hash
    _change(root, "{openness: closed, function: Q-META}", "{openness: closed, also: unsure, function: Q-META}")

    assert before == commented != load_transcripts(root)[NAME].content_hash
