"""What the steps of a concern show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from safekept.access import circles
from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.directory.queries import NoTeam, team_for
from safekept.govuk import when
from safekept.govuk.forms import Question
from safekept.govuk.values import first
from safekept.procedures import Pack, Rule
from safekept.record import queries as record_queries
from safekept.record.models import Entry
from safekept.register.models import Thing
from safekept.register.queries import Candidate

from .. import involved, queries
from ..concern_form import ConcernForm
from ..entry_form import BASIS, COMMON, WHEN
from ..involved import Other
from ..spotting import Spotted
from .owed import Duty, OwedRow, row, together

STILL = ("open", "overdue")
REST_AT_MOST = 5
HEARD_BY = ("acknowledged", "decided", "referrer-told")
"""What whoever refers hears by."""


def common_questions(form: ConcernForm) -> dict[str, Question]:
    """When it was noticed, and whether it is fact or opinion."""
    by_field = {problem.field: problem for problem in form.problems}
    return {
        "when": Question(WHEN, "when", (), True, form.raw, by_field.get("at")),
        "basis": Question(BASIS, "radios", COMMON, True, form.raw, by_field.get("basis")),
    }


def candidates(found: Sequence[Candidate], now: dt.datetime) -> list[dict[str, Any]]:
    """Children who may be meant, with what tells them apart: age, birth date, area, and why each is shown."""
    areas = procedures.library().areas
    return [
        {
            "thing": one.thing,
            "age": when.age(one.thing.born, now) if one.thing.born else None,
            "exact": one.thing.born_precision in ("", "day"),
            "area": areas[one.thing.area_id].name if one.thing.area_id and one.thing.area_id in areas else "",
            "reasons": one.reasons,
        }
        for one in found
    ]


def new_cards(form: ConcernForm, found: Sequence[Spotted]) -> list[Other]:
    """What the words hold that is not among the others yet, as rows after those."""
    known = {other.what for other in form.others}
    start = involved.next_number(form.raw)
    return [Other(start + n, one.kind, one.text, "") for n, one in enumerate(f for f in found if f.text not in known)]


def involved_part(rows: Sequence[Other], number: int) -> dict[str, Any]:
    """What the rows of who and what was involved need: those typed, the next free number, the choices."""
    return {
        "rows": rows,
        "next_number": number,
        "kinds": list(involved.KINDS.items()),
        "roles": [("", "Choose"), *involved.ROLES.items()],
    }


def duty_desk(area: str | None, viewer: Viewer, kind: str = "children-services") -> dict[str, str]:
    """Whom to call besides 999: the agency of this kind in the child's area, or in the viewer's own."""
    try:
        team = team_for(area or viewer.area, kind).team
    except NoTeam:
        return {}
    return {"name": f"{team.name}, {team.agency.name}", "phone": team.duty_phone}


def summary(form: ConcernForm, child: Thing | None, pack: Pack | None) -> list[dict[str, Any]]:
    """Everything that was written, to check: label, lines, and the step that changes it."""
    signs = pack.lists.get("signs") if pack else None
    labels = [signs.label(one) if signs else one for one in form.raw.get("signs", ())]
    others = [
        f"{involved.KINDS.get(o.kind, o.kind)}: {o.what}"
        + (f" ({involved.ROLES[o.role].lower()})" if o.role in involved.ROLES else "")
        for o in form.others
    ]
    linked = list(queries.labels(u for t in form.raw.get("linked_children", ()) if (u := queries.as_uuid(t))).values())
    return [
        {"label": "Child", "lines": [_who(form, child)], "step": "who"},
        {"label": "In danger now", "lines": ["Yes" if form.in_danger else "No"], "step": "danger"},
        {"label": "What you noticed", "lines": [first(form.raw, "noticed")], "step": "noticed"},
        {"label": "When", "lines": [_when(form)], "step": "noticed"},
        {
            "label": "Fact or opinion",
            "lines": [(BASIS.of or {}).get(first(form.raw, "basis"), "Not said")],
            "step": "noticed",
        },
        {"label": "Signs", "lines": labels or ["None ticked"], "step": "signs"},
        {
            "label": "Who, what and where else",
            "lines": [*others, *linked] or ["Nobody and nothing else"],
            "step": "others",
        },
    ]


def _who(form: ConcernForm, child: Thing | None) -> str:
    if child is not None:
        return child.label
    return form.new_name or f"Name not known: {first(form.raw, 'child-description')}"


def _when(form: ConcernForm) -> str:
    moment = form.moment()
    if moment.at_latest is None:
        return when.moment(moment.at, form.now)
    return when.between(moment.at, moment.at_latest, form.now)


def done(viewer: Viewer, subject: queries.Subject, entry: Entry, now: dt.datetime) -> dict[str, Any]:
    """The last page: the reference, what is owed next and by whom, who can see it, and how the reporter hears."""
    moment = None if subject.admitted else entry.recorded_at
    position = record_queries.position_of(viewer, subject.id, moment, moment)
    still = [d for d in position.obligations if d.status in STILL]
    names = {str(entry.pk): "your concern"} | queries.entry_names((d.because for d in still), now)
    arose = [Duty.worked_out(d) for d in still if d.because == str(entry.pk)]
    rest = [Duty.worked_out(d) for d in still if d.because != str(entry.pk)]

    def rows(duties: list[Duty]) -> list[OwedRow]:
        every = sorted(together(duties), key=Duty.order)
        return [row(d, subject.thing.label, now, named=names, ours=viewer.agency_kind) for d in every]

    return {
        "subject": subject,
        "entry": entry,
        "reference": str(entry.pk)[:8].upper(),
        "rows": rows(arose),
        "rest": rows(rest)[:REST_AT_MOST],
        "circle": circles.circle_of(subject.id),
        "danger": bool(entry.fields.get("immediate_danger")),
        "desk": duty_desk(subject.thing.area_id, viewer),
        "prompts": position.prompts,
        "hearing": [rule for rule in subject.pack.rules if _tells_the_referrer(rule)] if subject.pack else [],
    }


def _tells_the_referrer(rule: Rule) -> bool:
    return any(wanted.kind in HEARD_BY for wanted in rule.wanted)
