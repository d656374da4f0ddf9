"""The summary of cover at the terminal: `lms coverage`."""

from __future__ import annotations

import click

from assessments.wording import some
from lms.terminal import changing

LISTED = 40  # of one organisation


@click.group()
def coverage() -> None:
    """Coverage: the summary that its pages are read from."""


@coverage.command()
def rebuild() -> None:
    """Make the summary anew from the records it is made of, and say what differed. It may run while people work."""
    from lms.coverage import rebuilding

    with changing() as database:
        for each in rebuilding.rebuild(database):
            many = len(each.differed)
            click.echo(f"{each.organisation}: {some(each.people, 'person', 'people')}, ", nl=False)
            click.echo("everything as it was." if not many else f"{some(many, 'row', 'rows')} differed.")
            for line in each.differed[:LISTED]:
                click.echo(f"  {line}")
            if many > LISTED:
                click.echo(f"  and {many - LISTED} more.")
