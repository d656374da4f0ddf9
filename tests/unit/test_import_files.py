"""Files as they really come: odd letters, odd cuts, merged cells, bombs. Each is read, or refused in a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lms.organisations import files, staging, workbooks
from lms.organisations.files import Line, Refused
from tests.make_import import book, saved, text

ROWS = [("E-mail", "Name", "Unit"), ("zoe@example.org", "Zoë Müller", "Büro"), ("li@example.org", "Li", "Roads")]


def read(data: bytes) -> tuple[list[Line], list[str]]:
    sheets, notes = files.open_file(io.BytesIO(data))
    notes += files.checked(sheets)
    return [line for sheet in sheets for line in files.counted(sheet.lines)], notes


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read(data)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_letters_and_cuts_that_spreadsheets_write_are_read_alike(encoding: str, delimiter: str) -> None:
    lines, notes = read(text(ROWS, delimiter, encoding))
    assert [(line.number, *line.cells) for line in lines] == [(2, *ROWS[1]), (3, *ROWS[2])]
    assert not notes


def test_letters_of_windows_are_read_and_it_is_said_that_this_was_a_guess() -> None:
    lines, notes = read(text(ROWS, ";", "cp1252"))
    assert lines[0].cells[1] == "Zoë Müller"
    assert notes == [files.GUESSED]


def test_lines_above_the_headings_and_empty_rows_count_as_a_spreadsheet_counts_them() -> None:
    lines, _ = read(text([("Staff of May",), (), *ROWS[:2], ("", "", ""), ROWS[2]]))
    assert [line.number for line in lines] == [4, 6]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", files.EMPTY),
        (b"\r\n \r\n", files.EMPTY),
        (b"\xef\xbb\xbf", files.NO_HEADINGS),
        (text(ROWS[:1]), files.NO_ROWS),
        (b"one,two\r\nthree,four", files.NO_HEADINGS),
        (text([("Name", "Unit", "Post"), ("Li", "Roads", "x")]), "There is no column “E-mail”."),
        (text([("E-mail", "Name"), ("li@example.org", "Li")]), "There is no column “Unit”."),
        (b"E-mail,Name,Unit\r\n" + b'li@example.org,"Li,' + b"x" * 200_000, "From row 2 on, a cell does not end"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 50, files.NOT_A_TABLE),
        (b"%PDF-1.7 \x01\x02\x9d", files.NOT_A_TABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, files.OLD_EXCEL),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 70_000 + "EncryptedPackage".encode("utf-16-le"), files.LOCKED),
        (b"PK\x03\x04 and nothing that follows", files.NOT_A_TABLE),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)


def test_more_rows_than_we_take_are_refused_and_a_large_file_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 1)
    assert refusal(text(ROWS)) == files.TOO_MANY
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    assert refusal(text(ROWS)) == files.TOO_LARGE


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), data)
    return out.getvalue()


WORKBOOK = {"xl__workbook_xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (archive(word__document_xml=b"x"), workbooks.ODD),
        (archive(**WORKBOOK, xl__vbaProject_bin=b"x"), workbooks.MACROS),
        (archive(**WORKBOOK, xl__worksheets__sheet1_xml=b"0" * 3_000_000), workbooks.BOMB),
        (archive(**WORKBOOK, xl__styles_xml=bytes(range(256)) * 40_000), workbooks.BOMB),
        (archive(**WORKBOOK, xl__sharedStrings_xml=b'<!DOCTYPE a [<!ENTITY b "c">]>'), workbooks.ENTITIES),
        (archive(**WORKBOOK, **{f"xl__part{number}_xml": b"" for number in range(400)}), workbooks.BOMB),
        (archive(**WORKBOOK), files.NOT_A_TABLE),
    ],
)
def test_an_archive_that_is_no_plain_workbook_is_refused(data: bytes, sentence: str) -> None:
    assert refusal(data) == sentence


def test_a_part_that_holds_more_than_the_archive_says_is_refused_while_it_is_unpacked() -> None:
    honest = archive(**WORKBOOK, xl__worksheets__sheet1_xml=bytes(range(256)) * 4_000)
    size = (256 * 4_000).to_bytes(4, "little")
    assert honest.count(size) == 2
    assert refusal(honest.replace(size, (5_000).to_bytes(4, "little"))) in (workbooks.BOMB, files.NOT_A_TABLE)


def test_an_archive_with_a_password_is_refused() -> None:
    data = bytearray(book(Staff=ROWS))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refusal(bytes(data)) == files.LOCKED


def test_cells_of_a_workbook_are_read_as_they_are_shown() -> None:
    lines, _ = read(book(Staff=[("E-mail", "Name", "Unit", "Band"), ("li@example.org", "=1+1", 12.0, 3.5)]))
    assert lines[0].cells[2:4] == ["12", "3.5"]


def test_a_formula_typed_as_text_is_kept_as_text() -> None:
    made = Workbook()
    page = made.worksheets[0]
    page.append(["E-mail", "Name", "Unit"])
    page.append(["li@example.org", "x", "Roads"])
    cell = page["B2"]
    cell.value = '=HYPERLINK("http://example.org","Li")'
    cell.data_type = "s"
    lines, _ = read(saved(made))
    assert lines[0].cells[1] == '=HYPERLINK("http://example.org","Li")'


def test_merged_cells_are_named_row_by_row() -> None:
    made = Workbook()
    page = made.worksheets[0]
    for row in [*ROWS, ("mo@example.org", "Mo", "Roads")]:
        page.append(row)
    page.merge_cells("C2:C3")
    sheets, _ = files.open_file(io.BytesIO(saved(made)))
    rows = [staging._row(sheets[0].headed, line) for line in sheets[0].lines]
    assert [(row["number"], row["field"], row["reason"]) for row in rows] == [
        (2, "", ""), (3, "unit", staging.MERGED), (4, "", ""),
    ]  # fmt: skip


def test_a_cell_of_ten_thousand_letters_refuses_its_row_and_is_not_kept() -> None:
    sheets, _ = files.open_file(io.BytesIO(text([ROWS[0], ("li@example.org", "x" * 10_000, "Roads")])))
    row = staging._row(sheets[0].headed, next(sheets[0].lines))
    assert row["reason"] == "This is 10,000 characters long. Shorten it to 90 or fewer."
    assert len(row["cells"]["name"]) < 200


def test_two_sheets_of_people_are_one_too_many() -> None:
    assert refusal(book(May=ROWS, June=ROWS)) == workbooks.TWO.format(what="people", first="May", second="June")


@settings(max_examples=40)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"E-mail,Name,Unit\n"]))
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    assert said_of(start + data).endswith(".")


def said_of(data: bytes) -> str:
    try:
        read(data)
    except Refused as error:
        return str(error)
    return "It was read."


def test_a_workbook_cut_short_anywhere_is_refused() -> None:
    whole = book(Staff=ROWS)
    for end in range(10, len(whole), len(whole) // 12):
        assert refusal(whole[:end])
