"""Pages of one’s own record: what the register holds about whoever looks, and the archive of it."""

from __future__ import annotations

import uuid
from io import BytesIO
from tempfile import SpooledTemporaryFile

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from lms.certificates import on_paper
from lms.core import clock, settings
from lms.core.unit import end_reading, reading
from lms.core.web import actor, signed_in
from lms.people import same
from lms.people import service as people
from lms.record import archive, practised, service, whole

pages = Blueprint("record", __name__)
IN_MEMORY = 2_000_000  # bytes; what is larger waits on the disk while it is sent
LONGEST_NUMBER = 9


@pages.get("/record")
@signed_in
def record() -> ResponseReturnValue:
    """The entries about whoever looks, newest first, each compared with what it stands for."""
    who = actor()
    held = service.entries_about(reading(), who.person_id, before=_before())
    told = [each.tell(who.name) for each in held[: service.PAGE]]
    return render_template(
        "record/record.html",
        current="account",
        entries=told,
        broken=sum(bool(each.problems) for each in told),
        newest=_before() is None,
        older=told[-1].seq if len(held) > service.PAGE else None,
        contact=settings.current().contact_email,
        zone=settings.current().time_zone,
    )


@pages.get("/record/earlier/<uuid:account_id>")
@signed_in
def earlier(account_id: uuid.UUID) -> ResponseReturnValue:
    """Everything whoever looks did with an account that is one with theirs. Only to read."""
    account = service.get_earlier(reading(), actor().person_id, account_id)
    return render_template(
        "record/earlier.html",
        current="account",
        account=account,
        record=whole.whole_of(reading(), account.id, account.name),
        zone=settings.current().time_zone,
    )


@pages.get("/record/earlier/<uuid:account_id>/record.json")
@signed_in
def earlier_json(account_id: uuid.UUID) -> ResponseReturnValue:
    """The same, for programs."""
    account = service.get_earlier(reading(), actor().person_id, account_id)
    return whole.whole_of(reading(), account.id, account.name).as_json()


@pages.get("/record/practised")
@signed_in
def practice() -> ResponseReturnValue:
    """What whoever looks has coded, rated and answered, with the text it was judged under."""
    return render_template(
        "record/practised.html",
        current="account",
        done=practised.list_practised(reading(), actor().person_id),
        zone=settings.current().time_zone,
    )


@pages.get("/record/whole")
@signed_in
def whole_page() -> ResponseReturnValue:
    """Everything whoever looks has done, with days and versions."""
    return _whole()


@pages.get("/record/whole.json")
@signed_in
def whole_json() -> ResponseReturnValue:
    """The same, for programs."""
    return whole.whole_record(reading(), actor()).as_json()


@pages.get("/record/whole.pdf")
@signed_in
def whole_pdf() -> ResponseReturnValue:
    """The same on paper. Its file name says the day, never a person’s name."""
    told, zone = whole.whole_record(reading(), actor()), settings.current().time_zone
    end_reading()  # drawing takes seconds, for which nobody holds a connection
    page = render_template("record/paper.html", record=told, zone=zone)
    try:
        drawn = on_paper.draw(page)
    except on_paper.Undrawn:
        return _whole("The PDF could not be drawn now. Try again in a minute; the page below says the same."), 503
    name = f"record-{clock.today(zone)}.pdf"
    return send_file(BytesIO(drawn), mimetype="application/pdf", as_attachment=True, download_name=name)


def _whole(fault: str = "") -> str:
    return render_template(
        "record/whole.html",
        current="account",
        record=whole.whole_record(reading(), actor()),
        earlier=same.earlier_of(reading(), actor().person_id),
        zone=settings.current().time_zone,
        fault=fault,
    )


@pages.get("/record/record.zip")
@signed_in
def download() -> ResponseReturnValue:
    """The archive. Its file name says the day, never a person’s name."""
    db = reading()
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed once it is sent
    archive.write(db, people.get_person(db, actor().person_id), file)
    file.seek(0)
    on = clock.today(settings.current().time_zone)
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=f"record-{on}.zip")


def _before() -> int | None:
    typed = request.args.get("before", "")
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_NUMBER else None
