"""Problems to borrow: two collections to choose from, and one case whose cards are folded until somebody opens one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient

from courses import problem_cases
from tests.make import World

SignIn = Callable[..., FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]
BUS = "/cases/rethink/the-last-bus"


def test_a_visitor_is_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    assert client.get(BUS).location == f"/sign-in?next={BUS}"
    assert client.get("/cases").location == "/sign-in?next=/cases"


def test_every_case_opens_from_the_list(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    listed = browser.get("/cases").text
    for case in problem_cases.current().cases:
        assert f'href="/cases/{case.key}"' in listed
        page = browser.get(f"/cases/{case.key}")
        assert page.status_code == 200
        assert case.title in page.text


def test_the_list_is_narrowed_by_level_and_by_place(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    police = browser.get("/cases?sector=police&level=harder").text
    assert "Nineteen open files" in police
    assert "A car at the corner" in police
    assert "The last bus" not in police
    assert "Milking" not in police
    nothing = browser.get("/cases?sector=carer&level=first")
    assert nothing.text.count("None in this collection.") == 2
    assert browser.get("/cases?sector=%3Cb%3E&level=no").status_code == 200


def test_only_what_the_holder_says_first_is_open(world: World, sign_in: SignIn) -> None:
    case = problem_cases.current().find("rethink", "the-last-bus")
    assert case is not None
    page = sign_in(world.trainee).get(BUS).text
    opened, holder, rest = page.split("<details", 2)
    assert "I drove the 68" in opened
    assert not any(part in opened for part in (case.layers[0].ask, case.stop, case.after, case.statements[0]))
    assert case.layers[0].ask in holder
    assert case.stop not in holder
    assert case.stop in rest
    assert page.count("<details open") == 0


def test_a_case_that_is_not_there_is_not_found(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    for path in ("/cases/rethink/milking", "/cases/nothing/the-last-bus", "/cases/rethink/collection"):
        assert browser.get(path).status_code == 404


def test_the_pages_ask_the_database_only_who_is_there(world: World, sign_in: SignIn, queries: Queries) -> None:
    browser = sign_in(world.trainee)
    browser.get("/cases")
    for path in ("/cases", BUS):
        with queries() as asked:
            browser.get(path)
        assert len(asked) <= 2, asked


def test_lessons_lead_to_a_case_and_learning_to_all_of_them(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.trainee)
    assert 'href="/cases"' in browser.get("/learn").text
    assert f'href="{BUS}"' in browser.get("/learn/process-and-roles/the-member").text
