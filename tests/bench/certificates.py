"""`python -m tests.bench.certificates [COUNT]`: what a certificate costs, beside bare WeasyPrint in the same run.

- bare: the same page, nothing kept from one to the next: fonts decoded, style read and drawings made each time;
- kept: fonts and style kept, drawings made each time, as it was before they were made once;
- ours: with its credential, fit for archives and for everyone; and sealed.

Processor time of one core, so that others on the machine disturb little; the bulk is measured by the clock.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func, select

from lms.certificates import bulk, jobs, paper, pdf
from lms.certificates.models import CertificatePdf
from lms.core import schema
from lms.core.db import make_engine
from lms.core.settings import load, use
from lms.core.unit import Database
from tests.make import World, actor
from tests.make_certificates import facts
from tests.make_cohort import ready_people
from tests.make_keys import PASSPHRASE, plant_files
from tests.make_signers import signer

TIMES = 40
CREDENTIAL = b'{"a credential": "of usual size"}' * 120
WHOLE = (
    '{% import "certificates/sheet.html" as sheet %}<!DOCTYPE html><html><head><title>{{ facts.award }}</title>'
    "</head><body>{{ sheet.certificate(facts, name, code) }}</body></html>"
)
FIRST = """
import time
begun = time.process_time()
from lms.certificates import jobs
from tests.make_certificates import facts
jobs.draw(facts(), b"{}")
print(time.process_time() - begun)
"""
LOOK_AGAIN = 0.25  # seconds
MARGIN = 10  # certificates at both ends of a bulk that are not timed: processes start and stop


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    first = subprocess.run([sys.executable, "-c", FIRST], check=True, capture_output=True, text=True).stdout
    print(f"{'first of a process':34}{float(first) * 1000:8.0f} ms")
    costs = {
        "bare WeasyPrint, nothing kept": _cost(_bare, TIMES // 4),
        "fonts and style kept": _cost(_kept),
        "ours, with credential, 3a and ua-1": _cost(lambda number: pdf.render(_of(number), CREDENTIAL)),
        "ours, sealed": _cost(lambda number: jobs.draw(_of(number), CREDENTIAL, signer())),
        "ours, a name in Chinese": _cost(lambda number: pdf.render(facts(f"欧阳娜娜 {number}"), CREDENTIAL)),
    }
    bare = costs["bare WeasyPrint, nothing kept"]
    for title, cost in costs.items():
        print(f"{title:34}{cost:8.1f} ms   {cost / bare:5.2f} of bare")
    print(f"{'memory of this process':34}{psutil.Process().memory_info().rss / 1e6:8.0f} MB")
    _bulk(count)


def _of(number: int) -> Any:
    return facts(f"Joan Fairweather {number}")


def _cost(draw: Callable[[int], object], times: int = TIMES) -> float:
    """The middle of so many, in milliseconds of processor time."""
    draw(0)
    spent = []
    for number in range(times):
        begun = time.process_time()
        draw(number)
        spent.append((time.process_time() - begun) * 1000)
    return statistics.median(spent)


def _page(number: int) -> str:
    said = _of(number)
    page = pdf._template("pdf").environment.from_string(WHOLE)
    whole = page.render(facts=said, name=paper.set_name(said.holder), code=paper.square_code(said.address))
    return re.sub(r"<svg\b[^>]*>", lambda opening: opening[0] + pdf._ink(), whole)


def _bare(number: int) -> object:
    pdf._press.cache_clear()
    html, style, fonts = pdf._press()
    return html(string=_page(number), url_fetcher=pdf.fetcher()).write_pdf(stylesheets=[style], font_config=fonts)


def _kept(number: int) -> object:
    html, style, fonts = pdf._press()
    return html(string=_page(number), url_fetcher=pdf.fetcher()).write_pdf(stylesheets=[style], font_config=fonts)


def _bulk(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = {
            "LMS_SECRET_KEY": "x" * 40,
            "LMS_DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "LMS_DATA_DIR": folder,
            "LMS_MODE": "test",
            "LMS_KEYS_PASSPHRASE": PASSPHRASE,
        }
        os.environ.update(given)
        database = Database.of(make_engine(use(load()).database_url))
        schema.upgrade(load().database_url)
        with database.transaction() as db:
            world = World.make(db)
            ready_people(db, world, count)
        plant_files(Path(folder))
        with database.readers() as db:
            ilse = actor(db, world.administrator)
            begun = time.perf_counter()
            found = bulk.plan(db, ilse, "Harbourside Council")
        print(f"{f'preview of {count:,}':34}{time.perf_counter() - begun:8.1f} s")
        begun = time.perf_counter()
        hindered = [each for each in bulk.issue(database, ilse, found.ready, "password") if each.why]
        spent = time.perf_counter() - begun
        print(f"{f'issuing {count - len(hindered):,}':34}{spent:8.1f} s   {spent / count * 1000:5.1f} ms each")
        one = _draw(database, 1, count // 2)
        two = _draw(database, 2, count)
        print(f"{'two processes to one':34}{two / one:8.2f} times as many a second")


def _draw(database: Database, processes: int, until: int) -> float:
    """Certificates a second, drawn by so many workers until so many are drawn."""
    command = [sys.executable, "-m", "lms.cli", "worker"]
    running = [subprocess.Popen(command, cwd=Path(__file__).parents[2]) for _ in range(processes)]
    start = _drawn(database) + MARGIN * processes
    while _drawn(database) < start:
        time.sleep(LOOK_AGAIN)
    at, begun, worked = _drawn(database), time.perf_counter(), _worked(running)
    while (now := _drawn(database)) < until - MARGIN:
        time.sleep(LOOK_AGAIN)
    rate, spent = (now - at) / (time.perf_counter() - begun), (_worked(running) - worked) / (now - at) * 1000
    memory = max(psutil.Process(each.pid).memory_info().rss for each in running) / 1e6
    for each in running:
        each.terminate()
        each.wait()
    print(f"{f'drawn by {processes}':34}{rate:8.1f} a second, {spent:5.1f} ms of a core each, {memory:.0f} MB a worker")
    return rate


def _worked(running: list[subprocess.Popen[bytes]]) -> float:
    return sum(sum(psutil.Process(each.pid).cpu_times()[:2]) for each in running)


def _drawn(database: Database) -> int:
    with database.readers() as db:
        return db.scalar(select(func.count()).select_from(CertificatePdf)) or 0


if __name__ == "__main__":
    main()
