"""`python -m tests.bench.coverage [SESSIONS …]`: coverage pages and the export at size, on PostgreSQL.

The same client's page is measured where there are few sessions and where there are many, in turns: how long it takes
must not depend on how much others practise. The export is of a client that has all units, beside the bare reading of
its rows of the summary.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from lms.app import create_app
from lms.core.db import make_engine
from lms.core.settings import load as load_settings
from lms.core.settings import use
from lms.core.unit import Database
from lms.serve import command_web
from tests.bench import many
from tests.bench.load import ROUNDS, Disturbed, Run, free_port, load, middle, one_by_one, quiet_before, serving, visit
from tests.bench.pages import Page, Visitor
from tests.postgres import Cluster, execute

SESSIONS = (10_000, 100_000, 1_000_000)
DURABLE = "-c listen_addresses='' -c max_connections=60"
MOST_CPU_MS = 8.0
MOST_GROWTH = 1.1  # of the page's time, from the last size but one to the last
MOST_OF_RAW = 3.0  # the export's processor time, of reading its rows bare
MOST_QUERIES = 6
EXPORTS, LARGE_PAGES = 4, 12  # a round, one after another


@dataclass(frozen=True)
class Measured:
    """What one address did at one size."""

    title: str
    page: Page
    run: Run


def main() -> None:
    """Measure and print; exit 1 when a goal is missed, 2 when the machine was not quiet."""
    try:
        missed = measure([int(each.replace("_", "")) for each in sys.argv[1:]] or SESSIONS)
    except Disturbed as reason:
        print(reason)
        sys.exit(2)
    for sentence in missed:
        print(sentence)
    sys.exit(1 if missed else 0)


def measure(sizes: Sequence[int]) -> list[str]:
    """The page at each size, then the export; the goals that are missed, in sentences. Raises Disturbed."""
    shape = many.Shape()
    print(f"\nCoverage on PostgreSQL: 2 workers, {ROUNDS} rounds in turns, the middle of each figure")
    print("The usual client’s page over 8 connections; the largest one’s and the export one after another.")
    with _cluster() as cluster:
        return _pages(_grown(cluster, shape, sizes), shape) + _export(cluster, replace(shape, clients=1), sizes[0])


@contextmanager
def _cluster() -> Iterator[Cluster]:
    cluster = Cluster(DURABLE)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def _environment(url: str) -> dict[str, str]:
    return {
        "LMS_DATABASE_URL": url,
        "LMS_SECRET_KEY": "bench " * 8,
        "LMS_MODE": "demo",
        "LMS_PUBLIC_URL": "http://127.0.0.1",
        "LMS_KEYS_PASSPHRASE": "bench keys " * 4,
        "LMS_DATA_DIR": str(Path.cwd() / "var" / "bench"),
    }


def _open(url: str) -> Database:
    return Database.of(make_engine(use(load_settings(_environment(url))).database_url))


def _grown(cluster: Cluster, shape: many.Shape, sizes: Sequence[int]) -> dict[int, str]:
    """A database of each size, each one the one before with more sessions; their addresses."""
    made: dict[int, str] = {}
    for size in sizes:
        before, name = max(made, default=0), f"sessions_{size}"
        execute(cluster.url("postgres"), f"CREATE DATABASE {name} TEMPLATE {_name(before)}")
        made[size] = cluster.url(name)
        _fill(made[size], shape, before, size)
    return made


def _name(size: int) -> str:
    return f"sessions_{size}" if size else "template0"


def _fill(url: str, shape: many.Shape, before: int, size: int) -> None:
    if not before:
        subprocess.run([sys.executable, "-m", "lms.cli", "migrate"], env=os.environ | _environment(url), check=True)
    database = _open(url)
    if not before:
        many.fill(database, shape)
    many.grow(database, shape, before, size)
    print(", ".join(f"{number:,} {what}" for what, number in many.count(database).items()))
    database.engine.dispose()  # nobody is connected to a database that is copied


def _pages(urls: Mapping[int, str], shape: many.Shape) -> list[str]:
    """The page of a client of the usual size, and of the largest, at every size."""
    found: dict[str, dict[int, Measured]] = {}
    for client in (shape.usual, 1):
        title = f"{shape.shares[client - 1]} units"
        with ExitStack() as stack:
            served = {size: _serve(stack, url, client, "/coverage") for size, url in urls.items()}
            quiet_before()
            runs: dict[int, list[Run]] = {size: [] for size in served}
            for _ in range(ROUNDS):
                for size, (server, base, page) in served.items():
                    runs[size].append(_round(client, server, base, page))
        found[title] = {
            size: Measured(f"{title}, {size:,}", page, middle(runs[size])) for size, (_, _, page) in served.items()
        }
    _print([each for some in found.values() for each in some.values()])
    usual = f"{shape.shares[shape.usual - 1]} units"
    return [sentence for title, some in found.items() for sentence in _judged(title, some, usual=title == usual)]


def _round(client: int, server: psutil.Process, base: str, page: Page) -> Run:
    """The largest client's page takes too long for a round under load to say anything."""
    if client == 1:
        return one_by_one(server, base + page.path, page.headers, LARGE_PAGES)
    return load(server, base + page.path, page.headers)


