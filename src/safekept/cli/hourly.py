"""Doing something at every full hour beside the server."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable

import click

from safekept.problems import OperatingProblem

HOUR = dt.timedelta(hours=1)
LOOK = 20.0
"""Seconds between two looks whether the hour, or the server that started this, is over."""


def every_hour(does: Callable[[], None], otherwise: str) -> None:
    """Once now and once at each full hour, until stopped or until the server that started this is gone.

    Where it does not go well, ``otherwise`` and the reason are said, and the next hour is another try.
    """
    from django.db import DatabaseError, connections

    parent = os.getppid()
    while os.getppid() == parent:
        try:
            does()
        except (OperatingProblem, DatabaseError) as problem:
            click.echo(f"{otherwise}: {problem}", err=True)
        connections.close_all()
        until = next_hour(dt.datetime.now(dt.UTC))
        while dt.datetime.now(dt.UTC) < until and os.getppid() == parent:
            time.sleep(LOOK)


def next_hour(now: dt.datetime) -> dt.datetime:
    """The next full hour."""
    return now.replace(minute=0, second=0, microsecond=0) + HOUR
