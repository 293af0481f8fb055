"""A process that appends and is killed at a chosen step, and what looks at what is left. Each a command of its own:

``make``: people and children, as JSON. ``kill PLAN LOG``: children of this process append and are killed at every
step of an append, while two others append without a pause. ``load PLAN LOG``: two processes append until they are
killed or the server is gone. ``some PLAN LOG NUMBER``: append so many. ``check PLAN LOG``: what was lost, doubled or
left half, as JSON.

The log has a line before an append is begun (``sent KEY SUBJECT OTHER NUMBER``) and one after it came back
(``kept KEY ID``).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("concern", {"signs": ["missing-from-home"]}),
    ("referral", {"to": "children-services"}),
    ("note", {}),
)
CHILDREN, AT_ONCE = 3, 2
BESIDE = "seen with"
"""What each entry mentions another child as, so that an entry and its mentions are two statements."""
COMMIT, COMMITTED = "commit", "committed"


def make() -> dict[str, Any]:
    """A social worker, whoever else takes duties, and some children."""
    from tests import factories, pages

    factories.coordinator()
    factories.police()
    worker = factories.children_services()
    children = [str(pages.a_child(worker, f"Child {number}")) for number in range(CHILDREN)]
    return {"account": str(worker.account_id), "children": children}


def kill(plan: dict[str, Any], log: Path) -> int:
    """Kill an append at each of its steps, under load; how many steps there were."""
    steps = _steps(plan, log)
    for step in [*range(steps), COMMIT, COMMITTED]:
        beside = [_forked(_for_ever, plan, log, seed) for seed in range(AT_ONCE)]
        ended = _status(_forked(_killed_at, plan, log, step))
        assert os.WTERMSIG(ended) == signal.SIGKILL, f"step {step} was not reached: {ended}"
        for process in beside:
            os.kill(process, signal.SIGKILL)
            _status(process)
    return steps


def load(plan: dict[str, Any], log: Path) -> None:
    """Append in two processes, until both are gone."""
    for process in [_forked(_for_ever, plan, log, seed) for seed in range(AT_ONCE)]:
        _status(process)


def some(plan: dict[str, Any], log: Path, entries: str) -> None:
    """Append so many entries, one after another."""
    viewer = _viewer(plan)
    for number in range(int(entries)):
        _one(viewer, plan, log, number)


def check(plan: dict[str, Any], log: Path) -> dict[str, Any]:
    """What is left; every form is then sent again, as a person would who was not told that it came."""
    from safekept.access.models import ReadEvent
    from safekept.access.viewer import loader, viewing
    from safekept.proof.verifying import verify_everything
    from safekept.record.actions import rebuild_duties
    from safekept.record.models import Entry, Mention

    lines = [line.split() for line in log.read_text().splitlines()]
    sent = {words[1]: (words[2], words[3], int(words[4])) for words in lines if words[0] == "sent"}
    kept = {words[1]: words[2] for words in lines if words[0] == "kept"}
    viewer = _viewer(plan)
    with viewing(viewer):
        there = {str(entry.client_key): str(entry.pk) for entry in Entry.objects.all()}
        mentioned = {str(one) for one in Mention.objects.filter(role=BESIDE).values_list("entry_id", flat=True)}
        logged = [str(one) for ids in ReadEvent.objects.filter(what__startswith="Recorded") for one in ids.ids]
    before = _duties()
    with viewing(loader("check")):
        rebuild_duties(loader("check"), [UUID(one) for one in plan["children"]])
    after = _duties()
    again = {key: str(_append(viewer, UUID(key), *where).pk) for key, where in sent.items()}
    return {
        "kept": len(kept),
        "unsaid": len(there.keys() - kept.keys()),
        "lost": sorted(key for key, entry in kept.items() if there.get(key) != entry),
        "unknown": sorted(there.keys() - sent.keys()),
        "half": sorted((set(there.values()) ^ mentioned) | (set(there.values()) ^ set(logged))),
        "logged_twice": len(logged) - len(set(logged)),
        "moved": sorted(key for key, entry in there.items() if again[key] != entry),
        "duties": len(before),
        "duties_same": before == after,
        "holds": verify_everything().holds,
        "entries": _count() - len(sent),
    }


def _duties() -> list[str]:
    from safekept.access.viewer import loader, viewing
    from safekept.record.models import Obligation

    with viewing(loader("check")):
        return sorted(str(row) for row in Obligation.objects.values_list())


def _count() -> int:
    from safekept.access.viewer import loader, viewing
    from safekept.record.models import Entry

    with viewing(loader("check")):
        return int(Entry.objects.count())


def _viewer(plan: dict[str, Any]) -> Any:
    from safekept.access.viewer import viewer_for
    from safekept.directory.models import Account

    return viewer_for(Account.objects.get(pk=plan["account"]))


def _append(viewer: Any, key: UUID, subject: str, other: str, number: int) -> Any:
    import datetime as dt

    from safekept.record.actions import NewEntry, append

    kind, fields = KINDS[number % len(KINDS)]
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=number)
    beside = [(UUID(other), BESIDE)]
    text = f"Number {number}."
    return append(viewer, NewEntry(kind, UUID(subject), at, fields, text, "fact", mentions=beside, client_key=key))


def _one(viewer: Any, plan: dict[str, Any], log: Path, number: int) -> None:
    key, children = uuid4(), plan["children"]
    subject, other = children[number % CHILDREN], children[(number + 1) % CHILDREN]
    _say(log, f"sent {key} {subject} {other} {number}")
    _say(log, f"kept {key} {_append(viewer, key, subject, other, number).pk}")


def _say(log: Path, line: str) -> None:
    place = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(place, f"{line}\n".encode())
    os.close(place)


def _forked(does: Any, *arguments: Any) -> int:
    from django.db import connections

    connections.close_all()
    process = os.fork()
    if process:
        return process
    try:
        does(*arguments)
        os._exit(0)
    except BaseException as problem:
        os.write(2, f"{problem!r}\n".encode())
        os._exit(1)


def _status(process: int) -> int:
    return os.waitpid(process, 0)[1]


def _for_ever(plan: dict[str, Any], log: Path, seed: int) -> None:
    viewer = _viewer(plan)
    for number in count(seed * 1000):
        _one(viewer, plan, log, number)


def _killed_at(plan: dict[str, Any], log: Path, step: int | str) -> None:
    viewer = _viewer(plan)
    _one(viewer, plan, log, 1)
    with _dying(step):
        _one(viewer, plan, log, 2)


@contextmanager
def _dying(step: int | str) -> Iterator[None]:
    """Kill this process before the numbered statement, before the commit, or after it and before anybody is told."""
    from django.db import connection

    numbers, commit = count(), connection._commit

    def before(execute: Any, *arguments: Any) -> Any:
        if next(numbers) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    def committing() -> None:
        if step == COMMITTED:
            commit()
        os.kill(os.getpid(), signal.SIGKILL)

    connection._commit = committing
    with connection.execute_wrapper(before):
        yield


def _steps(plan: dict[str, Any], log: Path) -> int:
    """How many statements an append sends, once its plans are made."""
    from django.db import connection

    told: list[str] = []

    def counted(execute: Any, sql: str, *rest: Any) -> Any:
        told.append(sql)
        return execute(sql, *rest)

    viewer = _viewer(plan)
    _one(viewer, plan, log, 1)
    with connection.execute_wrapper(counted):
        _one(viewer, plan, log, 2)
    return len(told)


if __name__ == "__main__":
    from safekept.config import bootstrap

    bootstrap.use_django(start_database=False)
    asked, *files = sys.argv[1:]
    if asked == "make":
        sys.stdout.write(json.dumps(make()))
    else:
        given = (json.loads(Path(files[0]).read_text()), Path(files[1]), *files[2:])
        answer: Any = {"kill": kill, "load": load, "some": some, "check": check}[asked](*given)
        sys.stdout.write(json.dumps(answer))
