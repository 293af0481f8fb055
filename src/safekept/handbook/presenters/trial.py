"""What a version would change for the children of an area, as a page shows it: newly overdue first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from safekept.govuk import when
from safekept.record.trying import LATER, LESS, MORE, NEWLY_LATE, SOONER, Difference, Trial
from safekept.register import names

SHOWN = 100
"""Differences that one page names children for."""
HEADINGS = {
    NEWLY_LATE: "Newly overdue",
    MORE: "Owed in addition",
    SOONER: "Due sooner",
    LATER: "Due later",
    LESS: "No longer owed",
}


@dataclass(frozen=True, slots=True)
class Count:
    """One rule and outcome: how many duties, of how many children."""

    rule: str
    title: str
    outcome: str
    duties: int
    children: int


@dataclass(frozen=True, slots=True)
class Touched:
    """One duty of one child that would change."""

    child_id: UUID
    child: str
    title: str
    rule: str
    was: str
    due: str


def counts(trial: Trial) -> list[Count]:
    """What would change, rule by rule: the newly overdue first, then the most children."""
    order = list(HEADINGS)
    rows = [
        Count(rule, trial.titles[rule], HEADINGS[what], number, len(trial.whom[rule, what]))
        for (rule, what), number in trial.counted.items()
    ]
    return sorted(rows, key=lambda row: (order.index(_outcome(row.outcome)), -row.children, row.title))


def _outcome(heading: str) -> str:
    return next(what for what, text in HEADINGS.items() if text == heading)


def touched(differences: Sequence[Difference], now: dt.datetime) -> tuple[list[tuple[str, list[Touched]]], int]:
    """The first of the duties that would change, under their headings, and how many more there are.

    Call inside ``viewing``: children are named as far as the viewer may know them, and each is written down.
    """
    order = list(HEADINGS)
    every = sorted(differences, key=lambda one: (order.index(one.what), one.due is None, one.due or now))
    chosen = every[:SHOWN]
    called = names.called(one.subject for one in chosen)
    groups: dict[str, list[Touched]] = {}
    for one in chosen:
        if one.subject in called:
            row = Touched(
                one.subject, called[one.subject].label, one.title, one.rule, _due(one.was, now), _due(one.due, now)
            )
            groups.setdefault(HEADINGS[one.what], []).append(row)
    return list(groups.items()), len(every) - len(chosen)


def _due(moment: dt.datetime | None, now: dt.datetime) -> str:
    return when.by(moment, now) if moment is not None else ""
