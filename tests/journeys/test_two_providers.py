"""A manager whose organisation buys from two providers says which of them is meant, and only that one reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from lms.core.unit import Database
from tests.accounts import give_password
from tests.journeys.test_practice import BOTH_WAYS
from tests.journeys.walker import Walker
from tests.make import World
from tests.make_shared import PROVIDER, move_in, second

pytestmark = pytest.mark.journey


@BOTH_WAYS
@pytest.mark.parametrize("width", [1280, 390])
def test_a_nomination_reaches_the_provider_that_was_chosen(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World, script: bool, width: int
) -> None:
    with store.transaction() as db:
        shared = move_in(db, world, second(db, world.council))
    hana = walk("hana-of-two", width, script=script)
    hana.sign_in(give_password(app, store, world.manager))
    hana.open("/nominations/new")
    hana.write("Name", "Jonah Price")
    hana.write("Email", "jonah.price@example.org")
    hana.page.get_by_label("Their unit").select_option("Libraries")
    hana.write("Why this person", "He sits in the circle and asks to lead it.")
    hana.press("Nominate them")
    hana.reads("Choose which provider trains them.")
    hana.page.get_by_label("Which provider trains them").select_option(PROVIDER)
    hana.press("Nominate them")
    hana.reads(f"with {PROVIDER}. Named by Hana Petrova")

    noor = walk("noor", width, script=script)
    noor.sign_in(give_password(app, store, shared.world.administrator))
    noor.open("/nominations")
    noor.press("Jonah Price")
    noor.page.get_by_label("Trainer at their side").select_option("Tove Lind")
    noor.press("Give Jonah the place")
    noor.reads("Jonah Price has the place.")
    noor.open("/people")
    noor.reads("jonah.price@example.org")

    ilse = walk("ilse-of-two", width, script=script)
    ilse.sign_in(give_password(app, store, world.administrator))
    for path in ("/nominations", "/people"):
        ilse.open(path)
        assert "Jonah Price" not in ilse.page.content()
