"""The statements behind a page, beside the page: how long they take alone, and what walls and log take of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment

from benchmarks.people import Pair, pairs, spread
from safekept.access.viewer import Viewer, loader, viewing

PAGES = (("child", "/children/{}"), ("work", "/work"))
Asked = tuple[str, Any]


@dataclass
class _Heard:
    """The statements of one page, in order, and the seconds spent on the reading log and on saying who asks."""

    asked: list[Asked] = field(default_factory=list)
    logging: float = 0.0
    announcing: float = 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        answer = execute(sql, params, many, context)
        seconds = time.perf_counter() - started
        if "access_readevent" in sql:
            self.logging += seconds
        elif "set_config" in sql:
            self.announcing += seconds
        elif sql.startswith("SELECT"):
            self.asked.append((sql, params))
        return answer


def measure(count: int = 40, seed: int = 6) -> dict[str, Any]:
    """For each page: its time alone on the machine, its statements again as the viewer, and as the bulk loader.

    As the bulk loader, row-level security is settled at once for every row: the difference is what it costs.
    """
    setup_test_environment()
    drawn = pairs(count, seed)
    return {name: _page(address, drawn) for name, address in PAGES}


def _page(address: str, drawn: list[Pair]) -> dict[str, Any]:
    whole, raw, unwalled, logging, announcing = [], [], [], 0.0, 0.0
    for child, viewer in drawn:
        client = Client()
        client.post("/account/demo", {"account": str(viewer.account_id)})
        client.get(address.format(child))
        heard = _Heard()
        started = time.perf_counter()
        with connection.execute_wrapper(heard):
            client.get(address.format(child))
        whole.append(time.perf_counter() - started)
        logging, announcing = logging + heard.logging, announcing + heard.announcing
        raw.append(_again(viewer, heard.asked))
        unwalled.append(_again(loader("Measuring"), heard.asked))
    total = sum(whole)
    return {
        "page": spread(whole),
        "raw_sql": spread(raw),
        "share_reading_log": round(logging / total, 3),
        "share_saying_who_asks": round(announcing / total, 3),
        "share_row_level_security": round(max(0.0, sum(raw) - sum(unwalled)) / total, 3),
        "share_raw_sql": round(sum(raw) / total, 3),
    }


def _again(viewer: Viewer, asked: list[Asked]) -> float:
    with viewing(viewer), connection.cursor() as cursor:
        started = time.perf_counter()
        for sql, params in asked:
            cursor.execute(sql, params)
            cursor.fetchall()
        return time.perf_counter() - started
