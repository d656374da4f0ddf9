"""Names of people are refused only where they could not be printed, or could be read as another's."""

from __future__ import annotations

import pytest

from lms.core import naming
from lms.core.errors import Invalid
from lms.core.forms import Reader

FINE = [
    "Maximiliana Fernández-Ångström de la Cruz", "Đặng Thị Hồng Ngọc", "Μαρία Παπαδοπούλου", "Олександра Щербаківська",
    "سُعَادُ بِنْتُ عَبْدِ الرَّحْمٰنِ", "क्षितिज श्रीवास्तव", "欧阳娜娜", "山田 さくら", "김하늘별", "สมหญิง ใจดี", "O’Brien",
    "Sinéad\u0323\u0301",
    "می\u200cخواهم", "<script>alert(1)</script>", "{{ 7*7 }}", "file:///etc/passwd", "Robert'); DROP TABLE person;--",
]  # fmt: skip


@pytest.mark.parametrize("name", FINE)
def test_every_script_and_every_word_is_a_name(name: str) -> None:
    assert naming.fault(name) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Joan\u202enaoJ", naming.TURNS),
        ("\u2067Joan\u2069", naming.TURNS),
        ("Z" + "\u0334" * 300, naming.TOO_MANY_MARKS),
        ("Joan\x1b[2J", naming.NOT_WRITTEN),
        ("Joan \ue000", naming.NOT_WRITTEN),
        ("Joan 😀", naming.NOT_WRITTEN),
        ("Joan\u2028Fairweather", naming.NOT_WRITTEN),
    ],
)
def test_what_hides_turns_or_cannot_be_printed_is_refused_with_a_sentence(name: str, fault: str) -> None:
    reader = Reader({"name": name})
    reader.name("name", "Write their name.", 400)
    with pytest.raises(Invalid) as refused:
        reader.check()
    assert refused.value.fields == {"name": fault}