def _serve(stack: ExitStack, url: str, client: int, path: str) -> tuple[psutil.Process, str, Page]:
    """A server on a database, warm, and what its client's manager opens there."""
    environment, port = _environment(url), free_port()
    page = Visitor(create_app(load_settings(environment)), many.manager_of(client)).page(path, path, "read")
    server = stack.enter_context(serving(command_web("127.0.0.1", port, 2), environment, port, "/healthz"))
    base = f"http://127.0.0.1:{port}"
    visit(base + path, page.headers)
    return server, base, page


def _judged(title: str, some: Mapping[int, Measured], *, usual: bool) -> Iterator[str]:
    for size, each in some.items():
        if each.page.queries > MOST_QUERIES:
            yield f"{title}: asks the database {each.page.queries} times, {MOST_QUERIES} is the most."
        if usual and each.run.cpu_ms > MOST_CPU_MS:
            yield f"{title}, {size:,} sessions: takes {each.run.cpu_ms:.1f} ms, {MOST_CPU_MS:.0f} is the most."
    if len(some) > 1:
        before, last = sorted(some)[-2:]
        for what, growth in (
            ("processor time", some[last].run.cpu_ms / some[before].run.cpu_ms),
            ("time until it answers", some[last].run.p50 / some[before].run.p50),
        ):
            print(f"{title}: {what} with {last:,} sessions ÷ with {before:,}: {growth:.2f}")
            if growth > MOST_GROWTH:
                yield f"{title}: with others’ sessions {what} grows {growth:.2f} times, {MOST_GROWTH} is the most."


def _export(cluster: Cluster, shape: many.Shape, size: int) -> list[str]:
    """The file of all units of one client, beside the bare reading of the summary it is made from."""
    execute(cluster.url("postgres"), "CREATE DATABASE one_client TEMPLATE template0")
    url = cluster.url("one_client")
    _fill(url, shape, 0, size)
    raw_port = free_port()
    floor = {
        "BENCH_FLOOR_DATABASE": url,
        "BENCH_ORGANISATION": str(many.identity("organisation", 1)),
        **{f"BENCH_BYTES_{kind}": "1000" for kind in ("PAGE", "READ", "WRITE")},
    }
    bare = command_web("127.0.0.1", raw_port, 2)
    bare[-1] = "tests.bench.floors:app"
    with ExitStack() as stack:
        server, base, page = _serve(stack, url, 1, "/coverage/export")
        reader = stack.enter_context(serving(bare, floor, raw_port, "/page"))
        raw = f"http://127.0.0.1:{raw_port}/summary"
        visit(raw, {})
        quiet_before()
        runs, under = list[Run](), list[Run]()
        for _ in range(ROUNDS):
            under.append(one_by_one(reader, raw, {}, EXPORTS))
            runs.append(one_by_one(server, base + page.path, page.headers, EXPORTS))
    export, bare_run = Measured(f"export, {shape.units:,} units", page, middle(runs)), middle(under)
    _print([export, Measured("its summary, bare", replace(page, queries=1), bare_run)])
    share = export.run.cpu_ms / bare_run.cpu_ms
    print(f"export: {share:.2f} times the processor time of reading its rows of the summary bare")
    if share > MOST_OF_RAW:
        return [
            f"The export takes {share:.1f} times as long as reading the summary bare, {MOST_OF_RAW:.0f} is the most."
        ]
    return []


def _print(rows: Sequence[Measured]) -> None:
    head = ("client, sessions", "req/s", "p50 ms", "p95 ms", "CPU ms", "queries", "bytes")
    print("{:24} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}".format(*head))
    for each in rows:
        run = each.run
        print(
            f"{each.title:24} {run.per_second:8.0f} {run.p50:8.1f} {run.p95:8.1f} {run.cpu_ms:8.2f} "
            f"{each.page.queries:8d} {run.bytes:8.0f}"
        )


if __name__ == "__main__":
    main()
