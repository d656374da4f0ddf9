"""The sealed certificate, read by programs that nobody here wrote: veraPDF, pyHanko, poppler and ZBar."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from lms.certificates import jobs, logos, pdf, print_shop
from lms.certificates.looks import Look
from lms.certificates.rules import Facts
from tests.make_certificates import facts
from tests.make_signers import signer
from tests.verifiers import VeraPdf, needs, run

NAMES = {
    "Latin": "Maximiliana Fernández-Ångström de la Cruz",
    "Vietnamese": "Đặng Thị Hồng Ngọc",
    "Greek": "Μαρία Παπαδοπούλου",
    "Cyrillic": "Олександра Щербаківська",
    "Arabic": "سعاد بنت عبد الرحمن الخطيب",
    "Hindi": "अनुष्का श्रीवास्तव चतुर्वेदी",
    "Chinese": "欧阳娜娜",
    "Japanese": "山田 さくら",
    "Korean": "김하늘별",
}
CREDENTIAL = '{"credentialSubject": {"name": "Đặng \\u0007"},\r\n "x": [1, 2]}\n'.encode()


def plain(said: Facts) -> bytes:
    """The same page without what makes it fit for archives."""
    document = pdf._lay_out(said)
    return bytes(document.write_pdf())


def sealed(said: Facts) -> bytes:
    return jobs.draw(said, CREDENTIAL, signer())


@pytest.fixture(scope="module")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VeraPdf]:
    started = VeraPdf(tmp_path_factory.mktemp("verapdf"))
    yield started
    started.stop()


@needs("java", "javac")
@pytest.mark.parametrize("script", NAMES)
def test_it_is_fit_for_archives_and_for_everyone_in_every_script(verapdf: VeraPdf, script: str) -> None:
    name = NAMES[script]
    content = sealed(facts(name, signer=name, provider=f"{name} Institute"))
    assert verapdf.broken(content, "3a") == []
    assert verapdf.broken(content, "ua1") == []


@needs("java", "javac")
def test_the_print_shop_s_is_as_fit_and_what_is_not_is_found_out(verapdf: VeraPdf) -> None:
    printed = print_shop.widen(sealed(facts()))
    assert verapdf.broken(printed, "3a") == verapdf.broken(printed, "ua1") == []
    assert verapdf.broken(plain(facts()), "3a")
    assert verapdf.broken(plain(facts()), "ua1")


@needs("java", "javac")
def test_logos_leave_it_fit(verapdf: VeraPdf) -> None:
    shape = '<g fill-opacity="0.5"><rect width="9" height="9" fill="#1f5c4d"/></g>'
    svg = logos.read(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{shape}</svg>'.encode())
    kept = io.BytesIO()
    Image.new("RGBA", (90, 30), (20, 80, 160, 90)).save(kept, "PNG")
    content = jobs.draw(facts(), CREDENTIAL, signer(), Look(svg, logos.read(kept.getvalue())))
    assert verapdf.broken(content, "3a") == verapdf.broken(content, "ua1") == []


def status(content: bytes, *, is_trusted: bool = True) -> tuple[bool, bool]:
    """What pyHanko says: whether the signature holds, and whether whoever signed is trusted."""
    [found] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    own = Certificate.load(signer().certificate.public_bytes(Encoding.DER))
    said = validate_pdf_signature(found, ValidationContext(trust_roots=[own] if is_trusted else []))
    return said.intact and said.valid, said.trusted


def test_its_seal_holds_and_a_stranger_s_would_not_be_trusted() -> None:
    content = sealed(facts())
    assert content.startswith(pdf.render(facts(), CREDENTIAL)), "sealing changes nothing that stood before"
    assert status(content) == (True, True)
    assert status(content, is_trusted=False) == (True, False)


@needs("pdfsig")
def test_a_program_for_pdfs_says_that_the_whole_file_is_sealed(tmp_path: Path) -> None:
    at = tmp_path / "sealed.pdf"
    at.write_bytes(sealed(facts()))
    said = run("pdfsig", str(at))
    for line in ("Signature is Valid", "ETSI.CAdES.detached", "Total document signed", "Fieldfare Peer Learning"):
        assert line in said


@needs("pdfsig")
@pytest.mark.parametrize("place", ["a word", "the credential", "what the seal says"])
def test_one_changed_bit_is_noticed(tmp_path: Path, place: str) -> None:
    content = bytearray(sealed(facts()))
    last = content.rfind(b"/Contents")
    at = {
        "a word": 5_000,
        "the credential": content.find(b"/EmbeddedFile") + 400,
        "what the seal says": last - 9,
    }
    content[at[place]] ^= 1
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(content)
    assert "Signature is Valid" not in run("pdfsig", str(changed))
    try:
        holds, _trusted = status(bytes(content))
    except Exception:  # noqa: BLE001 - what cannot be read does not hold
        holds = False
    assert not holds


@needs("pdfdetach")
@pytest.mark.parametrize("is_sealed", [False, True])
def test_the_credential_comes_out_as_it_went_in(tmp_path: Path, is_sealed: bool) -> None:
    at, out = tmp_path / "certificate.pdf", tmp_path / "credential.json"
    at.write_bytes(sealed(facts()) if is_sealed else pdf.render(facts(), CREDENTIAL))
    assert "1: credential.json" in run("pdfdetach", "-list", str(at))
    run("pdfdetach", "-save", "1", "-o", str(out), str(at))
    assert out.read_bytes() == CREDENTIAL
    [attached] = PdfFileReader(io.BytesIO(at.read_bytes())).root["/AF"]
    assert attached.get_object()["/AFRelationship"] == "/Source"


@needs("pdftoppm", "zbarimg")
def test_a_scanner_reads_the_square_code(tmp_path: Path) -> None:
    at, said = tmp_path / "sealed.pdf", facts()
    at.write_bytes(sealed(said))
    run("pdftoppm", "-r", "150", "-png", "-singlefile", str(at), str(tmp_path / "page"))
    assert run("zbarimg", "--quiet", "--raw", str(tmp_path / "page.png")).strip() == said.address


def test_without_a_key_it_is_not_sealed() -> None:
    assert not PdfFileReader(io.BytesIO(jobs.draw(facts()))).embedded_signatures
