"""Lives lived through the procedures: things happen, duties arise, people answer them late, in part or not at all."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from safekept.procedures import Library, Obligation, evaluate, parse_history

from . import words
from .made import MadeChild, MadeEntry, MadeThing, Network, new_id

ROUNDS = 9
NOTICERS = ("school", "school", "health", "care-home", "police", "voluntary", "youth-offending", "housing")
SIGNS = {
    "west-midlands": (
        "missing-from-home",
        "absent-from-school",
        "unexplained-gifts",
        "change-in-appearance",
        "online-vulnerability",
        "drug-or-alcohol-misuse",
        "estranged-from-family",
        "physical-injuries",
        "poor-mental-health",
        "self-harm",
    ),
    "london": (
        "missing-from-home",
        "absent-from-school",
        "unexplained-gifts",
        "change-in-appearance",
        "online-vulnerability",
        "drug-or-alcohol-misuse",
        "older-people",
        "physical-injuries",
        "distrust-of-authority",
        "self-harm",
    ),
}


class Life:
    """One child's history in the making. ``now`` is the moment up to which it is lived."""

    def __init__(
        self,
        rng: random.Random,
        library: Library,
        child: MadeChild,
        network: Network | None,
        things: Mapping[str, MadeThing],
        now: dt.datetime,
    ) -> None:
        self.rng, self.library, self.child, self.network, self.things, self.now = (
            rng,
            library,
            child,
            network,
            things,
            now,
        )
        self.home = child.thing.area or ""
        self.pack = library.pack_for_area(self.home, now).id
        self.decided: set[tuple[str, str]] = set()

    def live(self) -> None:
        """Let things happen, then answer what is owed, round by round, until nothing new arises."""
        self._begin()
        for _ in range(self.child.intensity):
            self._something_is_noticed()
            if self.rng.random() < 0.45:
                self._goes_missing()
        for _ in range(ROUNDS):
            if not self._answer_what_is_owed():
                break
        self._someone_corrects()
        self._child_speaks()
        self.child.entries.sort(key=lambda e: e.recorded_at)

    # --- what happens ---

    def _begin(self) -> None:
        start = self._ago(400, 420)
        for what in sorted(self.child.circumstances):
            values: dict[str, Any] = {
                "what": what,
                "from": (start.date() - dt.timedelta(days=self.rng.randrange(900))).isoformat(),
            }
            if what == "placed-out-of-area":
                values["host_area"] = self.child.thing.host_area
            self._record("circumstance", start, "children-services", values, "")

    def _something_is_noticed(self) -> None:
        rng = self.rng
        at = self._ago(0.2, rng.choices((5, 30, 380), (40, 25, 35))[0])
        agency = rng.choice(NOTICERS)
        signs = rng.sample(SIGNS[self.pack], rng.choice((1, 1, 2, 2, 3)))
        values: dict[str, Any] = {"signs": signs, "online": rng.random() < 0.25}
        if rng.random() < 0.06:
            values["trafficking"] = "within-uk"
        if rng.random() < 0.05:
            values["immediate_danger"] = True
        mentions = self._mentions()
        if self.network is not None and len(self.network.children) > 1 and rng.random() < 0.35:
            others = [c for c in self.network.children if c != self.child.thing.id]
            other = rng.choice(others)
            values["linked_children"] = [str(other)]
            mentions.append((other, "linked child"))
        text = words.concern(rng, signs, [self.things[str(t)].label for t, _ in mentions if str(t) in self.things])
        self._record(
            "concern", at, agency, values, text, mentions=mentions, basis=rng.choice(("fact", "fact", "opinion"))
        )

    def _goes_missing(self) -> None:
        at = self._ago(1, self.rng.choices((4, 30, 120), (40, 30, 30))[0]).replace(hour=self.rng.choice((18, 20, 22)))
        at = min(at, self.now - dt.timedelta(hours=3))
        category = "absent" if self.rng.random() < 0.12 else "missing"
        away = self._record("missing", at, "police", {"category": category}, words.missing(self.rng))
        back = at + dt.timedelta(hours=self.rng.choice((4, 7, 11, 16, 30, 52)))
        if back < self.now:
            mentions = self._mentions() if self.rng.random() < 0.4 else []
            self._record("found", back, "police", {}, words.found(self.rng), answers=[away], mentions=mentions)

    def _child_speaks(self) -> None:
        if self.rng.random() < 0.45 and len(self.child.entries) > 3:
            asked = self.rng.sample(("q1", "q2", "q3", "q4", "q5"), self.rng.choice((1, 2, 3, 5)))
            values = {
                "questions": {q: words.child_says(self.rng, q) for q in sorted(asked)},
                "said_to": "their teacher",
            }
            self._record("child-voice", self._ago(1, 60), self.rng.choice(("school", "voluntary")), values, "")

    def _someone_corrects(self) -> None:
        """Now and then a screening or a concern is put right, or recorded long after it happened."""
        rng = self.rng
        screenings = [e for e in self.child.entries if e.kind == "screening" and e.supersedes is None]
        if screenings and rng.random() < 0.12:
            wrong = rng.choice(screenings)
            later = wrong.recorded_at + dt.timedelta(days=rng.choice((1, 3, 9)))
            if later < self.now:
                values = {
                    **wrong.values,
                    "category": rng.choice((1, 2, 3)),
                    "rationale": "Corrected after talking to the adviser.",
                }
                made = self._record("screening", wrong.at, wrong.agency, values, "", recorded_at=later)
                made.supersedes = wrong.id
        answered = {a for e in self.child.entries for a in e.answers}
        notes = [e for e in self.child.entries if e.kind in ("concern", "found") and e.id not in answered]
        if notes and rng.random() < 0.2:
            late = rng.choice(notes)
            late.recorded_at = min(late.at + dt.timedelta(days=rng.choice((2, 6, 15))), self.now)

    # --- what is owed and how it is answered ---

    def _answer_what_is_owed(self) -> bool:
        position = evaluate(self.library, parse_history(self.child.as_history()), self.now)
        fresh = [
            o for o in position.obligations if (o.rule, o.root) not in self.decided and o.status in ("open", "overdue")
        ]
        for duty in fresh:
            self.decided.add((duty.rule, duty.root))
            days = (self.now - duty.triggered_at).days
            likely = 0.97 if days > 40 else 0.6 if duty.due is not None else 0.78
            if self.rng.random() < likely:
                self._answer(duty)
        return bool(fresh) and len(self.child.entries) < 140

    def _answer(self, duty: Obligation) -> None:
        at = self._moment_of_answer(duty)
        if at >= self.now:
            return
        because = next(e for e in self.child.entries if str(e.id) == duty.because)
        make = _ANSWERS.get(duty.owes, _plain)
        values = make(self, duty)
        agency = "children-services" if duty.owner == "gp" else duty.owner
        made = self._record(duty.owes, at, agency, values, words.answer(self.rng, duty.owes), answers=[because])
        if duty.owes in ("return-interview", "discussion", "meeting"):
            made.mentions = self._mentions() if self.rng.random() < 0.5 else []

    def _moment_of_answer(self, duty: Obligation) -> dt.datetime:
        """Mostly within the time, sometimes at the last hour, sometimes days late."""
        start = duty.triggered_at
        limit = duty.due or duty.expected_by or start + dt.timedelta(days=self.rng.choice((3, 10, 21)))
        span = max(dt.timedelta(minutes=20), limit - start)
        pace = self.rng.random()
        if pace < 0.72:
            at = start + span * self.rng.uniform(0.05, 0.9)
        elif pace < 0.85:
            at = start + span * self.rng.uniform(0.9, 1.0)
        else:
            at = limit + dt.timedelta(hours=self.rng.choice((3, 20, 50, 120, 300)))
        at = max(at, start + dt.timedelta(minutes=5))
        return at.replace(microsecond=0)

    def _mentions(self) -> list[tuple[Any, str]]:
        if self.network is None:
            return []
        rng = self.rng
        found: list[tuple[Any, str]] = [(rng.choice(self.network.means), "seen")]
        if rng.random() < 0.5:
            found.append((rng.choice(self.network.suspects), "suspect"))
        return list({t: (t, role) for t, role in found}.values())

    def _record(
        self,
        kind: str,
        at: dt.datetime,
        agency: str,
        values: dict[str, Any],
        text: str,
        *,
        answers: Sequence[MadeEntry] = (),
        mentions: Sequence[tuple[Any, str]] = (),
        basis: str = "",
        recorded_at: dt.datetime | None = None,
    ) -> MadeEntry:
        wait = dt.timedelta(minutes=self.rng.choice((2, 5, 15, 40, 90)))
        after = max((a.recorded_at for a in answers), default=at) + dt.timedelta(minutes=1)
        entry = MadeEntry(
            new_id(self.rng),
            kind,
            at,
            recorded_at or min(max(at + wait, after), self.now),
            agency,
            self._office(agency),
            values,
            text,
            basis,
            [a.id for a in answers],
            None,
            list(mentions),
        )
        self.child.entries.append(entry)
        return entry

    def _office(self, agency: str) -> str:
        """Return the area whose agency acts: the host's for what is done where the child is."""
        host = self.child.thing.host_area
        return host if host and agency in ("care-home", "school", "police", "health") else self.home

    def _ago(self, least: float, most: float) -> dt.datetime:
        day = self.now - dt.timedelta(days=self.rng.uniform(least, most))
        moment = day.replace(
            hour=self.rng.choice((8, 9, 10, 11, 13, 14, 15, 16, 19)),
            minute=self.rng.randrange(60),
            second=0,
            microsecond=0,
        )
        return min(moment, self.now - dt.timedelta(hours=self.rng.choice((1, 2, 4))))


