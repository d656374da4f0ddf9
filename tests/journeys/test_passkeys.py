"""Passkeys, in a real browser with an authenticator of its own: add, sign in, show that it is still you, remove."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select, update

from lms.core import clock
from lms.core.unit import Database
from lms.people.models import Passkey, SignIn
from tests.accounts import give_password
from tests.journeys.test_practice import rate
from tests.journeys.walker import Walker
from tests.make import World, make_group, make_session

pytestmark = pytest.mark.journey


def with_device(page: Page) -> None:
    """A phone that unlocks by itself: it keeps passkeys and checks who holds it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def age_proofs(store: Database) -> None:
    """Make every proof older than five minutes."""
    with store.transaction() as db:
        db.execute(update(SignIn).values(verified_at=clock.now() - timedelta(minutes=6)))


def test_a_passkey_is_added_used_and_removed(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    address = give_password(app, store, world.trainee)
    amara = walk("Amara", 390)
    with_device(amara.page)
    amara.sign_in(address)

    amara.open("/account")
    amara.press("Add a passkey")
    amara.write("What shall we call it?", "My phone")
    amara.page.get_by_role("button", name="Add it").click()
    amara.page.wait_for_url("**/account")
    amara.look()
    amara.reads("My phone is added.")
    with store.readers() as db:
        assert db.scalars(select(Passkey.usage)).all() == ["first"]

    amara.press("Sign out")
    amara.page.get_by_role("button", name="Use a passkey").click()
    amara.page.wait_for_url("**/")
    with store.readers() as db:
        latest = select(SignIn.verified_by).order_by(SignIn.id.desc()).limit(1)
        assert db.scalars(latest).one() == "passkey"

    age_proofs(store)
    amara.open("/account/recovery-codes")
    assert "/account/verify" in amara.page.url
    amara.page.get_by_role("button", name="Use a passkey").click()
    amara.page.wait_for_url("**/account/recovery-codes")
    amara.look()
    amara.press("Make eight codes")
    amara.reads("Write these down")

    amara.open("/account")
    amara.press("Remove My phone")
    amara.reads("My phone is removed.")
    with store.readers() as db:
        assert db.scalars(select(Passkey.id)).all() == []


def test_a_trainer_signs_on_the_learners_device_with_their_own_passkey(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    ruth, amara = (give_password(app, store, each) for each in (world.trainer, world.trainee))
    with store.transaction() as db:
        sent = make_session(db, world, make_group(db, world))
    phone = walk("Amara", 390)
    with_device(phone.page)  # stands for Ruth's own, which her browser would reach through the square code it shows
    phone.sign_in(ruth)
    phone.open("/account/passkeys")
    phone.write("What shall we call it?", "My phone")
    phone.page.get_by_role("button", name="Add it").click()
    phone.page.wait_for_url("**/account")
    phone.press("Sign out")
    phone.sign_in(amara)
    phone.open(f"/practice/{sent}/sign-here")
    rate(phone)
    phone.page.get_by_role("button", name="Sign with your passkey instead").click()
    phone.page.wait_for_url(f"**/practice/{sent}")
    phone.look()
    phone.reads("proved by passkey, face to face")
    phone.reads("Ruth Tamihana has signed session 1.")


def test_a_device_that_refuses_says_so_and_changes_nothing(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    address = give_password(app, store, world.trainee)
    amara = walk("Amara", 1280)
    amara.page.add_init_script(
        "navigator.credentials.create = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    amara.sign_in(address)
    amara.open("/account/passkeys")
    amara.write("What shall we call it?", "My phone")
    amara.press("Add it")
    amara.reads("Nothing has changed.")
    with store.readers() as db:
        assert db.scalars(select(Passkey.id)).all() == []


def test_without_script_the_page_says_what_is_missing(
    walk: Callable[..., Walker], app: Flask, store: Database, world: World
) -> None:
    plain = walk("Amara", 390, script=False)
    plain.open("/sign-in")
    plain.press("Use a passkey")
    plain.reads("A passkey needs script in the browser")
