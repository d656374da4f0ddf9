"""Numbers that survive sloppy typing, days that leave no gap, names that fit."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from assessments.levels import LEVELS
from lms.certificates import paper, rules, scripts
from lms.certificates.rules import Status

CODES = st.text(rules.ALPHABET, min_size=rules.CODE_LENGTH, max_size=rules.CODE_LENGTH)


@dataclass(frozen=True)
class Lasting:
    valid_until: date
    issued_on: date = date.min


@given(CODES, st.data())
def test_a_number_survives_how_people_type_it(code: str, data: st.DataObject) -> None:
    noise = st.sampled_from(["", "", "", " ", "-", " - ", "\u2011", "\u00a0", "."])
    typed = ""
    for letter in code:
        seen_as = data.draw(st.sampled_from([letter, letter.lower(), *(["1", "i"] if letter == "L" else [])]))
        typed += seen_as + data.draw(noise)
    if len(typed) <= rules.LONGEST_TYPED:
        assert rules.parse(typed) == code
    assert rules.parse(rules.printed(code)) == code
    assert rules.parse(f"  {rules.printed(code).lower()} ") == code


@given(st.text(max_size=200))
def test_what_is_typed_is_a_number_or_not_and_never_an_error(typed: str) -> None:
    meant = rules.parse(typed)
    assert meant is None or (len(meant) == rules.CODE_LENGTH and set(meant) <= set(rules.ALPHABET))
    assert rules.slip(typed)


def test_numbers_are_random_enough_and_hold_no_o_and_no_zero() -> None:
    made = {rules.new_code() for _ in range(200)}
    assert len(made) == 200
    assert len(rules.ALPHABET) ** rules.CODE_LENGTH >= 2**128
    assert not set("O0I1AEU") & set("".join(made))


def test_the_number_is_printed_in_groups_of_four() -> None:
    assert rules.printed("7K4M2PXR9DHQ3WQH8LTC5K6H9FVZ") == "7K4M-2PXR-9DHQ-3WQH-8LTC-5K6H-9FVZ"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("7K4M-2PXR-90", "no letter O and no zero"),
        ("7K4M", "It has 4 letters and figures, our numbers have 28"),
        ("7K4M-2PXR-9DHQ-3WQH-8LTC-5K6H-9FVZ", "group by group"),
    ],
)
def test_a_number_nobody_has_comes_with_the_likely_slip(typed: str, words: str) -> None:
    assert words in rules.slip(typed)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(-4000, 4000), st.booleans())
def test_every_day_has_exactly_one_status(until: date, days: int, withdrawn: bool) -> None:
    on = until + timedelta(days=days)
    found = rules.status(Lasting(until), Status.WITHDRAWN if withdrawn else None, on)
    assert found is (Status.WITHDRAWN if withdrawn else Status.VALID if days <= 0 else Status.EXPIRED)
    assert rules.status(None, None, on) is Status.UNKNOWN


def test_the_last_day_still_counts() -> None:
    until = rules.last_day(date(2024, 7, 21), 24)
    assert until == date(2026, 7, 21)
    assert rules.status(Lasting(until), None, until) is Status.VALID
    assert rules.status(Lasting(until), None, until + timedelta(days=1)) is Status.EXPIRED
    assert rules.last_day(date(2024, 2, 29), 12) == date(2025, 2, 28)


def test_every_level_says_what_it_entrusts() -> None:
    assert set(rules.ENTRUSTED) == {each.number for each in LEVELS}


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("  Ana \n Duarte\t", "Ana Duarte"),
        ("e\u0301va", "\u00e9va"),
        ("Mal\u202egnp.exe\u202c", "Malgnp.exe"),
        ("\u2066x\u2069\x00y\x1b", "xy"),
        ("<script>", "<script>"),
    ],
)
def test_a_printed_name_has_no_invisible_marks(name: str, clean: str) -> None:
    assert rules.clean_name(name) == clean


def test_evidence_is_read_from_what_the_decision_froze() -> None:
    rung = {"name": "Ruth Tamihana", "counted": True}
    frozen = {
        "basis": ["6 sessions", "81% open questions in the last 4"],
        "ladder": [[3, [rung]], [4, [rung, {"name": "Bashir Noor", "counted": True}, {"name": "X", "counted": False}]]],
    }
    assert rules.readings(frozen) == (("6 sessions", "81% open questions in the last 4"), 2)
    assert rules.readings({"basis": ["1 session"], "ladder": []}) == (("1 session",), 1)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=90))
def test_every_name_fits_its_place_and_loses_no_letter(name: str) -> None:
    clean = rules.clean_name(name)
    said = paper.set_name(clean)
    assert 7 <= said.size <= 17
    assert len(said.lines) <= 6
    assert max(map(paper.width, said.lines)) * said.size <= paper.NAME_WIDTH + 0.01
    assert "".join("".join(said.lines).split()) == "".join(clean.split())


@pytest.mark.parametrize(
    ("name", "lines", "direction"),
    [
        ("Bo Nyman", 1, "ltr"),
        ("Joan Fairweather", 1, "ltr"),
        ("Maximiliana Fernández-Ångström de la Cruz", 3, "ltr"),
        ("سعاد بنت عبد الرحمن", 1, "rtl"),
    ],
)
def test_a_name_is_set_in_few_even_lines(name: str, lines: int, direction: str) -> None:
    said = paper.set_name(name)
    assert (len(said.lines), said.direction) == (lines, direction)


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("Łukasz Ångström", ""),
        ("Đặng Thị Hồng Ngọc", ""),
        ("Μαρία Παπαδοπούλου", ""),
        ("Олександра Щербаківська", ""),
        ("سعاد بنت عبد الرحمن", "arabic"),
        ("अनुष्का श्रीवास्तव", "hindi"),
        ("欧阳娜娜", "chinese"),
        ("山田 さくら", "japanese"),
        ("金 하늘", "korean"),
        ("ნინო ჯავახიშვილი", "other"),
        ("Ɓaba Ŋwa", "other"),
        ("Maria (山田)", "chinese"),
    ],
)
def test_a_name_is_never_set_half_in_another_letter(name: str, script: str) -> None:
    assert paper.set_name(name).script == script


def test_our_serif_has_every_letter_we_say_it_has() -> None:
    for each in ("name", "say"):
        has = TTFont(files("lms.certificates") / "fonts" / f"{each}.woff2").getBestCmap()
        assert all(point in has for first, last in scripts.SERIF for point in range(first, last + 1))


def test_no_line_of_a_name_ends_inside_a_written_letter() -> None:
    for line in paper.set_name("क्ष्मि" * 15).lines:
        assert not unicodedata.category(line[0]).startswith("M")
        assert not line.endswith("\u094d")


def test_the_last_line_of_a_long_name_is_not_one_lonely_word() -> None:
    name = "Wilhelmina Konstantinopoulou-Featherstonehaugh Ramakrishnan Montgomery-Vandenberg of Marlow"
    lines = paper.set_name(name).lines
    assert lines[-1] == "Montgomery-Vandenberg of Marlow"
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Anne-Marie Ó Súilleabháin", ("Anne-Marie", "Ó Súilleabháin")),
        ("Maximiliana Fernández-Ångström de la Cruz", ("Maximiliana", "Fernández-Ångström", "de la Cruz")),
        (
            "Maximiliana Alexandrina Theodora Fitzgerald-Montgomery von Hohenlohe-Waldenburg-Schillings",
            (
                "Maximiliana Alexandrina",
                "Theodora Fitzgerald-Montgomery",
                "von Hohenlohe-Waldenburg-Schillings",
            ),
        ),
        ("فاطمة الزهراء بنت عبد الرحمن المنصوري", ("فاطمة الزهراء", "بنت عبد الرحمن المنصوري")),
    ],
)
def test_a_particle_stays_with_its_name_and_a_double_name_whole(name: str, lines: tuple[str, ...]) -> None:
    assert paper.set_name(name).lines == lines
