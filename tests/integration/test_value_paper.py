"""The bill on paper: drawn once by a job, the same figures as on the screen, and fit for everyone."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

import lms.work
from lms.core.unit import Database
from lms.value import billing, jobs
from lms.value.models import Bill, BillPdf
from tests.make import World, actor
from tests.make_value import agreed, billed
from tests.verifiers import VeraPdf, needs

SignIn = Callable[..., FlaskClient]


@pytest.fixture(scope="module")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VeraPdf]:
    started = VeraPdf(tmp_path_factory.mktemp("verapdf"))
    yield started
    started.stop()


def words_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    assert document.is_tagged()
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def test_a_bill_is_drawn_by_a_job_and_says_what_the_page_says(store: Database, world: World, sign_in: SignIn) -> None:
    with store.transaction() as db:
        bill = billed(db, world)
        where = f"/value/{bill.engagement_id}/bills/1"
    hana = sign_in(world.manager)
    assert "being drawn" in hana.get(where).text
    lms.work.Worker(store, threading.Event()).run(until_idle=True)
    assert "Bill as a PDF" in hana.get(where).text
    answer = hana.get(f"{where}.pdf")
    assert (answer.mimetype, "bill-1.pdf" in answer.headers["Content-Disposition"]) == ("application/pdf", True)
    words, page = words_of(answer.data), hana.get(where).text
    for told in ("18,400.00", "−2,800.00", "15,600.00", "2,340.00", "17,940.00", "Six circles", "104-882-311"):
        assert told in words
        assert told in page
    for told in ("Fieldfare Peer Learning 2 Mill Lane Port Alder", "Harbourside Council 1 Quay Street", "Page 1 of 1"):
        assert told in words
    with store.readers() as db:
        first = db.scalars(select(BillPdf.content)).one()
    jobs.draw_bill(store, bill=str(bill.id))
    with store.readers() as db:
        assert db.scalars(select(BillPdf.content)).one() == first


@needs("java", "javac")
def test_a_bill_is_fit_for_everyone_and_a_correction_says_which_one_it_replaces(
    verapdf: VeraPdf, store: Database, world: World
) -> None:
    with store.transaction() as db:
        first = billed(db, world, terms=agreed(title="Sechs Kreise <&> “Ō”", client_address="Straße 1\nŁódź"))
        mended = agreed(title="Sechs Kreise", client_address="Straße 2\nŁódź")
        billing.correct(
            db, actor(db, world.administrator), first.engagement_id, 1, mended, "The house number was wrong.", "passkey"
        )
        ids = db.scalars(select(Bill.id).order_by(Bill.number)).all()
    for each in ids:
        jobs.draw_bill(store, bill=str(each))
    with store.readers() as db:
        drawn = [db.scalars(select(BillPdf.content).where(BillPdf.bill_id == each)).one() for each in ids]
    assert "Sechs Kreise <&> “Ō”" in words_of(drawn[0])
    assert "takes the place of bill 1" in words_of(drawn[1])
    assert "The house number was wrong." in words_of(drawn[1])
    assert [verapdf.broken(each, "ua1") for each in drawn] == [[], []]
