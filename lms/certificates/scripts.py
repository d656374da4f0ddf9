"""Letters of the world, as a certificate sets them: which fonts a name needs, and about how wide it is in them.

Our serif has Latin, Vietnamese, Greek and Cyrillic. Every other script is set in a Noto font of the system, a serif
where there is one. Pure: plain values in, plain values out.
"""

from __future__ import annotations

import unicodedata

# What `name.woff2` and `say.woff2` have letters for, in ranges; a test compares them with the files.
SERIF = (
    *((0x20, 0x7E), (0xA0, 0x17E), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1CD, 0x1DC), (0x1FA, 0x21B)),
    *((0x300, 0x301), (0x303, 0x304), (0x308, 0x309), (0x323, 0x323)),
    *((0x386, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1), (0x3A3, 0x3CE), (0x401, 0x44F), (0x451, 0x45F)),
    *((0x490, 0x493), (0x496, 0x497), (0x49A, 0x49B), (0x4A2, 0x4A3), (0x4AE, 0x4B1), (0x4BA, 0x4BB)),
    *((0x4D8, 0x4D9), (0x4E8, 0x4E9), (0x1E0C, 0x1E0F), (0x1E20, 0x1E21), (0x1E24, 0x1E25), (0x1E36, 0x1E3B)),
    *((0x1E42, 0x1E49), (0x1E5A, 0x1E63), (0x1E6C, 0x1E6F), (0x1E80, 0x1E85), (0x1E92, 0x1E93), (0x1E9E, 0x1E9E)),
    *((0x1EA0, 0x1EF9), (0x1F00, 0x1F15), (0x1F18, 0x1F1D), (0x1F20, 0x1F45), (0x1F48, 0x1F4D), (0x1F50, 0x1F57)),
    *((0x1F5F, 0x1F7D), (0x1F80, 0x1FB4), (0x1FB6, 0x1FC4), (0x1FC6, 0x1FD3), (0x1FD6, 0x1FDB), (0x1FE0, 0x1FEC)),
    *((0x2013, 0x2014), (0x2018, 0x201A), (0x201C, 0x201E), (0x2026, 0x2026)),
)
_LETTERS = frozenset(chr(point) for first, last in SERIF for point in range(first, last + 1))

# Blocks of the scripts that have a font of their own here. Whatever else there is takes Noto’s fonts in their order.
_BLOCKS = {
    "arabic": ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)),
    "hindi": ((0x900, 0x97F), (0xA8E0, 0xA8FF)),
    "korean": ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF)),
    "japanese": ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9D)),
    "chinese": (
        (0x2E80, 0x2FDF),
        (0x3005, 0x3007),
        (0x3400, 0x4DBF),
        (0x4E00, 0x9FFF),
        (0xF900, 0xFAFF),
        (0x20000, 0x323AF),
    ),
}
# Where Chinese characters stand beside kana they are Japanese, beside hangul Korean: those two are looked for first.
_ORDER = ("korean", "japanese", "chinese", "arabic", "hindi")
OTHER = "other"

# Advance widths of the printed serif, in em, by letters that are about as wide; each class rounded up.
_ADVANCE = {
    letter: em
    for em, letters in {
        0.2: " ",
        0.36: "ijl.,:;!'’`-()|ιії",
        0.47: "Ifrst1ζξґΙІ",
        0.6: "aceovxyzgJS023456789бвгезсхуэєατγδενςτκоаЅ",
        0.67: "bdhknpquBEFLPZкнийлпцъьючядтαβηθλμοπρσυχΒΓΔΕΖΞΡΣБВГЕРЗЬЭ",
        0.78: "ACDGKOQRTUVXYφψωΑΚΛΟΘΤΥΧАДКЛОСТУХЧЪЯ",
        0.87: "wHN&фшыжюмΗΝΠΦΩИЙНПФЦ",
        1.1: "mMW@%ΜΨщМЖЮЫ",
        1.2: "ШЩ",
    }.items()
    for letter in letters
}
UNKNOWN = 0.75
TRACKING = 0.02  # the name's letters stand this much closer
_TYPICAL = {"arabic": 0.6, "hindi": 0.6}
_SPACING_MARK = 0.28
_WIDE = (0x980, 0xDFF)  # the scripts of India after Devanagari, and Sinhala
WIDE = 1.05
_RTL = frozenset({"R", "AL"})


def script_of(text: str) -> str:
    """Which fonts all of `text` is set in: empty for our serif, the name of a script, or `other`."""
    if set(text) <= _LETTERS:
        return ""
    points = [ord(letter) for letter in text]
    for script in _ORDER:
        if any(first <= point <= last for point in points for first, last in _BLOCKS[script]):
            return script
    return OTHER


def advance(character: str) -> float:
    """About how wide one character is, in em. Marks that sit on a letter take no room."""
    kind = unicodedata.category(character)
    if kind in ("Mn", "Me", "Cf"):
        return 0.0
    if _WIDE[0] <= ord(character) <= _WIDE[1]:
        return WIDE
    if kind == "Mc":
        return _SPACING_MARK
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    known = _ADVANCE.get(unicodedata.normalize("NFD", character)[0])
    if known is not None:
        return known - TRACKING
    return _TYPICAL.get(script_of(character), UNKNOWN)


def joins(before: str, character: str) -> bool:
    """Whether a line may not end between the two: a mark and its letter, or letters that are written as one."""
    return unicodedata.category(character).startswith("M") or unicodedata.combining(before) == VIRAMA or before == ZWJ


VIRAMA = 9  # the canonical class of the sign that joins two consonants in the scripts of India
ZWJ = "\u200d"


def direction(text: str) -> str:
    """`rtl` if the first letter is of a script read from the right."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in _RTL:
            return "rtl"
        if kind == "L":
            break
    return "ltr"


FILTERS = {"script": script_of, "direction": direction}  # for templates that set a name
