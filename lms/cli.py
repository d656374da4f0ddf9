"""The `lms` command: what people who run Askwell type."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click
from sqlalchemy.exc import SQLAlchemyError

from assessments import evaluation
from courses.source import ContentError
from lms import certifying, covering, judging, proving, simulating
from lms.core import schema
from lms.core.unit import Database
from lms.terminal import changing, give_up, reading, settings, writing


@click.group()
def main() -> None:
    """Askwell: train and certify facilitators of peer-to-peer learning groups."""


@main.command()
def migrate() -> None:
    """Bring the database to this version's schema, and make what is summed up from older records."""
    from lms.coverage import rebuilding

    schema.upgrade(settings().database_url)
    with changing() as database:
        rebuilding.rebuild_due(database)


@main.command()
@click.option("--organisation", required=True, help="The training provider, such as “Fieldfare Peer Learning”.")
@click.option("--administrator", required=True, help="The first programme administrator's e-mail address.")
@click.option("--name", required=True, help="Their name.")
def setup(organisation: str, administrator: str, name: str) -> None:
    """Make the training provider and print the link that lets its first administrator in."""
    from lms.people.founding import found

    with writing() as db:
        link = found(db, organisation=organisation, email=administrator, name=name)
    click.echo(f"Give this link to {name}. It works once, for 14 days:\n{link}")


@main.command()
@click.option("--provider", required=True, help="The training provider that trains the client's people.")
@click.option("--unit", "units", multiple=True, metavar="NAME=HEADCOUNT", help="A unit and how many work in it.")
@click.argument("name")
def client(name: str, provider: str, units: tuple[str, ...]) -> None:
    """Add a client organisation, or units to one, so that people can be invited to it."""
    from lms.people.founding import add_client

    with writing() as db:
        add_client(db, name=name, provider=provider, units=units)
    click.echo(f"{name} is there, with {len(units)} units given. Its people can be invited now.")


