"""The commands that keep the service going, run as a person would run them, on a database of their own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

COMMAND = [sys.executable, "-c", "from safekept.cli.main import main; main()"]


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], env=environment, capture_output=True, text=True, check=False)


def test_an_empty_chain_holds(environment: dict[str, str]) -> None:
    done = run(environment, "verify-chain", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "holds": True,
        "checked": {"entries": 0, "reads": 0, "acts": 0, "checkpoints": 0, "countersignatures": 0},
        "faults": [],
    }


def test_accounts_are_added_and_helped_in_again(environment: dict[str, str]) -> None:
    who = ["--name", "A. Khan", "--role", "manager", "--area", "newham", "--agency", "Newham CSC"]
    added = run(environment, "account", "add", "a@safekept.example", *who, "--password", "three quiet green boats")
    assert (added.returncode, added.stdout) == (0, "A. Khan can sign in as a@safekept.example.\n")
    again = run(environment, "account", "add", "a@safekept.example", *who, "--password", "three quiet green boats")
    assert again.returncode == 2
    assert "has an account already" in again.stderr
    reset = run(environment, "account", "reset", "a@safekept.example", "--password", "four loud orange trains")
    assert reset.returncode == 0


def test_a_database_that_is_not_there_is_said_in_one_sentence(environment: dict[str, str]) -> None:
    done = run({**environment, "DATABASE_URL": "postgresql://x@127.0.0.1:9/x"}, "migrate")
    assert done.returncode == 1
    assert done.stderr.startswith("PostgreSQL at 127.0.0.1:9 cannot be reached")
    assert "Traceback" not in done.stderr


def test_areas_that_do_not_exist_are_refused(environment: dict[str, str]) -> None:
    done = run(environment, "demo", "--areas", "birmingham,atlantis", "--no-serve")
    assert done.returncode == 2
    assert "atlantis is not an area" in done.stderr


def test_serving_answers_health_and_stops_when_told(environment: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([*COMMAND, "serve", "--port", str(port)], env=environment, stdout=log, stderr=log)
    try:
        assert _answer(port, deadline=time.monotonic() + 30) == {"ready": True}
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def _answer(port: int, deadline: float) -> object:
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return json.load(answer)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
