"""Serve: the web server and the worker side by side, each started again if it dies, both ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

GRACE_SECONDS = 20
# One heap for each thread of a worker would take a third more memory; docstrings and the columns of instructions, which
# nobody reads there, 9 MB.
SPARING = {"MALLOC_ARENA_MAX": "1", "PYTHONOPTIMIZE": "2", "PYTHONNODEBUGRANGES": "1"}
START_AGAIN_SECONDS = 1.0


def command_web(host: str, port: int, workers: int) -> list[str]:
    """The server's command line. Streams would keep a worker alive for ever without the kill timeout."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": "2",  # one while the other waits for the disk: more only fight for one interpreter
        "--workers-kill-timeout": "5",
    }
    words = [word for pair in options.items() for word in pair]
    return [sys.executable, "-m", "granian", *words, "--respawn-failed-workers", "--no-ws", "wsgi:app"]


def command_worker() -> list[str]:
    """The worker's command line."""
    return [sys.executable, "-m", "lms.cli", "worker"]


def command_household(host: str, port: int, workers: int) -> list[str]:
    """The command line of whoever keeps both running."""
    return [sys.executable, "-m", "lms.serve", host, str(port), str(workers)]


class Household:
    """Keeps a set of commands running until told to stop."""

    def __init__(self, commands: list[list[str]]) -> None:
        self.commands = commands
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def run(self) -> None:
        """Start all, start again what dies, and end all on SIGTERM or SIGINT within half a minute."""
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._stop)
        while not self.stopping:
            for number, command in enumerate(self.commands):
                process = self.running.get(number)
                if process is None or process.poll() is not None:
                    self.running[number] = subprocess.Popen(command, env=os.environ | SPARING)  # noqa: S603 - our own command lines
            time.sleep(START_AGAIN_SECONDS)
        self._end()

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        for process in self.running.values():
            process.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()


if __name__ == "__main__":
    here, at, many = sys.argv[1:]
    Household([command_web(here, int(at), int(many)), command_worker()]).run()