def _plain(life: Life, duty: Obligation) -> dict[str, Any]:
    return {}


def _screening(life: Life, duty: Obligation) -> dict[str, Any]:
    category = life.rng.choices((0, 1, 2, 3), (12, 40, 34, 14))[0]
    because = next(e for e in life.child.entries if str(e.id) == duty.because)
    return {
        "category": category,
        "signs": because.values.get("signs", []),
        "evidence": [duty.because],
        "rationale": words.rationale(life.rng, category),
        "discussed_with_adviser": life.rng.random() < 0.8,
    }


def _referral(life: Life, duty: Obligation) -> dict[str, Any]:
    return {
        "to": "children-services",
        "strategy": life.rng.random() < 0.18,
        "reason": "The signs recorded and what lies behind them.",
    }


def _discussion(life: Life, duty: Obligation) -> dict[str, Any]:
    rng = life.rng
    attended = ["children-services"] if rng.random() < 0.08 else ["children-services", "police"]
    attended += [a for a in ("health", "school") if rng.random() < 0.5]
    strategy = duty.rule in ("strategy-discussion-after-referral", "immediate-intervention")
    decisions = [rng.choices(("assessment", "section-47", "mase", "no-service"), (60, 14, 8, 18))[0]]
    considered = ["screening-tool"] + (["risk-to-others"] if rng.random() < 0.7 else [])
    return {
        "form": "strategy-discussion" if strategy else "discussion",
        "attended": attended,
        "considered": considered,
        "decisions": decisions,
    }


