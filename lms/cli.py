"""The `lms` command: what people who run Askwell type."""

from __future__ import annotations

import json
import signal
import sys
import threading
from typing import TextIO

import click

from lms.core import schema
from lms.core.settings import BadSettings, Settings, load
from lms.core.unit import Database


def _settings() -> Settings:
    """This process's settings, or a sentence for every mistake and exit 1."""
    try:
        return load()
    except BadSettings as error:
        for sentence in error.sentences:
            click.echo(sentence, err=True)
        sys.exit(1)


@click.group()
def main() -> None:
    """Askwell: train and certify facilitators of peer-to-peer learning groups."""


@main.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    schema.upgrade(_settings().database_url)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
def routes(as_json: bool) -> None:
    """List every address, its methods and who may open it."""
    from lms.app import create_app
    from lms.core.web import routes as all_routes

    rows = all_routes(create_app(_settings()))
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
    from lms.core.jobs import Worker

    app = create_app(_settings())
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    database: Database = app.extensions["askwell_database"]
    with app.app_context():
        hand = Worker(database, stop)
        if until_idle:
            while hand.run_one():
                pass
        else:
            hand.run()


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


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes; one per core is a good start.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the web server and the worker until stopped."""
    from lms.app import create_app
    from lms.serve import Household, command_web, command_worker

    create_app(_settings())  # refuse to start with a sentence rather than in a loop
    click.echo(f"Askwell is on http://{host}:{port} (stop with Ctrl-C)")
    Household([command_web(host, port, workers), command_worker()]).run()


if __name__ == "__main__":
    main()
