"""The West Midlands duties written out by hand, without packs: what ``evaluate`` is measured against.

Reads the same parsed history and gives the same duties, due times and statuses as the pack; the benchmark refuses
to compare the two where they differ. It knows nothing of corrections, prompts, breaches or other procedures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from safekept.calendars import add_months, add_working_days, age_on, end_of_day, london_date
from safekept.procedures.history import Entry, History

Duty = tuple[str, str, str, dt.datetime | None, str, str | None]
"""rule, entry it arose from, owner, due, status, entry that met it."""

BOTH = ("police", "children-services")
MULTI_AGENCY = ("mase", "strategy", "map")
KNOWN = ("allocated-social-worker", "child-protection-plan")


def owed(history: History, at: dt.datetime) -> list[Duty]:  # noqa: C901
    """Return what is owed at ``at`` (UTC), in no particular order."""
    born = history.subject.born
    entries = [e for e in history.entries if e.at <= at]
    by_kind: dict[str, list[Entry]] = {}
    parents: dict[str, tuple[str, ...]] = {}
    for e in entries:
        by_kind.setdefault(e.kind, []).append(e)
        parents[e.id] = e.answers
    out: list[Duty] = []

    def reaches(e: Entry) -> set[str]:
        seen: set[str] = set()
        waiting = list(e.answers)
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting.extend(parents.get(one, ()))
        return seen

    def has(names: tuple[str, ...], moment: dt.datetime) -> bool:
        found = False
        for c in by_kind.get("circumstance", ()):
            if c.values["what"] in names:
                day = london_date(moment).isoformat()
                start = c.values.get("from") or london_date(c.at).isoformat()
                found = found or (start <= day <= c.values.get("to", "9999"))
        return found

    def first(
        t: Entry, start: Entry, kinds: tuple[str, ...], fits: Callable[[Mapping[str, Any], str], bool]
    ) -> Entry | None:
        line = reaches(t)
        best: Entry | None = None
        for kind in kinds:
            for e in by_kind.get(kind, ()):
                if best is not None and e.key > best.key:
                    break
                if e.at < start.at or e is t or (e.kind == t.kind and e.key < t.key):
                    continue
                if e.answers:
                    up = reaches(e)
                    if t.id not in up and start.id not in up and line.isdisjoint(e.answers):
                        continue
                if fits(e.values, kind):
                    best = e
                    break
        return best

    def add(
        rule: str,
        t: Entry,
        owner: str,
        kinds: tuple[str, ...],
        fits: Callable[[Mapping[str, Any], str], bool],
        due: dt.datetime | None = None,
        since: Entry | None = None,
    ) -> None:
        best = first(t, since or t, kinds, fits)
        if best is not None:
            out.append((rule, t.id, owner, due, "met" if due is None or best.at <= due else "met-late", best.id))
        else:
            out.append((rule, t.id, owner, due, "overdue" if due is not None and at > due else "open", None))

    def anything(values: Mapping[str, Any], kind: str) -> bool:
        return True

    def young(e: Entry) -> str:
        return "young-person" if born is not None and age_on(born, london_date(e.at)) >= 16 else "child"

    def working_days(e: Entry, count: int) -> dt.datetime:
        return end_of_day(add_working_days(london_date(e.at), count))

    def by_review(e: Entry, months: int | None) -> dt.datetime | None:
        limit = end_of_day(add_months(london_date(e.at), months)) if months else None
        named = e.values.get("next_review")
        if named is None:
            return limit
        agreed = end_of_day(dt.date.fromisoformat(named))
        return agreed if limit is None or agreed < limit else limit

    def referral_before(t: Entry) -> Entry | None:
        line, last = reaches(t), None
        for r in by_kind.get("referral", ()):
            if r.at <= t.at and r.values["to"] == "children-services":
                if r.id in line:
                    return r
                last = r
        return last

    for e in entries:
        v, agency = e.values, e.agency or "other"
        if e.kind == "concern":
            cared, known = has(("looked-after",), e.at), has(KNOWN, e.at)
            if v.get("signs"):
                if cared:
                    add("screening-of-looked-after-child", e, "children-services", ("screening",), anything)
                    add(
                        "coordinator-told-of-looked-after-child",
                        e,
                        "children-services",
                        ("coordinator-told",),
                        anything,
                    )
                elif known:
                    add("screening-by-allocated-worker", e, "children-services", ("screening",), anything)
                    add("coordinator-told-of-known-child", e, "children-services", ("coordinator-told",), anything)
                else:
                    add("screening-after-concern", e, agency, ("screening",), anything)
            if v.get("immediate_danger"):
                add("referral-when-in-danger", e, agency, ("referral",), lambda f, _: f["to"] == "children-services")
            if v.get("linked_children"):
                add("complex-abuse-considered", e, "children-services", ("complex-abuse-considered",), anything)
            if (v.get("linked_children") or v.get("signs")) and has(("placed-out-of-area",), e.at):
                add("other-authority-contacted", e, "children-services", ("other-authority-contacted",), anything)
            if v.get("trafficking", "none") != "none":
                if e.agency != "police":
                    add(
                        "trafficking-reported",
                        e,
                        agency,
                        ("police-told",),
                        lambda f, _: f.get("about") == "trafficking",
                    )
                add("nrm-considered", e, "children-services", ("nrm",), anything)
        elif e.kind == "screening" and v["category"]:
            cared, known = has(("looked-after",), e.at), has(KNOWN, e.at)
            add("coordinator-told", e, agency, ("coordinator-told",), anything)
            if has(("placed-out-of-area",), e.at):
                add("other-authority-contacted", e, "children-services", ("other-authority-contacted",), anything)
            if v["category"] == 1:
                if cared:
                    add(
                        "plan-for-looked-after-child",
                        e,
                        "children-services",
                        ("plan",),
                        lambda f, _: f.get("type") != "early-help",
                    )
                elif known:
                    add("plan-for-known-child", e, "children-services", ("plan",), anything)
                else:
                    add("early-intervention-plan", e, agency, ("plan",), lambda f, _: f.get("type") == "early-help")
                    plan = first(e, e, ("plan",), lambda f, _: f.get("type") == "early-help")
                    held = first(e, e, ("meeting",), lambda f, _: f["type"] == "early-help")
                    if plan is not None and (held is None or plan.key < held.key):
                        out.append(("early-help-meeting", e.id, agency, None, "lapsed", None))
                    else:
                        add("early-help-meeting", e, agency, ("meeting",), lambda f, _: f["type"] == "early-help")
            else:
                if not ((cared or known) and e.agency == "children-services"):
                    add(
                        "referral-after-screening",
                        e,
                        agency,
                        ("referral",),
                        lambda f, _: f["to"] == "children-services",
                    )
                if cared:
                    add(f"assessment-of-looked-after-{young(e)}", e, "children-services", ("assessment",), anything)
                elif known:
                    add("assessment-of-known-child", e, "children-services", ("assessment",), anything)
        elif e.kind == "referral" and v["to"] == "children-services":
            if v.get("strategy"):
                add("strategy-discussion-after-referral", e, "children-services", ("discussion",),
                    lambda f, _: f.get("form") != "discussion" and all(a in f.get("attended", ()) for a in BOTH),
                    e.at + dt.timedelta(hours=24))  # fmt: skip
            else:
                add("discussion-after-referral", e, "children-services", ("discussion",),
                    lambda f, _: all(a in f.get("attended", ()) for a in BOTH), working_days(e, 3))  # fmt: skip
        elif e.kind == "discussion":
            decisions = v.get("decisions", ())
            if "no-service" in decisions:
                add(
                    "referrer-told",
                    e,
                    "children-services",
                    ("referrer-told",),
                    lambda f, _: bool(f.get("verbally") and f.get("in_writing")),
                )
            if "assessment" in decisions:
                add("assessment-after-discussion", e, "children-services", ("assessment",), anything)
            if "section-47" in decisions:
                add("section-47-after-discussion", e, "children-services", ("section-47",), anything)
            if "mase" in decisions:
                referral = referral_before(e)
                due = working_days(referral, 15) if referral else None
                add("mase-after-discussion", e, "children-services", ("meeting",), _first_mase, due, referral)
                add("gp-asked", e, "children-services", ("gp-asked",), anything)
        elif e.kind == "assessment" and v.get("finding") == "exploited":
            referral = referral_before(e)
            due = working_days(referral, 15) if referral else None
            if has(("looked-after",), e.at):
                add(
                    f"meeting-for-looked-after-{young(e)}",
                    e,
                    "children-services",
                    ("meeting",),
                    lambda f, _: f["type"] in MULTI_AGENCY and not f.get("review"),
                    due,
                    referral,
                )
            elif has(KNOWN, e.at):
                add(
                    "meeting-for-known-child",
                    e,
                    "children-services",
                    ("meeting",),
                    lambda f, _: f["type"] in MULTI_AGENCY and not f.get("review"),
                    due,
                    referral,
                )
            else:
                add(
                    "mase-after-assessment",
                    e,
                    "children-services",
                    ("meeting",),
                    lambda f, _: f["type"] == "mase" and not f.get("review"),
                    due,
                    referral,
                )
            add("gp-asked", e, "children-services", ("gp-asked",), anything)
        elif e.kind == "meeting":
            decisions, review = v.get("decisions", ()), v.get("review")
            if v["type"] == "early-help" and not review:
                add("early-help-plan-after-meeting", e, agency, ("plan",), lambda f, _: f.get("type") == "early-help")
                add("early-help-review", e, agency, ("review", "meeting"), _reviews("early-help"), by_review(e, 3))
            elif v["type"] == "mase" and not review:
                if "gp" not in v.get("attended", ()):
                    add("gp-told", e, "children-services", ("gp-told",), anything)
                add("plan-after-mase", e, "children-services", ("plan",), lambda f, _: f.get("type") != "early-help")
                if "child-protection" not in decisions and "section-47" not in decisions:
                    add("mase-review", e, "children-services", ("review", "meeting"), _reviews("mase"), by_review(e, 3))
            if v["type"] == "mase" and "section-47" in decisions:
                add("strategy-discussion-from-mase", e, "children-services", ("section-47",), anything)
            if v["type"] == "mase" and "further-assessment" in decisions:
                add("further-assessment", e, "children-services", ("assessment",), anything)
            if review and v["type"] == "mase" and v.get("next_review"):
                add(
                    "next-mase-review",
                    e,
                    "children-services",
                    ("review", "meeting"),
                    _reviews("mase"),
                    by_review(e, None),
                )
        elif e.kind == "plan":
            shared = v.get("shared_with", ())
            if v.get("type") == "early-help" and not ("child" in shared and "family" in shared):
                add(
                    "early-help-plan-shared",
                    e,
                    agency,
                    ("plan",),
                    lambda f, _: f.get("type") == "early-help" and {"child", "family"} <= set(f.get("shared_with", ())),
                )
        elif e.kind == "section-47":
            add("section-47-outcome", e, "children-services", ("section-47-outcome",), anything)
        elif e.kind == "section-47-outcome" and v.get("ongoing_significant_harm"):
            add("conference", e, "children-services", ("conference",), anything)
        elif e.kind == "conference":
            add("plan-after-conference", e, "children-services", ("plan",), lambda f, _: f.get("type") != "early-help")
        elif e.kind == "nrm" and v.get("step") == "referred":
            add("nrm-decided", e, agency, ("nrm",), lambda f, _: f.get("step") == "decided")
    return out


def _first_mase(values: Mapping[str, Any], kind: str) -> bool:
    return bool(values["type"] == "mase" and not values.get("review"))


def _reviews(what: str) -> Callable[[Mapping[str, Any], str], bool]:
    def fits(values: Mapping[str, Any], kind: str) -> bool:
        if kind == "review":
            return values.get("of") == what
        return bool(values["type"] == what and values.get("review"))

    return fits
