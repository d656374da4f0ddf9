"""A logo is drawn anew or put together again from plain shapes; whatever else a file holds does not come through."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image

from lms.certificates import logos, looks
from lms.certificates.logos import Unfit
from lms.core.settings import BadSettings, load

SECRET = {"LMS_SECRET_KEY": "x" * 40}
GOOD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:ink="http://ink.example/" viewBox="0 0 200 100" id="a" ink:v="1">'
    '<title>Bird</title><metadata>made by</metadata><g transform="translate(2 3)">'
    '<path d="M1 2 L3,4z" fill="#1f5c4d" id="b"/><ink:note/></g></svg>'
)


def png(size: tuple[int, int] = (300, 100), **more: object) -> bytes:
    kept = io.BytesIO()
    Image.new("RGBA", size, (10, 20, 30, 0)).save(kept, "PNG", **more)
    return kept.getvalue()


def inside(shapes: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{shapes}</svg>'.encode()


def test_plain_shapes_of_an_svg_stay_and_a_program_s_own_notes_go() -> None:
    logo = logos.read(GOOD.encode())
    assert logo.ratio == 2
    assert logo.markup == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">'
        '<g transform="translate(2 3)"><path d="M1 2 L3,4z" fill="#1f5c4d" /></g></svg>'
    )


@pytest.mark.parametrize(
    "shapes",
    [
        "<script>alert(1)</script>",
        '<image href="file:///etc/passwd"/>',
        '<use href="http://127.0.0.1/x.svg#a"/>',
        "<style>@import url(http://127.0.0.1/)</style>",
        "<foreignObject><b/></foreignObject>",
        "<text>hello</text>",
        '<a href="javascript:x"><rect/></a>',
        '<rect onload="x()"/>',
        '<rect style="fill:url(http://127.0.0.1/)"/>',
        '<rect fill="url(file:///etc/passwd)"/>',
        '<rect fill="url(#a)"/>',
        '<g opacity="0.5"><rect/></g>',
        '<path d="M0 0"/>' * 2_001,
    ],
)
def test_what_could_do_more_than_be_seen_is_refused(shapes: str) -> None:
    with pytest.raises(Unfit):
        logos.read(inside(shapes))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<html/>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">&a;</svg>',
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 1'/>",
        logos.PNG + b"broken",
        png((4_001, 600)),
        b" " * 500_001,
    ],
)
def test_what_is_no_picture_or_too_large_or_too_narrow_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Unfit, match=r"\.$"):
        logos.read(content)


def test_a_png_is_drawn_anew_on_white_and_keeps_nothing_else() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Comment", "a secret")
    logo = logos.read(png((3_000, 1_000), pnginfo=notes))
    found = re.fullmatch(r'<img alt="" src="data:image/png;base64,([^"]+)">', logo.markup)
    assert found is not None
    drawn = Image.open(io.BytesIO(base64.b64decode(found[1])))
    assert (drawn.mode, drawn.size, drawn.info) == ("RGB", (1_200, 400), {})
    assert drawn.getpixel((5, 5)) == (255, 255, 255)


def looks_file(folder: Path, text: str) -> Path:
    (folder / "bird.svg").write_text(GOOD)
    at = folder / "looks.yaml"
    at.write_text(text)
    return at


def test_a_provider_s_look_is_read_from_the_file_that_the_settings_name(tmp_path: Path) -> None:
    who = "{name: Dr Margaret Hale, role: Director of Learning}"
    at = looks_file(tmp_path, f"Fieldfare:\n  logo: bird.svg\n  signatories:\n    - {who}\n")
    looks.check(load({**SECRET, "LMS_CERTIFICATE_LOOKS": str(at)}))
    look = looks._read(at)["Fieldfare"]
    assert look.logo is not None
    assert [(each.name, each.role) for each in look.signatories] == [("Dr Margaret Hale", "Director of Learning")]
    looks.check(load(SECRET))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Fieldfare:\n  logo: none.svg\n", "the logo none.svg is not in"),
        ("Fieldfare:\n  logo: ../../etc/passwd\n", "is not in"),
        ("Fieldfare:\n  logo: looks.yaml\n", "neither a PNG nor an SVG"),
        ("Fieldfare:\n  logos: bird.svg\n", "looks.yaml:2"),
        ("Fieldfare:\n  signatories:\n    - {name: '', role: Chair}\n", "looks.yaml:3"),
        ('Fieldfare:\n  signatories:\n    - {name: "A\\u202eB", role: Chair}\n', "turns the order"),
        ("Fieldfare:\n  signatories: [{name: A, role: B}, {name: A, role: B}, {name: A, role: B}]\n", "looks.yaml:2"),
    ],
)
def test_a_mistake_in_it_is_named_before_anything_starts(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadSettings, match=re.escape(sentence)):
        looks.check(load({**SECRET, "LMS_CERTIFICATE_LOOKS": str(looks_file(tmp_path, text))}))


def test_a_file_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="LMS_CERTIFICATE_LOOKS should name"):
        looks.check(load({**SECRET, "LMS_CERTIFICATE_LOOKS": str(tmp_path / "no.yaml")}))
