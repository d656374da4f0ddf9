"""Certificates at the terminal: `lms certificates`."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Sequence

import click

from lms.certificates.bulk import One, Plan
from lms.core.actor import Actor
from lms.core.unit import Database
from lms.terminal import changing, give_up, reading, settings

LISTED = 40  # of each kind, unless all are asked for
LOOK_AGAIN_SECONDS = 0.5


@click.group()
def certificates() -> None:
    """Certificates: issue them to many, and check all of them."""


@certificates.command("issue")
@click.option("--cohort", required=True, help="An organisation, or one of its units as “Organisation, Unit”.")
@click.option("--as", "email", required=True, help="Your address: an administrator of the provider.")
@click.option("--yes", is_flag=True, help="Issue them. Without it, only what would happen is shown.")
@click.option("--all", "show_all", is_flag=True, help="Name everybody, however many.")
@click.option("--draw", "drawers", default=0, show_default=True, help="Draw them now, in so many processes.")
def issue(cohort: str, email: str, yes: bool, show_all: bool, drawers: int) -> None:
    """Show who of a cohort gets a certificate and why, and with --yes issue them, as on the page.

    It can be stopped at any point and begun again: nobody gets two. The worker that serves the site draws the PDFs.
    """
    from lms.app import create_app
    from lms.certificates import bulk
    from lms.people import at_terminal

    app = create_app(settings())
    with changing() as database, app.app_context():
        password = click.prompt(f"The password of {email}", hide_input=True, err=True)
        actor = at_terminal.prove(database, email, password)
        with database.readers() as db:
            found = bulk.plan(db, actor, cohort)
        _show(found, show_all=show_all)
        if not yes:
            click.echo(
                "Nothing is issued yet. Add --yes to issue them." if found.ready else "There is nothing to issue."
            )
            return
        _issue(database, actor, found.ready, at_terminal.PROOF)
        _draw(
            database, actor, [*found.undrawn, *(each.decision_id for each in found.ready if each.decision_id)], drawers
        )


def _show(found: Plan, *, show_all: bool) -> None:
    for title, ones in (
        (f"{_people(len(found.ready))} of {found.cohort} would get a certificate, because:", found.ready),
        (f"{_people(len(found.left))} would not, because:", found.left),
    ):
        if not ones:
            continue
        click.echo(title)
        for each in ones if show_all else ones[:LISTED]:
            click.echo(f"  {each.holder}: {each.why}")
        if not show_all and len(ones) > LISTED:
            click.echo(f"  … and {len(ones) - LISTED:,} more. Add --all to name them.")


def _issue(database: Database, actor: Actor, ready: Sequence[One], proof: str) -> None:
    from lms.certificates import bulk

    hindered = []
    with click.progressbar(
        bulk.issue(database, actor, ready, proof), length=len(ready), label="Issuing", file=sys.stderr
    ) as going:
        for each in going:
            hindered += [each] if each.why else []
    click.echo(f"{_people(len(ready) - len(hindered))} have their certificates, and a letter each.")
    for each in hindered:
        click.echo(f"  {each.holder}: {each.why}")


def _draw(database: Database, actor: Actor, decisions: Sequence[uuid.UUID], drawers: int) -> None:
    """Let so many workers draw what waits, besides those that run already, and show how far they are."""
    from lms.certificates import bulk

    if not drawers or not decisions:
        return
    command = [sys.executable, "-m", "lms.cli", "worker", "--until-idle"]
    running = [subprocess.Popen(command) for _ in range(drawers)]  # noqa: S603 - our own command
    try:
        with click.progressbar(length=len(decisions), label="Drawing", file=sys.stderr) as bar:
            while True:
                idle = all(each.poll() is not None for each in running)
                with database.readers() as db:
                    bar.update(bulk.count_drawn(db, actor, decisions) - bar.pos)
                if idle or bar.pos >= len(decisions):
                    break
                time.sleep(LOOK_AGAIN_SECONDS)
            drawn = bar.pos
    finally:
        for each in running:
            each.terminate()
            each.wait()
    click.echo(
        f"{drawn:,} of {len(decisions):,} are drawn." + ("" if drawn == len(decisions) else " The worker goes on.")
    )


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


@certificates.command("audit")
def audit_certificates() -> None:
    """Compare every certificate with its entry, its signed bytes, its place on a list and its PDF.

    Exit 1 with a sentence for each fault.
    """
    from lms.certificates import auditing

    with reading() as db:
        found = auditing.audit(db)
    if found.faults:
        give_up(found.faults)
    click.echo(found.sentence)