@main.command()
@click.option("--if-empty", is_flag=True, help="Leave everything as it is when there are people already.")
def demo(if_empty: bool) -> None:
    """Fill an empty database with a provider and a council to try things with, only where LMS_MODE=demo."""
    from lms import demo as story

    chosen = settings()
    with changing() as database:
        if not (if_empty and chosen.mode == "demo" and not story.is_empty(database)):
            story.make(database, chosen)
    click.echo(f"Sign in at {chosen.public_url}/sign-in with the password “{story.PASSWORD}” as")
    for role, name, address in story.sign_ins():
        click.echo(f"  {address:36} {name}, {role}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
def routes(as_json: bool) -> None:
    """List every address, its methods and who may open it."""
    from lms.app import create_app
    from lms.core.routes import routes as all_routes

    rows = all_routes(create_app(settings()))
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        policy = row["policy"] if isinstance(row["policy"], str) else ", ".join(row["policy"])
        click.echo(f"{' '.join(row['methods']):10} {row['path']:55} {row['endpoint']:40} {policy}")


@main.command()
@click.option("--until-idle", is_flag=True, help="Stop when nothing is due.")
def worker(until_idle: bool) -> None:
    """Do the work that was promised: letters, certificates."""
    from lms.app import create_app
    from lms.coverage import rebuilding
    from lms.work import Worker, promise_rounds

    app = create_app(settings())
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    database: Database = app.extensions["askwell_database"]
    # While the database is away, the worker waits for it; the round before has promised the next one.
    with suppress(SQLAlchemyError), database.transaction() as db:
        promise_rounds(db)
    with suppress(SQLAlchemyError):
        rebuilding.rebuild_due(database)
    with app.app_context():
        Worker(database, stop).run(until_idle=until_idle)


@main.group()
def content() -> None:
    """Curriculum, question banks and standards."""


@content.command("check")
def check_content() -> None:
    """Check every content file; name each mistake by file and line."""
    from lms.core.content import problems

    found = problems()
    for each in found:
        click.echo(each, err=True)
    if found:
        sys.exit(1)
    click.echo("All content is in order.")


@content.command("publish")
@click.option("--new", required=True, help="What is new, in a sentence or two that learners read.")
def publish(new: str) -> None:
    """Publish the content as the next edition. Learners stay on theirs until they accept it."""
    from courses import catalogue
    from lms.core.content import problems
    from lms.core.errors import Conflict
    from lms.learning import publishing

    if problems():
        raise click.ClickException("The content has mistakes. See them with “lms content check”; nothing is published.")
    if not new.strip():
        raise click.ClickException("Say what is new in a sentence: learners decide by it.")
    try:
        with writing() as db:
            edition = publishing.publish(db, catalogue.CONTENT, new.strip())
            said = f"Edition {edition.number} is published: {len(edition.files)} files."
    except Conflict as error:
        raise click.ClickException(error.sentence) from None
    click.echo(said)


@content.command("editions")
def list_editions() -> None:
    """What was published, the newest first, and where this version of the program cannot read it any more."""
    from lms.editions import service as editions
    from lms.editions import shelf

    problems: list[str] = []
    with reading() as db:
        found = editions.list_editions(db)
        for each in found:
            click.echo(f"{each.number}  {each.published_at:%Y-%m-%d}  {each.content_hash[:12]}  {each.new}")
            try:
                shelf.catalogue_of(db, each.content_hash)
            except ContentError as error:
                problems += error.problems
    if problems:
        give_up(problems)
    if not found:
        click.echo("Nothing is published yet. Learners read the content as it is on disk.")


@content.command("preview")
@click.argument("lesson")
@click.option("--port", default=8001, show_default=True, help="Where to look at it: http://127.0.0.1:PORT")
def preview(lesson: str, port: int) -> None:
    """Show LESSON, such as M04-L3, as its readers will see it, anew whenever a file is saved."""
    from werkzeug.serving import run_simple

    from lms.previewing import make_app

    click.echo(f"{lesson} on http://127.0.0.1:{port}; stop with Ctrl+C")
    run_simple("127.0.0.1", port, make_app(lesson), threaded=True)


@content.command("figures")
def item_figures() -> None:
    """How hard the items of the knowledge test are, how well each tells people apart, and which to look at."""
    from assessments.item_statistics import ENOUGH, figures
    from lms.exercises.knowledge import list_points

    with reading() as db:
        found = figures(list_points(db))
    ready = [each for each in found if each.n >= ENOUGH]
    for each in sorted(ready, key=lambda one: (one.advice != "retire", one.item)):
        apart = "none" if each.discrimination is None else f"{each.discrimination:.2f}"
        click.echo(f"{each.item}: n {each.n}, p {each.p:.2f}, discrimination {apart}. {each.sentence}")
    click.echo(f"{len(found) - len(ready)} items answered by fewer than {ENOUGH} are not shown.")


@main.group()
def questions() -> None:
    """The question coach."""


@questions.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def analyse(file: TextIO) -> None:
    """Read one question a line, write one JSON object a line."""
    from assessments.questioning import analyse as analyse_question
    from assessments.questioning import as_json

    for line in file:
        click.echo(json.dumps(as_json(analyse_question(line.rstrip("\r\n"))), ensure_ascii=False))


@questions.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", default=evaluation.SEED, show_default=True, help="Where the draws begin.")
@click.option("--draws", type=click.IntRange(100, 100_000), default=evaluation.RESAMPLES, show_default=True)
def evaluate(file: Path, seed: int, draws: int) -> None:
    """Compare the coach with turns that people labelled, in a CSV file."""
    from assessments.gold import read_labelled

    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            rows = read_labelled(lines, str(file))
    except ContentError as error:
        give_up(error.problems)
    result = evaluation.evaluate(rows, seed=seed, resamples=draws)
    for line in evaluation.as_text(result, seed=seed, resamples=draws):
        click.echo(line)


@questions.command("labels")
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
def question_labels(file: TextIO) -> None:
    """Write the questions that learners labelled, where they let the words be kept: a table for `evaluate`."""
    from lms.exercises import labels

    with reading() as db:
        labels.write(db, file)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes; one per core is a good start.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the web server and the worker until stopped."""
    from lms.app import create_app
    from lms.serve import command_household

    create_app(settings())  # refuse to start with a sentence rather than in a loop
    click.echo(f"Askwell is on http://{host}:{port} (stop with Ctrl-C)")
    sys.stdout.flush()
    command = command_household(host, port, workers)
    os.execv(command[0], command)  # noqa: S606 - whoever keeps watch needs nothing of what was read for this check


COMMANDS = (
    proving.register,
    proving.record,
    proving.keys,
    judging.standards,
    simulating.simulate,
    certifying.certificates,
    covering.coverage,
)
for each in COMMANDS:
    main.add_command(each)

if __name__ == "__main__":
    main()