def _meeting(life: Life, duty: Obligation) -> dict[str, Any]:
    rng = life.rng
    mase = "mase" in duty.rule
    kind = "early-help" if "early-help" in duty.rule else "mase" if mase or life.pack == "west-midlands" else "strategy"
    chair = (
        ("inspector", "chief-inspector")
        if life.pack == "london" and mase
        else ("cse-coordinator", "children-services-manager")
    )
    values: dict[str, Any] = {
        "type": kind,
        "chair_role": rng.choice(chair) if kind != "early-help" else "other",
        "attended": [
            a
            for a in ("police", "children-services", "health", "school", "gp", "youth-offending")
            if rng.random() < 0.7
        ],
        "decisions": ["coordinated-support"] if rng.random() < 0.8 else ["further-assessment"],
        "lead_professional": "Allocated social worker",
    }
    if rng.random() < 0.2:
        values["excluded"] = [{"who": "A carer", "reason": "A police enquiry that the carer must not hear of yet"}]
    return values


_ANSWERS: dict[str, Callable[[Life, Obligation], dict[str, Any]]] = {
    "screening": _screening,
    "referral": _referral,
    "discussion": _discussion,
    "meeting": _meeting,
    "assessment": lambda life, _: {
        "finding": life.rng.choices(("exploited", "at-risk", "no-risk"), (45, 40, 15))[0],
        "tool": "Specialist risk tool",
    },
    "coordinator-told": lambda life, _: {"how": life.rng.choice(("By secure mail", "By telephone"))},
    "referrer-told": lambda life, _: {"verbally": True, "in_writing": life.rng.random() < 0.7},
    "plan": lambda life, duty: {
        "type": "early-help"
        if "early" in duty.rule
        else "care"
        if "looked-after" in life.child.circumstances
        else "child",
        "outcomes": {"Safe from those who harm": "Social worker", "Missing less often": "Youth worker"},
        "shared_with": ["child", "family"] if life.rng.random() < 0.7 else ["child"],
        **(
            {"host_cse_lead": "CSE lead of the host area, by the duty desk"}
            if duty.rule == "host-lead-recorded"
            else {}
        ),
    },
    "review": lambda life, duty: {
        "of": "early-help" if "early" in duty.rule else "mase" if "mase" in duty.rule else "plan",
        "outcomes": {"missing-less": life.rng.randrange(2, 9)},
    },
    "section-47": lambda life, _: {"threshold": ["immediate-risk"]},
    "section-47-outcome": lambda life, _: {"ongoing_significant_harm": life.rng.random() < 0.5},
    "crime-record": lambda life, duty: {
        "type": "non-crime",
        "number": f"587{life.child.thing.id.int % 100000:05d}",
        "contact": True,
        "flags": [
            "ES",
            *{
                "category-1-flag": ["LA"],
                "category-2-flag": ["LB"],
                "category-3-flag": ["LC"],
                "online-flag": ["EU"],
            }.get(duty.rule, []),
        ],
    },
    "notification-record": lambda life, _: {"number": f"N{life.rng.randrange(100000, 999999)}"},
    "categorised": lambda life, _: {"category": life.rng.choices((1, 2, 3), (50, 36, 14))[0], "by": "Assessment team"},
    "marker": lambda life, _: {"type": "locate-trace"},
    "outcome-code": lambda life, _: {"code": "MI"},
    "police-told": lambda life, _: {"about": "trafficking"},
    "nrm": lambda life, duty: (
        {"step": "decided", "decision": "positive"}
        if duty.rule == "nrm-decided"
        else {"step": life.rng.choice(("considered", "referred"))}
    ),
    "return-interview": lambda life, _: _interview(life),
    "missing": lambda life, _: {"category": "missing"},
    "gp-asked": lambda life, _: {"known": life.rng.random() < 0.3},
    "other-authority-contacted": lambda life, _: {"leads": "The home authority"},
}


def _interview(life: Life) -> dict[str, Any]:
    rng = life.rng
    if rng.random() < 0.72:
        return {
            "offered": True,
            "accepted": True,
            "interviewer": rng.choice(("voluntary-worker", "youth-worker", "school-nurse")),
            "reasons": words.why_gone(rng),
            "prevention": "Somebody to ring, at any hour.",
        }
    return {"offered": True, "accepted": False, "declined_reason": "I have said it all before."}
