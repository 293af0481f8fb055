"""Pages as people ask for them: a real server on loopback, many people, a pause for thought between pages."""

from __future__ import annotations

import http.client
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from benchmarks.people import pairs, spread
from safekept.access.viewer import Viewer
from safekept.directory.models import Account
from safekept.entrance.sessions import DEMO

PEOPLE = 100
PAUSES = (10.0, 5.0, 3.5, 2.5, 1.8)
"""Seconds of thought between two pages of one person, one stage after another."""
STILL_QUICK = 0.3
"""Seconds within which 95 of 100 pages come, at the highest rate that is reported."""
Served = tuple[str, float, int]
"""Name of the page, seconds, status."""


def measure(seconds: float, seed: int = 5) -> dict[str, Any]:
    """Serve each stage for so long; percentiles at ten seconds of thought, and the highest rate that stays quick."""
    people = [(signed_in(viewer), child) for child, viewer in pairs(PEOPLE, seed)]
    stages = []
    with server() as port:
        _stage(port, people, 2.0, 5.0, seed)  # warm: templates and plans are made once for each worker
        for pause in PAUSES:
            served = _stage(port, people, pause, max(seconds, pause * 1.5), seed)
            stages.append(_told(served, pause, max(seconds, pause * 1.5)))
            if stages[-1]["all"]["p95_ms"] > STILL_QUICK * 1000:
                break
    quick = [stage["pages_per_second"] for stage in stages if stage["all"]["p95_ms"] <= STILL_QUICK * 1000]
    return {"people": len(people), "stages": stages, "highest_pages_per_second_under_300_ms": max(quick, default=None)}


def _told(served: Sequence[Served], pause: float, seconds: float) -> dict[str, Any]:
    by_page = {name: [one[1] for one in served if one[0] == name] for name in ("child", "work")}
    return {
        "seconds_of_thought": pause,
        "pages_per_second": round(len(served) / seconds, 1),
        "not_200": sum(1 for one in served if one[2] != 200),
        "all": spread([one[1] for one in served]),
        **{name: spread(times) for name, times in by_page.items() if len(times) > 1},
    }


def signed_in(viewer: Viewer) -> str:
    """The session key of a made-up person who has signed in."""
    account = Account.objects.get(pk=viewer.account_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session[DEMO] = True
    session.create()
    return str(session.session_key)


@contextmanager
def server() -> Iterator[int]:
    """Safekept's own server, as it is run, on a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "safekept", "serve", "--port", str(port)]
    running = subprocess.Popen(command)
    try:
        _wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait(30)


def _wait_for(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"The server that is measured did not answer on port {port} within {seconds:.0f} seconds.")


def _stage(port: int, people: Sequence[tuple[str, UUID]], pause: float, seconds: float, seed: int) -> list[Served]:
    """Everybody reads for so long, each beginning at a moment of their own; what came back."""
    served: list[Served] = []
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_read, args=(port, *person, pause, end, random.Random(f"{seed} {n}"), served))
        for n, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return served


def _read(
    port: int, session: str, child: UUID, pause: float, end: float, rng: random.Random, served: list[Served]
) -> None:
    time.sleep(rng.uniform(0, pause))
    while time.monotonic() < end:
        name, path = rng.choice((("child", f"/children/{child}"), ("work", "/work")))
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"})
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        served.append((name, time.perf_counter() - started, status))
        time.sleep(rng.uniform(0.5, 1.5) * pause)
