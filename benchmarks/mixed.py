"""Reading and writing side by side: a hundred people, ten seconds of thought, and nothing that was said lost."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID, uuid4

import lxml.html
import requests
from django.conf import settings
from django.db import connection

from benchmarks import processors
from benchmarks.people import pairs, spread
from benchmarks.serving import PEOPLE, STILL_QUICK, server, signed_in
from safekept.access.viewer import loader, viewing
from safekept.register.models import Thing

PAUSE = 10.0
"""Seconds of thought between two pages of one person, on average."""
SHORTER = (8.0, 6.5, 5.0, 3.5, 2.5)
"""The pauses of the stages that follow."""
PAGES = {"work": 35, "child": 30, "search": 10, "note": 25}
"""What somebody does next, out of a hundred: a note is its form, a pause, and sending it."""
TAKEN = {"GET": 200, "POST": 302}
"""What a page comes with, and what a form that is taken is answered with."""
KEPT = "SELECT count(DISTINCT text) FROM record_entry WHERE kind = 'note' AND text = ANY(%s)"


@dataclass
class Told:
    """What everybody met: name of the page and seconds; what went wrong; the texts of notes that were acknowledged."""

    served: list[tuple[str, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)


def measure(seconds: float, stage_seconds: float, seed: int = 9) -> dict[str, Any]:
    """Let everybody read and write for so long; then with ever shorter pauses, until pages are no longer quick.

    Percentiles by page, errors, and acknowledged notes that are not there: every note that was acknowledged is looked
    for afterwards in the record itself. ``busy``: the share of all processors that each part of the machine took.
    """
    drawn = pairs(PEOPLE, seed)
    with viewing(loader("Measuring")):
        called = dict(Thing.objects.filter(pk__in=[child for child, _ in drawn]).values_list("pk", "label"))
    people = [(signed_in(viewer), child, called[child]) for child, viewer in drawn]
    with server() as port:
        _together(port, people, 2.0, 5.0, seed)  # warm: templates and plans are made once for each worker
        first = _stage(port, people, PAUSE, seconds, seed + 1)
        stages = [first]
        for pause in SHORTER:
            if stages[-1]["all"]["p95_ms"] > STILL_QUICK * 1000:
                break
            stages.append(_stage(port, people, pause, stage_seconds, seed + 2))
    quick = [stage["pages_per_second"] for stage in stages if stage["all"]["p95_ms"] <= STILL_QUICK * 1000]
    return {
        "people": len(people),
        **first,
        "shorter_pauses": stages[1:],
        "highest_pages_per_second_under_300_ms": max(quick, default=None),
    }


def _stage(port: int, people: list[tuple[str, UUID, str]], pause: float, seconds: float, seed: int) -> dict[str, Any]:
    before = processors.used()
    told = _together(port, people, pause, seconds, seed)
    busy = processors.shares(before, processors.used(), seconds)
    with viewing(loader("Measuring")), connection.cursor() as cursor:
        cursor.execute(KEPT, [told.acknowledged])
        kept = cursor.fetchone()[0]
    return {
        "seconds": seconds,
        "seconds_of_thought": pause,
        "busy": busy,
        "pages_per_second": round(len(told.served) / seconds, 1),
        "errors": len(told.wrong),
        "what_went_wrong": Counter(told.wrong),
        "notes_acknowledged": len(told.acknowledged),
        "notes_lost": len(told.acknowledged) - kept,
        "all": spread([one[1] for one in told.served]),
        **{
            name: spread(times)
            for name in (*PAGES, "sent")
            if len(times := [one[1] for one in told.served if one[0] == name]) > 1
        },
    }


def _together(port: int, people: list[tuple[str, UUID, str]], pause: float, seconds: float, seed: int) -> Told:
    told, end = Told(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=_Person(port, person, told, random.Random(f"{seed} {n}"), pause).live, args=[end])
        for n, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


class _Person:
    """One person at work, with one child, whom they look up by name at times."""

    def __init__(self, port: int, person: tuple[str, UUID, str], told: Told, rng: random.Random, pause: float) -> None:
        session, self.child, self.called = person
        self.at, self.told, self.rng, self.pause = f"http://127.0.0.1:{port}", told, rng, pause
        self.browser = requests.Session()
        self.browser.cookies.set(settings.SESSION_COOKIE_NAME, session)

    def live(self, end: float) -> None:
        """Do one thing after another until the end; a note that was begun is still sent."""
        time.sleep(self.rng.uniform(0, self.pause))
        while time.monotonic() < end:
            self.do(self.rng.choices(list(PAGES), list(PAGES.values()))[0])
            self.think()

    def think(self) -> None:
        time.sleep(self.rng.uniform(0.5, 1.5) * self.pause)

    def do(self, name: str) -> None:
        if name == "note":
            self.note()
            return
        where = {"work": "/work", "child": f"/children/{self.child}", "search": f"/search?q={quote_plus(self.called)}"}
        self.ask(name, "GET", where[name])

    def note(self) -> None:
        """Open the form, think, and send it as the browser would."""
        where = f"/children/{self.child}/record/note"
        page = self.ask("note", "GET", where)
        if page is None:
            return
        form = next(one for one in lxml.html.fromstring(page).forms if "text" in one.inputs.keys())  # noqa: SIM118
        text = f"Spoke with the school today. {uuid4()}"
        values = dict(form.form_values()) | {"text": text, "at-when": "now", "basis": "fact"}
        self.think()
        if self.ask("sent", "POST", where, values) is not None:
            self.told.acknowledged.append(text)
            self.do("child")

    def ask(self, name: str, method: str, path: str, values: dict[str, str] | None = None) -> bytes | None:
        """One page, or what a form is answered with when it is taken; None where it is an error."""
        started = time.perf_counter()
        try:
            answer = self.browser.request(method, self.at + path, data=values, timeout=30, allow_redirects=False)
            wrong = "" if answer.status_code == TAKEN[method] else f"{name}: {answer.status_code}"
        except requests.RequestException as failed:
            wrong = f"{name}: {type(failed).__name__}"
        self.told.served.append((name, time.perf_counter() - started))
        if wrong:
            self.told.wrong.append(wrong)
            return None
        return answer.content
