"""How fast histories are evaluated, beside the same duties written out by hand."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.straight_line import owed
from safekept.demo.generate import live, make_world
from safekept.procedures import History, Position, evaluate, load_library, parse_history

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
AREAS = ("birmingham", "coventry", "dudley")


def thirty_entry_histories(count: int) -> list[dict[str, Any]]:
    """Return lived histories of the larger pack, cut or joined to thirty entries, without corrections."""
    library = load_library()
    world = make_world(library, AREAS, count * 3, 11, NOW)
    for child in world.children:
        child.intensity = 5
        child.circumstances.discard("placed-out-of-area")
    made = []
    for child in live(library, world, 11, NOW):
        data = child.as_history()
        rows = [r for r in data["entries"] if "supersedes" not in r][:30]
        if len(rows) == 30:
            kept = {r["id"] for r in rows}
            data["entries"] = [{**r, "answers": [a for a in r["answers"] if a in kept]} for r in rows]
            made.append(data)
    return made[:count]


def long_history(entries: int) -> dict[str, Any]:
    """Return one history of many entries: thirty-entry histories one after the other."""
    parts = thirty_entry_histories(40)
    rows: list[dict[str, Any]] = []
    for number in range(entries // 30 + 1):
        rows.extend(
            {**row, "id": f"{number}-{row['id']}", "answers": [f"{number}-{a}" for a in row["answers"]]}
            for row in parts[number % len(parts)]["entries"]
        )
    return {**parts[0], "entries": rows[:entries]}


def measure(count: int = 300) -> dict[str, Any]:
    """Return histories a second on one core, the ratio to straight-line code, and growth with length."""
    library = load_library()
    data = thirty_entry_histories(count)
    parsed = [parse_history(d) for d in data]
    for history in parsed:
        _refuse_if_different(evaluate(library, history, NOW), history)
    engine, by_hand = _in_turn(
        lambda: [evaluate(library, h, NOW) for h in parsed], lambda: [owed(h, NOW) for h in parsed]
    )
    reading = _best(lambda: [parse_history(d) for d in data])
    return {
        "histories": len(parsed),
        "duties_each": round(statistics.mean(len(owed(h, NOW)) for h in parsed), 1),
        "evaluate_histories_per_second": round(len(parsed) / statistics.median(engine)),
        "with_reading_histories_per_second": round(len(parsed) / (statistics.median(engine) + reading)),
        "straight_line_histories_per_second": round(len(parsed) / statistics.median(by_hand)),
        "ratio_to_straight_line": round(statistics.median(e / b for e, b in zip(engine, by_hand, strict=True)), 2),
        "microseconds_per_entry": {n: round(_long(n), 1) for n in (30, 300, 1000, 2000)},
    }


def _long(entries: int) -> float:
    history, library = parse_history(long_history(entries)), load_library()
    return _best(lambda: evaluate(library, history, NOW)) / entries * 1e6


def _refuse_if_different(position: Position, history: History) -> None:
    ours = sorted((o.rule, o.because, o.owner, str(o.due), o.status, str(o.met_by)) for o in position.obligations)
    theirs = sorted((r, b, o, str(d), s, str(m)) for r, b, o, d, s, m in owed(history, NOW))
    if ours != theirs:
        only = sorted(set(ours) ^ set(theirs))
        raise AssertionError(f"the two do not agree on {history.subject.id}: {only}")


def _in_turn(one: Callable[[], Any], other: Callable[[], Any], rounds: int = 9) -> tuple[list[float], list[float]]:
    first, second = [], []
    for _ in range(rounds):
        first.append(_time(one))
        second.append(_time(other))
    return first, second


def _best(work: Callable[[], Any], rounds: int = 5) -> float:
    return min(_time(work) for _ in range(rounds))


def _time(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
