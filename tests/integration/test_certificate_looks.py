"""What a provider's settings add to its certificates: logos that are drawn, signatories that are sealed as words."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from lms.certificates import jobs, looks, print_shop, rules, service
from lms.certificates.looks import Look
from lms.certificates.models import Certificate
from lms.core import settings
from lms.core.unit import Database
from lms.register import service as register
from tests.conftest import settings_for
from tests.make import World, actor
from tests.make_certificates import certify, facts
from tests.make_signers import signer

SIGNERS = (("Dr Margaret Hale", "Director of Learning"), ("Oluwaseun Adeyemi", "Chair of the Board"))
BLUE, GREEN = (20, 80, 160), (31, 92, 77)


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    shape = '<rect width="20" height="10" fill="#1f5c4d"/>'
    (tmp_path / "a.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{shape}</svg>')
    Image.new("RGB", (300, 150), BLUE).save(tmp_path / "b.png")
    at = tmp_path / "looks.yaml"
    people = "".join(f"    - {{name: {name}, role: {role}}}\n" for name, role in SIGNERS)
    at.write_text(f"Fieldfare Peer Learning:\n  logo: a.svg\n  second_logo: b.png\n  signatories:\n{people}")
    chosen = settings_for(f"sqlite:///{tmp_path}/unused.db", tmp_path, LMS_CERTIFICATE_LOOKS=str(at))
    monkeypatch.setattr(settings, "_in_use", [chosen])
    return looks.look_of("Fieldfare Peer Learning")


def test_signatories_are_printed_sealed_and_stay_when_the_settings_change(
    store: Database, world: World, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.transaction() as db:
        made = certify(db, world).id
    monkeypatch.setattr(settings, "_in_use", [settings.current().model_copy(update={"certificate_looks": None})])
    with store.readers() as db:
        said = service.get_record(db, actor(db, world.trainee), made).facts
        assert said.signatories == SIGNERS
        assert register.verify(db).ok
    text = pypdf.PdfReader(io.BytesIO(jobs.draw(said))).pages[0].extract_text()
    for words in (*SIGNERS[0], *SIGNERS[1], "signed by Ruth Tamihana", "by Ilse Brandt"):
        assert "".join(words.split()) in "".join(text.split())


def test_a_certificate_without_signatories_is_sealed_as_before_there_were_any(store: Database, world: World) -> None:
    with store.transaction() as db:
        certify(db, world)
    with store.readers() as db:
        row = db.scalars(select(Certificate)).one()
        assert set(row.facts) == set(rules.KEPT)
        assert register.verify(db).ok


def test_both_logos_stand_at_the_head_of_the_page(look: Look) -> None:
    plain, dressed = jobs.draw(facts()), jobs.draw(facts(signatories=SIGNERS), look=look)
    page = pypdfium2.PdfDocument(dressed)[0].render(scale=2).to_pil().convert("RGB")
    per_mm = page.width / 297
    first, second = (page.getpixel((int(x * per_mm), int(19.2 * per_mm))) for x in (127, 264))
    assert all(abs(a - b) < 6 for a, b in zip(first, GREEN, strict=True))
    assert all(abs(a - b) < 6 for a, b in zip(second, BLUE, strict=True))
    assert plain != dressed


def test_the_print_shop_s_page_has_bleed_and_marks_around_the_same_page() -> None:
    wide = print_shop.widen(jobs.draw(facts(), b"{}", signer()))
    [page] = pypdf.PdfReader(io.BytesIO(wide)).pages
    assert [round(float(each)) for each in page.trimbox] == [0, 0, 842, 595]
    assert [round(float(each), 1) for each in page.bleedbox] == [-8.5, -8.5, 850.4, 603.8]
    assert float(page.mediabox.left) < -30
    assert "JoanFairweather" in "".join(page.extract_text().split())
    shown = pypdfium2.PdfDocument(wide)[0].render(scale=2).to_pil().convert("RGB")
    per_mm = shown.width / (297 + 22)
    green = shown.getpixel((int(9 * per_mm), int(170 * per_mm)))
    assert green == (231, 238, 213), "the panel's colour goes on beyond the cut"
    assert shown.getpixel((int(7 * per_mm), int(170 * per_mm))) == (255, 255, 255), "and ends with the bleed"
    mark = [shown.getpixel((x, int(3 * per_mm))) for x in range(int(10 * per_mm), int(12 * per_mm))]
    assert min(sum(each) for each in mark) < 300, "a mark stands over the cut"
