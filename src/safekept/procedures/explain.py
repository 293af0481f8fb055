"""Say in one sentence why something is owed, by when, and where it stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from safekept.calendars import LONDON
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES

from .history import Entry
from .pack import Rule

if TYPE_CHECKING:
    from .position import Obligation


def explain(duty: Obligation) -> str:
    """Return why a duty is owed, by when, and where it stands, in one or two sentences."""
    rule, trigger = duty.origin, duty.trigger
    owner = AGENCIES.get(duty.owner, duty.owner)
    text = f"{rule.says} Owed by {owner} because of the {_named(trigger)}{_time(rule, duty, trigger, duty.since)}."
    if duty.status == "lapsed":
        return f"{text} {_lapse(rule, trigger, duty.ended_by)}"
    if duty.answer is not None:
        late = " That was late." if duty.status == "met-late" else ""
        return f"{text} Met by the {_named(duty.answer)}.{late}"
    if duty.missing:
        return f"{text} Still missing: {', '.join(AGENCIES.get(m, m.replace('_', ' ')) for m in duty.missing)}."
    return text


def _time(rule: Rule, duty: Obligation, trigger: Entry, since: Entry) -> str:
    if duty.due is None:
        return (
            f"; the procedure sets no time, this area expects it the {rule.expected}"
            if rule.expected and str(rule.expected) == "same day"
            else "; the procedure sets no time"
        )
    counted = f", {duty.within} from the {_named(since)}" if duty.within and since is not trigger else ""
    length = f", within {duty.within}" if duty.within and since is trigger else counted
    return f"{length}: by {london_text(duty.due)}"


def _lapse(rule: Rule, trigger: Entry, by: Entry | None) -> str:
    if by is None:
        return "No longer owed: the entry it arose from no longer counts."
    if by.kind == "withdrawn":
        return f"No longer owed: the entry was taken back ({by.values.get('reason') or 'no reason given'})."
    if by.root == trigger.root:
        return f"No longer owed: the {_named(trigger)} was corrected."
    if by.kind == "waiver":
        return f"Not owed: {by.values['reason']} (decided by {by.values['by']})."
    if by.kind == "return-interview":
        reason = by.values.get("declined_reason")
        return f"{rule.lapse_says} Offered on {london_text(by.at)}{f': “{reason}”' if reason else ''}."
    return rule.lapse_says or f"No longer owed since the {_named(by)}."


def _named(entry: Entry) -> str:
    return f"{KINDS[entry.kind].title.lower()} of {london_text(entry.at)}"


def london_text(moment: dt.datetime) -> str:
    """Return a moment as people in London write it, to the minute."""
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"
