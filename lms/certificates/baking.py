"""A certificate as a picture with its signed record inside: Open Badges 3.0, “baking” into PNG. Pure.

The picture is our mark, drawn here point by point: no library for pictures runs with this program.
"""

from __future__ import annotations

import math
import struct
import zlib
from functools import cache

KEYWORD = b"openbadgecredential"  # https://www.imsglobal.org/spec/ob/v3p0/#png
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIZE = 320
MOST_CHUNKS = 4_000
# The mark as in `static/mark.svg`: a ring of radius 11.6 open between two angles, and a stool in the gap.
MIDDLE, RADIUS, HALF_STROKE = 16.0, 11.6, 2.1
ENDS = ((24.5, 8.1), (27.6, 16.0))
STOOL, STOOL_RADIUS, STOOL_RIM = (27.0, 8.8), 3.6, 1.6
PAPER, RING, RIM, SEAT = (255, 255, 255), (74, 33, 83), (178, 125, 0), (251, 238, 198)
Colour = tuple[int, int, int]


def bake(credential: bytes) -> bytes:
    """The badge with a signed record inside, byte for byte. The same record gives the same file."""
    text = KEYWORD + b"\0\0\0\0\0" + credential  # not pressed, in no language, under no other name
    return SIGNATURE + b"".join((_chunk(b"IHDR", _head()), _chunk(b"iTXt", text), _chunk(b"IDAT", _picture()), _end()))


def unbake(content: bytes) -> bytes | None:
    """The record in a picture, if there is one that is not pressed."""
    at = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        if at + 8 > len(content):
            return None
        length, kind = struct.unpack_from(">I4s", content, at)
        held = content[at + 8 : at + 8 + length]
        if kind == b"iTXt" and held.startswith(KEYWORD + b"\0\0\0"):
            return held[len(KEYWORD) + 3 :].split(b"\0", 2)[-1]
        at += 12 + length
    return None


def _head() -> bytes:
    return struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)


def _end() -> bytes:
    return _chunk(b"IEND", b"")


def _chunk(kind: bytes, held: bytes) -> bytes:
    return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))


@cache
def _picture() -> bytes:
    """The points of the mark, pressed. It takes a third of a second, once in a process."""
    scale = 36 / SIZE  # a little air around the mark
    lines = (
        b"\0" + b"".join(bytes(_colour((x + 0.5) * scale - 2, (y + 0.5) * scale - 2, 1 / scale)) for x in range(SIZE))
        for y in range(SIZE)
    )
    return zlib.compress(b"".join(lines), 9)


def _colour(x: float, y: float, sharp: float) -> Colour:
    from_stool = math.hypot(x - STOOL[0], y - STOOL[1])
    colour = _over(PAPER, RING, (HALF_STROKE - _from_ring(x, y)) * sharp)
    colour = _over(colour, RIM, (STOOL_RADIUS - from_stool) * sharp)
    return _over(colour, SEAT, (STOOL_RIM - from_stool) * sharp)


def _from_ring(x: float, y: float) -> float:
    """How far a point is from the middle of the ring's stroke, whose ends are round."""
    angle = math.atan2(y - MIDDLE, x - MIDDLE)
    first = math.atan2(ENDS[0][1] - MIDDLE, ENDS[0][0] - MIDDLE)
    if first < angle < 0:
        return min(math.hypot(x - end_x, y - end_y) for end_x, end_y in ENDS)
    return abs(math.hypot(x - MIDDLE, y - MIDDLE) - RADIUS)


def _over(below: Colour, above: Colour, inside: float) -> Colour:
    """One colour over another, as much as a point lies inside: half of it on the very edge."""
    share = min(1.0, max(0.0, inside + 0.5))
    red, green, blue = (round(b + (a - b) * share) for b, a in zip(below, above, strict=True))
    return red, green, blue
