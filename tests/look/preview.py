"""Look at the house: serve sample pages from the real base, components and static files, photograph and check them.

    python -m tests.look.preview            every page, 390 and 1280 wide, light and dark, into var/look
    python -m tests.look.preview review     one page

For each page: no axe violation, no console or content-policy error, nothing wider than a 320 pixel phone.
"""

from __future__ import annotations

import gzip
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jinja2
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, flash, render_template
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from lms.core import charts, drawings
from tests.look.samples import SAMPLES

HOUSE = Path(__file__).parents[2]
OUT = HOUSE / "var" / "look"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
BUDGET = 60_000  # bytes of a page, compressed, with the fonts it loads


def make_app() -> Flask:
    """An app of sample pages, with the house's templates, drawings and content policy."""
    app = Flask(__name__, static_folder=str(HOUSE / "lms" / "static"), static_url_path="/static")
    app.secret_key = "sample"
    app.jinja_options = {
        "loader": jinja2.FileSystemLoader([HOUSE / "templates", Path(__file__).parent / "pages"]),
        "undefined": jinja2.StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    drawings.register(app.jinja_env.globals)
    charts.register(app.jinja_env.globals)
    app.jinja_env.globals["csrf_token"] = lambda: "sample-token"

    @app.get("/<path:name>")
    def sample(name: str) -> str:
        if name == "account":
            flash("Your password is changed. Everywhere else you are signed out.")
        return render_template(f"{name}.html", **SAMPLES.get(name, {}))

    @app.post("/autosave")
    def autosave() -> dict[str, str]:
        return {"version": "2"}

    @app.after_request
    def safe(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of `app`, served on a free port while the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def names() -> list[str]:
    """Every sample page, then the error pages as they are."""
    pages = sorted(path.stem for path in (Path(__file__).parent / "pages").glob("*.html"))
    errors = sorted(path.stem for path in (HOUSE / "templates" / "errors").glob("*.html"))
    return pages + [f"errors/{name}" for name in errors if name != "page"]


def faults(page: Page, url: str) -> list[str]:
    """What is wrong with the page at `url`, in words."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(url)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > 320:
        found.append(f"{wide} pixels wide on a 320 pixel phone")
    for scheme in ("light", "dark"):
        for width in (390, 1280):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(200)
            result = Axe().run(page).response
            found += [f"axe, {scheme} {width}: {_violation(each)}" for each in result["violations"]]
    return found


def _violation(violation: dict[str, Any]) -> str:
    return f"{violation['id']}: {violation['nodes'][0]['html'][:160]} ({len(violation['nodes'])})"


def weight(page: Page, url: str) -> int:
    """Bytes of everything the page loads, as a compressing server would send it."""
    total = 0

    def add(response: Any) -> None:
        nonlocal total
        body = response.body()
        total += len(body) if response.url.endswith(".woff2") else len(gzip.compress(body))

    page.on("response", add)
    page.goto(url, wait_until="networkidle")
    return total


def photograph(page: Page, url: str, name: str) -> None:
    """Four pictures: phone and desk, light and dark."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(url, wait_until="networkidle")
            page.screenshot(path=OUT / f"{name.replace('/', '-')}-{width}-{scheme}.png", full_page=True)


def main(wanted: list[str]) -> int:
    """Photograph and check the pages; the number of those with faults is the exit status."""
    OUT.mkdir(parents=True, exist_ok=True)
    bad = 0
    with served(make_app()) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=CHROMIUM)
        for name in wanted or names():
            url = f"{address}/{name}"
            with browser.new_context() as context:
                photograph(context.new_page(), url, name)
            with browser.new_context() as context:
                size = weight(context.new_page(), url)
            with browser.new_context(bypass_csp=False) as context:
                found = faults(context.new_page(), url)
            found += [f"{size} bytes"] if size > BUDGET else []
            bad += bool(found)
            sys.stdout.write(f"{name}: {size / 1000:.1f} kB\n" + "".join(f"  {fault}\n" for fault in found))
        browser.close()
    return bad


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
