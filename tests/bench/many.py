"""Coverage at size, the same every time: clients of several providers, their units, people and years of sessions.

The first sessions make the database; `grow` adds more of them for the same people. Everything goes into the real
tables in a few statements, and the summary of cover is then made from them as `lms coverage rebuild` makes it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, text

from assessments.standards import get_standard
from lms.core import clock
from lms.core.unit import Database
from lms.coverage import rebuilding
from tests.postgres import execute

PROVIDERS, TRAINERS = 5, 10  # trainers of each provider
KINDS = (
    "organisation", "provision", "unit", "period", "before", "person", "membership", "staff", "post", "enrolment",
    "decision", "certificate", "renewed", "meaning", "group", "session", "signature",
)  # fmt: skip
FIRST_TRAINER, FIRST_MANAGER = 10_000_001, 20_000_001
OFTEN = 13  # days from one round of a facilitator to the next
CERTIFIED, TRAINING, LEFT = 60, 100, 120  # of a thousand people the first so many were certified, and so on
STANDARD = "certified"


@dataclass(frozen=True)
class Shape:
    """How many of everything. `shares` says how many units each client has, the largest first."""

    clients: int = 200
    units: int = 5_000
    people: int = 100_000
    today: date = field(default_factory=clock.today)

    @property
    def shares(self) -> list[int]:
        """Unequal: few clients are large and most are small. One of them has about the mean."""
        weights = [1 / (place + 4) ** 0.7 for place in range(self.clients)]
        whole = sum(weights)
        shares = [max(1, int(self.units * each / whole)) for each in weights]
        shares[0] += self.units - sum(shares)
        return shares

    @property
    def usual(self) -> int:
        """The number of the client that has about as many units as clients have on average, beginning with 1."""
        mean = self.units / self.clients
        return 1 + min(range(self.clients), key=lambda place: abs(self.shares[place] - mean))


def identity(kind: str, number: int) -> uuid.UUID:
    """The id of a row: the same as the statements below make."""
    return uuid.UUID(int=(KINDS.index(kind) << 96) + (7 << 76) + (8 << 60) + number)


def manager_of(client: int) -> uuid.UUID:
    """Who manages a client."""
    return identity("person", FIRST_MANAGER + client - 1)


def fill(database: Database, shape: Shape) -> None:
    """Everything but sessions, in an empty database."""
    with database.engine.begin() as connection:
        _prepare(connection, shape)
        for statement in _PLACES + _PEOPLE + _LEARNING:
            connection.execute(text(statement), _values(shape))


def grow(database: Database, shape: Shape, before: int, sessions: int) -> list[rebuilding.Rebuilt]:
    """So many sessions in all, where so many are there; then the summary is made from them, and what was done told."""
    with database.engine.begin() as connection:
        _prepare(connection, shape)
        for statement in _SESSIONS:
            connection.execute(text(statement), _values(shape) | {"before": before, "sessions": sessions})
    address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    execute(address, "ANALYZE")  # as the server would have done long ago, had they come one by one
    done = list(rebuilding.rebuild(database))
    execute(address, "VACUUM (ANALYZE)", "CHECKPOINT")  # or it would do so while we measure
    return done


def count(database: Database) -> Mapping[str, int]:
    """How many rows there are of what is told about."""
    tables = {
        "sessions": "practice_session", "signatures": "signature", "organisations": "organisation", "units": "unit",
        "people": "person", "certificates": "certificate", "trainings": "enrolment", "rows of summary": "cover_span",
    }  # fmt: skip
    with database.engine.connect() as connection:
        return {
            name: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608 - our own names
            for name, table in tables.items()
        }


def _values(shape: Shape) -> dict[str, object]:
    standard = get_standard(STANDARD)
    return {
        **{kind: place for place, kind in enumerate(KINDS)},
        "clients": shape.clients, "units": shape.units, "people": shape.people, "today": shape.today,
        "award": standard.award.title, "level": standard.award.level, "standard": standard.id,
        "version": standard.version, "providers": PROVIDERS, "trainers": TRAINERS,
        "all_trainers": PROVIDERS * TRAINERS, "first_trainer": FIRST_TRAINER, "first_manager": FIRST_MANAGER,
        "certified": CERTIFIED, "training": TRAINING, "left": LEFT, "often": OFTEN,
    }  # fmt: skip


def _prepare(connection: Connection, shape: Shape) -> None:
    """Ids that follow from numbers, chance that follows from them too, and how many units each client has."""
    for statement in _TOOLS:
        connection.execute(text(statement))
    shares, first, places = shape.shares, 1, []
    for number, share in enumerate(shares, 1):
        places.append({"client": number, "first": first, "units": share})
        first += share
    connection.execute(
        text("INSERT INTO share SELECT * FROM json_to_recordset(:rows) AS r(client int, first int, units int)"),
        {"rows": json.dumps(places)},
    )
    for statement in _ROLES:
        connection.execute(text(statement), _values(shape))


_TOOLS = (
    "SET LOCAL statement_timeout = 0",
    """CREATE OR REPLACE FUNCTION pg_temp.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$""",
    """CREATE OR REPLACE FUNCTION pg_temp.chance(what int, n bigint, among int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT ((hashint8extended(n, what) & 1073741823) % among)::int $$""",
    "CREATE TEMPORARY TABLE share (client int, first int, units int) ON COMMIT DROP",
)
# Who is who: where somebody works, who trains them, and what became of it.
_ROLES = (
    """CREATE TEMPORARY TABLE cast_member ON COMMIT DROP AS
    SELECT n, unit, client, 1 + client % :providers AS provider,
      :first_trainer + (client % :providers) * :trainers + n % :trainers AS trainer,
      CASE WHEN fate < :certified THEN 'certified' WHEN fate < :training THEN 'training'
      WHEN fate < :left THEN 'left' ELSE '' END AS fate,
      :today - 20 - pg_temp.chance(3, n, 1000) AS issued_on, 120 + pg_temp.chance(4, n, 260) AS took
    FROM (SELECT n, 1 + pg_temp.chance(1, n, :units) AS unit, pg_temp.chance(2, n, 1000) AS fate
      FROM generate_series(1, :people) n) person
    JOIN share ON unit BETWEEN share.first AND share.first + share.units - 1""",
    """CREATE TEMPORARY TABLE facilitator ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY n) - 1 AS place, * FROM cast_member WHERE fate IN ('certified', 'training')""",
    "CREATE INDEX ON facilitator (place)",
    "ANALYZE facilitator",
)
_PLACES = (
    """INSERT INTO organisation (id, name, kind, created_at)
    SELECT pg_temp.id(:organisation, 1000000 + n), 'Provider ' || n, 'provider', :today - 1500
    FROM generate_series(1, :providers) n""",
    """INSERT INTO organisation (id, name, kind, provider_id, created_at)
    SELECT pg_temp.id(:organisation, n), 'Client ' || lpad(n::text, 3, '0'), 'client',
      pg_temp.id(:organisation, 1000001 + n % :providers), :today - 1500
    FROM generate_series(1, :clients) n""",
    """INSERT INTO provision (id, provider_id, client_id, started_on)
    SELECT pg_temp.id(:provision, n), pg_temp.id(:organisation, 1000001 + n % :providers),
      pg_temp.id(:organisation, n), :today - 1500
    FROM generate_series(1, :clients) n""",
    # A tree: five below each, the first unit of a client at the top.
    """INSERT INTO unit (id, organisation_id, parent_id, name, code, headcount)
    SELECT pg_temp.id(:unit, number), pg_temp.id(:organisation, client),
      CASE WHEN number > first THEN pg_temp.id(:unit, first + (number - first - 1) / 5) END, 'Unit ' || number,
      'U' || number, coalesce(many, 0)
    FROM share CROSS JOIN LATERAL generate_series(first, first + units - 1) g (number)
    LEFT JOIN (SELECT unit, count(*) AS many FROM cast_member GROUP BY unit) staff ON staff.unit = number""",
    """INSERT INTO unit_period (id, unit_id, parent_id, name, headcount, started_on)
    SELECT pg_temp.id(:period, row_number() OVER (ORDER BY id)), id, parent_id, name, headcount,
      :today - CASE WHEN headcount % 10 = 0 THEN 200 ELSE 1500 END FROM unit""",
    """INSERT INTO unit_period (id, unit_id, parent_id, name, headcount, started_on, ended_on)
    SELECT pg_temp.id(:before, row_number() OVER (ORDER BY id)), id, parent_id, name, headcount + 3, :today - 1500,
      :today - 200 FROM unit WHERE headcount % 10 = 0""",
)
_PEOPLE = (
    """INSERT INTO person (id, name, email, created_at, active, fs_uniquifier, fs_webauthn_user_handle)
    SELECT pg_temp.id(:person, n), name || ' ' || n, 'person-' || n || '@bench.example', :today - 1500, true,
      n::text, n::text
    FROM (SELECT n, 'Joan Fairweather' AS name FROM generate_series(1, :people) n UNION ALL
      SELECT :first_trainer + n, 'Ruth Trainer' FROM generate_series(0, :all_trainers - 1) n UNION ALL
      SELECT :first_manager + n, 'Hana Manager' FROM generate_series(0, :clients - 1) n) everybody""",
    """INSERT INTO membership (id, person_id, organisation_id, role, provider_id, started_on)
    SELECT pg_temp.id(:membership, n), pg_temp.id(:person, n), pg_temp.id(:organisation, client), 'trainee',
      pg_temp.id(:organisation, 1000000 + provider), :today - 1400 FROM cast_member WHERE fate <> '' UNION ALL
    SELECT pg_temp.id(:membership, :first_trainer + n), pg_temp.id(:person, :first_trainer + n),
      pg_temp.id(:organisation, 1000001 + n / :trainers), 'trainer', NULL, :today - 1500
    FROM generate_series(0, :all_trainers - 1) n UNION ALL
    SELECT pg_temp.id(:membership, :first_manager + n), pg_temp.id(:person, :first_manager + n),
      pg_temp.id(:organisation, 1 + n), 'manager', NULL, :today - 1500 FROM generate_series(0, :clients - 1) n""",
    """INSERT INTO staff_member (id, organisation_id, person_id, name, email)
    SELECT pg_temp.id(:staff, n), pg_temp.id(:organisation, client),
      CASE WHEN fate <> '' THEN pg_temp.id(:person, n) END, 'Joan Fairweather ' || n,
      'person-' || n || '@bench.example'
    FROM cast_member""",
    # One of fifty works nowhere any more.
    """INSERT INTO post (id, staff_id, unit_id, title, band, started_on, ended_on, listed)
    SELECT pg_temp.id(:post, n), pg_temp.id(:staff, n), pg_temp.id(:unit, unit), '', '', :today - 1400,
      CASE WHEN pg_temp.chance(6, n, 50) = 0 THEN :today - 30 END, true
    FROM cast_member""",
)
_LEARNING = (
    """INSERT INTO enrolment (id, person_id, organisation_id, unit_id, provider_id, trainer_id, standard_id,
      standard_version, started_on, ended_on)
    SELECT pg_temp.id(:enrolment, n), pg_temp.id(:person, n), pg_temp.id(:organisation, client),
      pg_temp.id(:unit, unit), pg_temp.id(:organisation, 1000000 + provider), pg_temp.id(:person, trainer),
      :standard, :version,
      CASE WHEN fate = 'training' THEN :today - pg_temp.chance(7, n, 300) ELSE issued_on - took END,
      CASE fate WHEN 'certified' THEN issued_on WHEN 'left' THEN issued_on - took / 2 END
    FROM cast_member WHERE fate <> ''""",
    """INSERT INTO decision (id, person_id, provider_id, key, kind, reason, decided_by, decided_at, standard_id,
      standard_version, standard_hash, readiness, leaf_seq)
    SELECT pg_temp.id(:decision, n), pg_temp.id(:person, n), pg_temp.id(:organisation, 1000000 + provider),
      pg_temp.id(:decision, n), 'ready', 'Everything asked for is there.', pg_temp.id(:person, trainer), issued_on,
      :standard, :version, repeat('0', 64), '{}', n
    FROM cast_member WHERE fate = 'certified'""",
    """INSERT INTO certificate (id, code, decision_id, person_id, organisation_id, unit_id, provider_id, issuer_id,
      holder_name, award, level, facts, issued_on, valid_until, issued_at, digest, leaf_seq)
    SELECT pg_temp.id(:certificate, n), 'B' || n, pg_temp.id(:decision, n), pg_temp.id(:person, n),
      pg_temp.id(:organisation, client), pg_temp.id(:unit, unit), pg_temp.id(:organisation, 1000000 + provider),
      pg_temp.id(:person, trainer), 'Joan Fairweather ' || n, :award, :level, '{}', issued_on, issued_on + 730,
      issued_on, repeat('0', 64), n
    FROM cast_member WHERE fate = 'certified'""",
    # Half of those whose first two years are over went on.
    """INSERT INTO certificate (id, code, renews_id, person_id, organisation_id, unit_id, provider_id, issuer_id,
      holder_name, award, level, facts, issued_on, valid_until, issued_at, digest, leaf_seq)
    SELECT pg_temp.id(:renewed, n), 'R' || n, pg_temp.id(:certificate, n), pg_temp.id(:person, n),
      pg_temp.id(:organisation, client), pg_temp.id(:unit, unit), pg_temp.id(:organisation, 1000000 + provider),
      pg_temp.id(:person, trainer), 'Joan Fairweather ' || n, :award, :level, '{}', issued_on + 700,
      issued_on + 1460, issued_on + 700, repeat('0', 64), n
    FROM cast_member WHERE fate = 'certified' AND issued_on + 730 < :today AND n % 2 = 0""",
    # Every fourth client says itself what covered means.
    """INSERT INTO cover_meaning (id, organisation_id, from_on, facilitators, people, fewest, rounds, days, reason,
      set_by, set_at)
    SELECT pg_temp.id(:meaning, n), pg_temp.id(:organisation, n), :today - 400, 1, 15, 1, 2, 180,
      'Two for whoever calls in sick.', pg_temp.id(:person, :first_manager - 1 + n), :today - 400
    FROM generate_series(4, :clients, 4) n""",
    """INSERT INTO peer_group (id, name, organisation_id, unit_id, provider_id, trainer_id, facilitator_id, zone, place,
      key, created_at)
    SELECT pg_temp.id(:group, n), 'Circle ' || n, pg_temp.id(:organisation, client), pg_temp.id(:unit, unit),
      pg_temp.id(:organisation, 1000000 + provider), pg_temp.id(:person, trainer), pg_temp.id(:person, n),
      'Europe/London', '', pg_temp.id(:group, n), :today - 1400
    FROM facilitator""",
)
# One after the other each facilitator has their next, further back; every fifth facilitator rests since half a year.
_SESSIONS = (
    """CREATE TEMPORARY TABLE round_led ON COMMIT DROP AS
    SELECT s, f.n, f.trainer, f.fate, f.provider, pg_temp.chance(8, s, 20) = 0 AS waits,
      :today - 1 - f.n % 40 - CASE WHEN f.n % 5 = 0 THEN 200 ELSE 0 END::int
      - (s / (SELECT count(*) FROM facilitator) * :often)::int AS held_on
    FROM generate_series(:before, :sessions - 1) s
    JOIN facilitator f ON f.place = s % (SELECT count(*) FROM facilitator)""",
    """INSERT INTO practice_session (id, person_id, key, group_id, trainer_id, held_on, minutes, role, phases, open,
      closed, "leading", advice, own_ratings, keep, differently, state, version, submitted_at)
    SELECT pg_temp.id(:session, s), pg_temp.id(:person, n), pg_temp.id(:session, s), pg_temp.id(:group, n),
      pg_temp.id(:person, trainer), held_on, 60, CASE fate WHEN 'certified' THEN 'alone' ELSE 'beside' END, '{}',
      3, 1, 0, 0, '{}', 'I waited.', '', CASE WHEN waits THEN 'waiting' ELSE 'signed' END, 1, held_on + 1
    FROM round_led""",
    """INSERT INTO signature (id, session_id, person_id, signer_id, signed_at, meaning, authenticated_by,
      session_version, digest, rubric_version, rubric_hash, ratings, level, comment, leaf_seq, tier, provider_id)
    SELECT pg_temp.id(:signature, s), pg_temp.id(:session, s), pg_temp.id(:person, n), pg_temp.id(:person, trainer),
      held_on + 1, 'I was there.', 'password', 1, repeat('0', 64), 1, repeat('0', 64), '{}', 3, '', s, 'account',
      pg_temp.id(:organisation, 1000000 + provider)
    FROM round_led WHERE NOT waits""",
)
