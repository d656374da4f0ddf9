"""A PostgreSQL of the tests' own: a throw-away cluster on a socket, gone when the tests are."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


class Cluster:
    """Start with `start()`, use `url(name)`, end with `stop()`."""

    def __init__(self, options: str = OPTIONS) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="askwell-pg-"))
        self.options = options

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        self._as_owner(
            "initdb", "-D", str(self.folder / "data"), "-U", "askwell", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"
        )
        self._as_owner(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"),
            "-o", f"-k {self.folder} {self.options}", "start",
        )  # fmt: skip

    def stop(self) -> None:
        """End the cluster and remove its files."""
        self._as_owner("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The settings' address of a database of this cluster."""
        return f"postgresql://askwell@/{name}?host={self.folder}"

    def _as_owner(self, program: str, *arguments: str) -> None:
        found = shutil.which(program) or next(
            (str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)), None
        )
        if found is None:
            raise RuntimeError("PostgreSQL is not installed. Run `make test`, or install the package postgresql.")
        command = [found, *arguments]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def execute(url: str, *statements: str) -> None:
    """Run statements outside any transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
