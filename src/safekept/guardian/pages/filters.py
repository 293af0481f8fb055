"""The stretch of time that somebody asks about, as typed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from safekept.govuk.when import LONDON, local
from safekept.linking import read_date

from ..queries import PERIOD

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when until when, what was typed, and what is wrong with it. A day that cannot be read is left out."""

    since: dt.datetime
    until: dt.datetime
    typed: dict[str, str]
    errors: list[dict[str, str]]

    @property
    def query(self) -> str:
        """The same stretch in an address."""
        return urlencode({name: text for name, text in self.typed.items() if text})


def stretch(request: HttpRequest, now: dt.datetime, *more: str) -> Stretch:
    """The days asked for, both included; the last ninety days where none is. ``more``: other names to keep."""
    typed = {name: request.GET.get(name, "").strip()[:100] for name in ("from", "until", *more)}
    errors, days = [], {}
    for name in ("from", "until"):
        read = read_date(typed[name], local(now).date()) if typed[name] else None
        if read is not None and (read.error or read.day is None):
            errors.append({"anchor": name, "text": read.error or "Write a day, like 4 May 2026."})
        elif read is not None and read.day is not None:
            days[name] = dt.datetime.combine(read.day, dt.time(), LONDON)
    since = days.get("from", now - PERIOD)
    until = days["until"] + DAY if "until" in days else now + DAY
    if "from" in days and since >= until:
        errors.append({"anchor": "until", "text": "The last day comes before the first. Change one of them."})
    return Stretch(since, until, typed, errors)
