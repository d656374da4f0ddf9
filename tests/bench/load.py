"""Run a server and load it: bounded in time and connections, on loopback only."""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import psutil

from lms.serve import SPARING

HERE = Path(__file__).parent
ROUND_SECONDS = 1
ROUNDS = 5  # each beside one of the floor: a machine's speed drifts
CONNECTIONS = 8
BUSY_BEFORE = 15.0  # per cent of both cores that others may use before we start
BUSY_DURING = 0.10  # share of the machine's time that others may take while we measure


class Disturbed(Exception):
    """Something else was running, so the figures would say nothing."""


@dataclass(frozen=True)
class Run:
    """What one page did under load. Times in milliseconds."""

    per_second: float
    p50: float
    p95: float
    cpu_ms: float
    bytes: float
    others: float  # processor seconds that other programs took meanwhile


def free_port() -> int:
    """A loopback port nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def serving(command: list[str], environment: Mapping[str, str], port: int, path: str) -> Iterator[psutil.Process]:
    """A server's process, once `path` answers."""
    with subprocess.Popen(command, env=os.environ | SPARING | dict(environment), stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}{path}", process)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"The server did not answer at {url}.")


def quiet_before() -> None:
    """Raises Disturbed when the machine is already at work."""
    busy = psutil.cpu_percent(2.0)
    if busy > BUSY_BEFORE:
        raise Disturbed(f"Other programs use {busy:.0f}% of the machine. Stop them and measure again.")


def visit(url: str, headers: Mapping[str, str], times: int = 12) -> None:
    """Open a page a few times before it is measured: the first visits to each process compile its statements."""
    for _ in range(times):
        urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers)), timeout=30).close()  # noqa: S310


def load(server: psutil.Process, url: str, headers: Mapping[str, str], body: str = "") -> Run:
    """Load one address for one round over eight connections; once more where a moment's halt left nobody answered."""
    run = _round(server, url, headers, body) or _round(server, url, headers, body)
    if run is None:
        raise Disturbed(f"{url} answered nobody within {ROUND_SECONDS} s. Measure again where nothing else runs.")
    return run


def _round(server: psutil.Process, url: str, headers: Mapping[str, str], body: str) -> Run | None:
    script, seconds = HERE / ("submit.lua" if body else "report.lua"), ROUND_SECONDS
    command = [shutil.which("wrk") or "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script)]
    command += [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    environment = os.environ | {"BENCH_BODY": body, "BENCH_REPORT": str(HERE / "report.lua")}
    before, machine, tool_before = _cpu(server), _busy(), _tool()
    with subprocess.Popen([*command, url], env=environment, stdout=subprocess.PIPE, text=True) as tool:
        output, _ = tool.communicate(timeout=seconds + 30)
    own = _cpu(server) - before
    seen = json.loads(next(line for line in output.splitlines() if line.startswith("{")))
    others = _busy() - machine - own - (_tool() - tool_before)
    if seen["errors"] or seen["refused"]:
        sys.exit(f"{url} answered {seen['refused']} times with an error and lost {seen['errors']} connections.")
    if not (requests := seen["requests"]):
        return None
    cpu_ms, size = own / requests * 1000, seen["bytes"] // requests
    return Run(requests / seen["seconds"], seen["p50"], seen["p95"], cpu_ms, size, others)


def one_by_one(server: psutil.Process, url: str, headers: Mapping[str, str], times: int) -> Run:
    """Ask so many times, one after another: for answers that take so long that a round under load ends within one."""
    request, spent, size = urllib.request.Request(url, headers=dict(headers)), list[float](), 0  # noqa: S310
    before, machine, own_before = _cpu(server), _busy(), time.process_time()
    for _ in range(times):
        begun = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            size = len(answer.read())
        spent.append((time.perf_counter() - begun) * 1000)
    own = _cpu(server) - before
    others = _busy() - machine - own - (time.process_time() - own_before)
    p95 = sorted(spent)[round(0.95 * (times - 1))]
    return Run(1000 * times / sum(spent), statistics.median(spent), p95, own / times * 1000, size, others)


def middle(runs: Sequence[Run]) -> Run:
    """Several rounds as one: the middle of each figure. Raises Disturbed."""
    others = sum(each.others for each in runs)
    if others > BUSY_DURING * len(runs) * ROUND_SECONDS * (psutil.cpu_count() or 1):
        raise Disturbed(f"Other programs took {others:.1f} s of processor time meanwhile. Measure again.")
    return Run(*(statistics.median(getattr(each, name.name) for each in runs) for name in fields(Run)))


def _tool() -> float:
    """Processor seconds of the load tool's runs so far."""
    times = os.times()
    return times.children_user + times.children_system


def _cpu(server: psutil.Process) -> float:
    """Processor seconds of a server, its workers, and its database's processes."""
    total = 0.0
    for each in [server, *server.children(recursive=True), *_database_processes()]:
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def _database_processes() -> list[psutil.Process]:
    return [each for each in psutil.process_iter(["name"]) if each.info["name"] == "postgres"]


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice + getattr(times, "steal", 0.0))


def memory_mb(process: psutil.Process) -> float:
    """What a process and its children hold, in MB; what several share counts once."""
    return sum(each.memory_full_info().pss for each in (process, *process.children(recursive=True))) / 1e6
