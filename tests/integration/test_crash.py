"""Killed at any step, nothing that was acknowledged is lost and nothing is half there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

Environment = dict[str, str]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "tests.appender", *words]


def asked(environment: Environment, *words: str) -> Any:
    done = subprocess.run(command(*words), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def planned(environment: Environment, place: Path) -> tuple[str, str]:
    (place / "plan").write_text(json.dumps(asked(environment, "make")))
    return str(place / "plan"), str(place / "log")


def assert_nothing_lost(found: dict[str, Any]) -> None:
    nothing: dict[str, Any] = {"lost": [], "unknown": [], "half": [], "moved": [], "logged_twice": 0, "entries": 0}
    assert {name: found[name] for name in nothing} == nothing
    assert (found["holds"], found["duties_same"]) == (True, True)
    assert found["kept"] > 0
    assert found["duties"] > 0


def test_a_process_killed_at_each_step_of_an_append_loses_nothing(environment: Environment, tmp_path: Path) -> None:
    plan = planned(environment, tmp_path)
    steps = asked(environment, "kill", *plan)
    assert steps >= 5
    found = asked(environment, "check", *plan)
    assert_nothing_lost(found)
    assert found["unsaid"] >= 1, "the process killed after its commit left an entry that nobody was told of"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Environment]:
    """An embedded server of its own, which waits for the disk as it does for everybody."""
    left = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {**left, "SAFEKEPT_HOME": str(tmp_path / "home")}
    yield environment
    _python(environment, "from safekept.config.database import stop_embedded; stop_embedded()")


def _python(environment: Environment, code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _start(environment: Environment) -> None:
    """Start the server and leave it running; again while what is left of the one before goes."""
    code = "import atexit; from safekept.config import database as d; d.start(keep_running=True)"
    deadline = time.monotonic() + 30
    while True:
        try:
            _python(environment, code)
            return
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def _kill_server(environment: Environment) -> None:
    """``kill -9`` for the server that this test started, and for every process of it."""
    pid = int((Path(environment["SAFEKEPT_HOME"]) / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    server = psutil.Process(pid)
    everything = [server, *server.children(recursive=True)]
    for process in everything:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(everything, timeout=10)
    assert not alive


def test_a_server_killed_under_load_loses_nothing(machine: Environment, tmp_path: Path) -> None:
    _start(machine)
    _python(machine, "from safekept.config import bootstrap as b; b.use_django(False); b.migrate()")
    plan = planned(machine, tmp_path)
    for _ in range(2):
        before = _kept(tmp_path / "log")
        with subprocess.Popen(command("load", *plan), env=machine, stderr=subprocess.DEVNULL) as loading:
            deadline = time.monotonic() + 30
            while _kept(tmp_path / "log") < before + 25 and time.monotonic() < deadline:
                time.sleep(0.02)
            _kill_server(machine)
            assert loading.wait(timeout=30) == 0
        assert _kept(tmp_path / "log") >= before + 25
        _start(machine)
    assert_nothing_lost(asked(machine, "check", *plan))


def test_the_embedded_server_waits_for_the_disk(machine: Environment) -> None:
    _start(machine)
    code = "from safekept.config import database as d; print(d.may_lose(d.server()))"
    assert _python(machine, code).strip() == "[]"


def test_nothing_is_served_from_a_server_that_forgets(machine: Environment) -> None:
    _start(machine)
    careful = {name: value for name, value in machine.items() if name != "SAFEKEPT_MAY_LOSE"}
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _alter(machine, f"SET {setting} = off")
        assert _serving(careful).startswith(f"PostgreSQL runs with {setting} = off: it could forget an entry")
        _alter(machine, f"RESET {setting}")


def _serving(environment: Environment) -> str:
    """What is said when it is to serve and does not."""
    serve = [sys.executable, "-m", "safekept", "serve", "--port", "1"]
    done = subprocess.run(serve, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    return done.stderr


def _alter(environment: Environment, change: str) -> None:
    code = "from safekept.config import database as d; c = d.start(keep_running=True).connect(); "
    _python(environment, f"{code}c.execute('ALTER SYSTEM {change}'); c.execute('SELECT pg_reload_conf()')")


def _kept(log: Path) -> int:
    return log.read_text().count("kept ") if log.exists() else 0
