"""Pages of certificates, as their readers open them: holder, administrator, manager, anybody with the number."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.certificates import rules, service
from lms.certificates.models import Certificate, Step
from lms.core import clock, phrases
from lms.core.unit import Database
from lms.learning import enrolling
from lms.people.models import Membership
from lms.people.models import SignIn as SignInRow
from lms.work import Worker
from tests.make import World, actor
from tests.make_certificates import REASON, certify, decide

SignIn = Callable[..., FlaskClient]
Post = Callable[..., TestResponse]
Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def made(store: Database, world: World) -> Certificate:
    with store.transaction() as db:
        return certify(db, world)


def address(certificate: Certificate) -> str:
    return f"/v/{rules.printed(certificate.code)}"


def draw(store: Database) -> None:
    worker = Worker(store, threading.Event())
    while worker.run_one():
        continue


def withdraw(store: Database, world: World, certificate: Certificate) -> None:
    with store.transaction() as db:
        service.revoke(db, actor(db, world.administrator), certificate.id, "A private reason", "password")


def forget_proof(store: Database) -> None:
    """As if everybody had proved who they are an hour ago."""
    with store.transaction() as db:
        for row in db.scalars(select(SignInRow)):
            row.verified_at = clock.now() - timedelta(hours=1)


def test_anybody_reads_that_it_is_valid(client: FlaskClient, made: Certificate, queries: Queries) -> None:
    with queries() as asked:
        page = client.get(address(made))
    assert len(asked) <= 12, asked
    assert page.status_code == 200
    assert "<title>Valid: Amara Osei" in page.text
    for words in (
        "Amara Osei is certified to lead peer groups",
        phrases.full_day(made.valid_until),
        "4 of 5, Independent: leads with no trainer there",
        "would not need to be there",
        "Checked against the register on",
    ):
        assert words in page.text
    private = ("6 sessions", "@example.org", "Parks", "Harbourside", "Ruth", REASON, str(made.id), str(made.person_id))
    assert not [each for each in private if each in page.text]
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers


def test_who_left_keeps_a_valid_certificate_that_covers_nothing(
    store: Database, world: World, made: Certificate, client: FlaskClient, sign_in: SignIn
) -> None:
    with store.transaction() as db:
        certify(db, world, world.other_trainee)
        [membership] = db.scalars(select(Membership).where(Membership.person_id == world.trainee))
        enrolling.suspend(db, actor(db, world.administrator), membership.id)
    assert "<title>Valid: Amara Osei" in client.get(address(made)).text
    manager = sign_in(world.manager)
    for page in (manager.get("/certificates").text, sign_in(world.administrator).get("/certificates").text):
        assert "One person is certified" in page
        assert "One more has left. What was certified stays valid and covers no unit." in page
        assert page.count("Holder has left") == 1
    coverage = manager.get("/coverage").text
    assert "1 of 2 units has an active certified facilitator" in coverage
    assert "Amara Osei left: the certificate is still valid and covers no unit." in coverage


def test_the_address_without_a_number_leads_to_where_it_is_typed(client: FlaskClient) -> None:
    assert [client.get(address).location for address in ("/v", "/v/")] == ["/verify", "/verify"]


def test_anybody_reads_that_it_ended(client: FlaskClient, made: Certificate) -> None:
    with clock.at(clock.now() + timedelta(days=800)):
        page = client.get(address(made))
    assert "<title>Expired: Amara Osei" in page.text
    assert f"Amara Osei’s certificate ended on {phrases.full_day(made.valid_until)}" in page.text


def test_a_withdrawn_one_shows_neither_name_nor_reason(
    client: FlaskClient, store: Database, world: World, made: Certificate
) -> None:
    withdraw(store, world, made)
    page = client.get(address(made))
    assert page.status_code == 200
    assert "<title>Withdrawn –" in page.text
    assert "Do not rely on this certificate" in page.text
    assert "Fieldfare Peer Learning, withdrew it on" in page.text
    for private in ("Amara", "private reason", "evidence does not hold", "Ilse"):
        assert private not in page.text


def test_an_unknown_number_is_told_kindly(client: FlaskClient, world: World) -> None:
    page = client.get("/v/7K4M-2PXR-90")
    assert page.status_code == 404
    assert "<title>Not found –" in page.text
    assert 'We looked for <b class="num">7K4M-2PXR-90</b>' in page.text
    assert "no letter O and no zero" in page.text
    hostile = client.get("/v/<script>alert(1)</script>")
    assert hostile.status_code == 404
    assert "<script>alert" not in hostile.text
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_a_number_typed_from_paper_leads_to_its_page(client: FlaskClient, made: Certificate) -> None:
    assert "Certificate number" in client.get("/verify").text
    typed = rules.printed(made.code).lower().replace("-", " ")
    answer = client.get("/verify", query_string={"number": typed})
    assert answer.location == address(made)
    empty = client.get("/verify?number=+-+")
    assert empty.status_code == 422
    assert "<title>Error: " in empty.text
    assert "Type the number" in empty.text
    assert client.get("/verify", query_string={"number": "x" * 5000}).status_code == 302


def test_the_holder_waits_a_moment_and_has_the_pdf(
    store: Database, world: World, sign_in: SignIn, made: Certificate
) -> None:
    browser = sign_in(world.trainee)
    home = browser.get("/certificates")
    assert f"You are certified until {phrases.full_day(made.valid_until)}" in home.text
    assert "is being drawn" in home.text
    early = browser.get(f"/certificates/{made.id}/certificate.pdf", follow_redirects=True)
    assert "is being drawn" in early.text
    draw(store)
    assert "Save the PDF" in browser.get("/certificates").text
    page = browser.get(f"/certificates/{made.id}")
    assert "<title>Valid: Amara Osei" in page.text
    assert 'style="' not in page.text
    pdf = browser.get(f"/certificates/{made.id}/certificate.pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.headers["Content-Disposition"] == f"attachment; filename=certificate-{rules.printed(made.code)[:9]}.pdf"
    assert pdf.headers["Cache-Control"] == "no-store"
    assert pdf.data.startswith(b"%PDF")


def test_an_administrator_saves_it_for_a_print_shop_and_nobody_else_does(
    store: Database, world: World, sign_in: SignIn, made: Certificate
) -> None:
    address = f"/certificates/{made.id}/print-shop.pdf"
    assert "is being drawn" in sign_in(world.administrator).get(address, follow_redirects=True).text
    draw(store)
    assert address in sign_in(world.administrator).get(f"/certificates/{made.id}").text
    saved = sign_in(world.administrator).get(address)
    assert (saved.status_code, saved.mimetype) == (200, "application/pdf")
    assert saved.headers["Content-Disposition"] == f"attachment; filename=print-{rules.printed(made.code)[:9]}.pdf"
    assert address not in sign_in(world.trainee).get(f"/certificates/{made.id}").text
    for who in (world.trainee, world.trainer, world.manager):
        assert sign_in(who).get(address).status_code in (403, 404)


def test_the_holder_reads_why_it_was_withdrawn_and_managers_do_not(
    store: Database, world: World, sign_in: SignIn, made: Certificate
) -> None:
    draw(store)
    withdraw(store, world, made)
    page = sign_in(world.trainee).get(f"/certificates/{made.id}")
    assert "A private reason" in page.text
    assert "Ilse Brandt" in page.text
    assert "Save the PDF" not in page.text
    assert sign_in(world.trainee).get(f"/certificates/{made.id}/certificate.pdf").status_code == 404
    assert "Your certificate was withdrawn" in sign_in(world.trainee).get("/certificates").text
    manager = sign_in(world.manager).get(f"/certificates/{made.id}")
    assert "<title>Withdrawn: Amara Osei" in manager.text
    assert "A private reason" not in manager.text


def test_without_a_certificate_the_page_says_when_it_comes(world: World, sign_in: SignIn) -> None:
    assert "Your certificate goes here" in sign_in(world.trainee).get("/certificates").text


def test_somebody_elses_is_the_same_404_as_none(world: World, sign_in: SignIn, made: Certificate, post: Post) -> None:
    for who in (world.other_trainee, world.stranger):
        browser = sign_in(who)
        for path in ("", "/certificate.pdf", "/withdraw"):
            foreign = browser.get(f"/certificates/{made.id}{path}")
            none = browser.get(f"/certificates/{uuid.uuid4()}{path}")
            assert (foreign.status_code, foreign.data) == (404, none.data)
    assert sign_in(world.trainer).get(f"/certificates/{made.id}/withdraw").status_code == 404
    assert sign_in(world.manager).get("/certificates/issue").status_code == 404


def test_an_administrator_looks_first_and_then_issues(
    store: Database, world: World, sign_in: SignIn, post: Post
) -> None:
    with store.transaction() as db:
        decision_id = decide(db, world).id
    browser = sign_in(world.administrator)
    assert "One waits for a certificate" in browser.get("/certificates").text
    before = browser.get(f"/certificates/issue?decision={decision_id}")
    assert "Amara Osei gets a certificate, because Ruth Tamihana decided “ready”" in before.text
    assert REASON in before.text
    answers = [post(browser, "/certificates/issue", decision=str(decision_id)) for _ in range(2)]
    assert {each.status_code for each in answers} == {303}
    assert len({each.location for each in answers}) == 1
    assert "Amara Osei is certified until" in browser.get(answers[0].location).text
    again = browser.get(f"/certificates/issue?decision={decision_id}")
    assert again.location == answers[0].location


def test_issuing_asks_again_who_it_is(store: Database, world: World, sign_in: SignIn, post: Post) -> None:
    with store.transaction() as db:
        decision_id = decide(db, world).id
    browser = sign_in(world.administrator)
    forget_proof(store)
    answer = post(browser, "/certificates/issue", decision=str(decision_id))
    assert answer.status_code == 422
    assert "<title>Error: Before you issue: Amara Osei" in answer.text
    assert "Type your" in answer.text
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Certificate)) == 0


@pytest.mark.parametrize("decision", ["", "x", "0197c5d6-0000-7000-8000-000000000000"])
def test_a_decision_that_is_none_issues_nothing(world: World, sign_in: SignIn, post: Post, decision: str) -> None:
    browser = sign_in(world.administrator)
    assert browser.get("/certificates/issue", query_string={"decision": decision}).status_code in (302, 404)
    assert post(browser, "/certificates/issue", decision=decision).status_code in (302, 404)


def test_withdrawing_wants_a_reason_and_keeps_what_was_typed(
    store: Database, world: World, sign_in: SignIn, post: Post, made: Certificate
) -> None:
    browser = sign_in(world.administrator)
    path = f"/certificates/{made.id}/withdraw"
    assert "Withdraw this certificate?" in browser.get(path).text
    for typed in ({"kind": "asked", "reason": ""}, {"kind": "x", "reason": "Keep <me>"}, {"reason": "y" * 2001}):
        answer = post(browser, path, **typed)
        assert answer.status_code == 422
        assert "<title>Error: Withdraw a certificate" in answer.text
    assert "Keep &lt;me&gt;" in post(browser, path, kind="x", reason="Keep <me>").text
    forget_proof(store)
    unproved = post(browser, path, kind="asked", reason="She asked")
    assert unproved.status_code == 422
    assert "She asked" in unproved.text
    with store.readers() as db:
        assert db.scalar(select(func.count()).select_from(Step)) == 0


def test_withdrawn_once_it_stays_so(
    store: Database, world: World, sign_in: SignIn, post: Post, made: Certificate, client: FlaskClient
) -> None:
    browser = sign_in(world.administrator)
    path = f"/certificates/{made.id}/withdraw"
    for reason in ("She asked", "Another"):
        assert post(browser, path, kind="asked", reason=reason).location == f"/certificates/{made.id}"
    assert browser.get(path).location == f"/certificates/{made.id}"
    assert "Do not rely" in client.get(address(made)).text
    with store.readers() as db:
        assert db.scalars(select(Step.reason)).all() == ["She asked"]


def test_lists_show_each_role_its_own_people(world: World, sign_in: SignIn, made: Certificate) -> None:
    for who in (world.administrator, world.trainer, world.manager):
        page = sign_in(who).get("/certificates")
        assert "One person is certified" in page.text
        assert "Amara Osei" in page.text
    assert "Amara Osei" not in sign_in(world.stranger).get("/certificates").text


def test_names_never_stand_in_addresses(world: World, sign_in: SignIn, made: Certificate) -> None:
    page = sign_in(world.administrator).get("/certificates")
    addresses = [part.partition('"')[0] for part in page.text.split('href="')[1:]]
    assert f"/certificates/{made.id}" in addresses
    assert "amara" not in "".join(addresses).lower()
