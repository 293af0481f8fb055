"""What was decided about some made-up children's records, and who looked at them: so that every desk has something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.utils import timezone

from safekept.access import closing, joining, naming, reading, statements
from safekept.access.models import Alert, Circle
from safekept.access.models.closing import Level
from safekept.access.viewer import Viewer, loader, viewer_for, viewing
from safekept.casework import queries
from safekept.demo.asked import ask_one_another
from safekept.directory import procedures
from safekept.directory.models import Account, Area
from safekept.documents import actions as documents
from safekept.documents import record
from safekept.guardian import actions
from safekept.guardian.patterns import surnames
from safekept.guardian.watching import watch
from safekept.record import sealing
from safekept.register.models import Thing
from safekept.register.queries import SearchQuery, search
from safekept.vault import actions as vault

LOADER = loader("Making up what was decided")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FEWEST = 8
"""Children in an area without whom nothing is decided there."""
SATURDAY = 5


@dataclass(frozen=True)
class Place:
    """The people of one area by the kind of agency and role, and its children by name."""

    people: dict[tuple[str, str], Viewer]
    children: list[Thing]

    @property
    def is_enough(self) -> bool:
        """Whether there are children and people enough for it."""
        return len(self.children) >= FEWEST and ("other", "guardian") in self.people

    def who(self, kind: str, role: str = "practitioner") -> Viewer:
        """Somebody of an agency of this kind."""
        return self.people[kind, role]


def decide(areas: Sequence[str], now: dt.datetime | None = None) -> int:
    """Restrict, seal, deny, ask, open in an emergency, and look, in the first area of each region; in how many.

    An area with few children is left alone.
    """
    now = now or timezone.now()
    region_of = dict(Area.objects.filter(slug__in=areas).values_list("slug", "region"))
    first = {region_of[slug]: slug for slug in reversed(areas)}
    places = [place for slug in areas if slug in first.values() and (place := _place(slug)).is_enough]
    for place in places:
        restricted, sealed, denied, asked, *others = place.children
        _everyday(place, [restricted, sealed, denied, asked, *others[:4]], now)
        _close(place, restricted, sealed)
        _keep_and_ask(place, denied, asked)
        _emergency(place, restricted)
        ask_one_another(place.people, others[4:], now)
        _apart_and_on_paper(place, others[0])
    _long_ago(places, now)
    _lately(places, now)
    return len(places)


def _place(area: str) -> Place:
    accounts = Account.objects.filter(is_demo=True, team__agency__area_id=area).order_by("name")
    people = {(one.team.agency.kind, one.role): viewer_for(one) for one in accounts}
    with viewing(LOADER):
        children = list(Thing.objects.filter(kind="child", area_id=area).order_by("label", "id"))
    return Place(people, children)


def _close(place: Place, restricted: Thing, sealed: Thing) -> None:
    """One record for named people, one that nobody else knows of, and a proposal that waits for a second person."""
    manager, worker = place.who("children-services", "manager"), place.who("children-services")
    desk = Account.objects.get(pk=worker.account_id).team
    with viewing(manager):
        sealing.close(
            manager, restricted.pk,
            closing.Closing(Level.RESTRICTED, "Someone in the family works for one of the agencies around the child.",
                            desk, [worker.account_id]),
        )  # fmt: skip
        sealing.close(
            manager, sealed.pk,
            closing.Closing(Level.SEALED, "The child is placed where nobody may find out.", None, [worker.account_id]),
        )  # fmt: skip
        closing.propose(manager, sealed.pk, Level.RESTRICTED, "The placement has ended and the child is back home.")
    school = place.who("school")
    search(school, SearchQuery(f"{sealed.label} {sealed.born:%d/%m/%Y}" if sealed.born else sealed.label))


def _keep_and_ask(place: Place, denied: Thing, asked: Thing) -> None:
    manager, worker = place.who("children-services", "manager"), place.who("voluntary")
    with viewing(manager):
        sealing.deny(manager, denied.pk, worker.account_id, "They live in the same street as the child’s family.")
    with viewing(LOADER):
        around = set(Circle.objects.filter(subject_id=asked.pk).values_list("agency_id", flat=True))
    outside = [one for (_, role), one in place.people.items() if role == "practitioner" and one.agency_id not in around]
    for one in outside[:1]:
        with viewing(one):
            joining.ask(one, asked.pk, "We have begun to see the child every week and hear what worries them.")


def _emergency(place: Place, restricted: Thing) -> None:
    nurse = place.who("health")
    with viewing(nurse):
        naming.break_glass(
            nurse, restricted.pk, "The child is here tonight, is hurt, and cannot say who is safe to call.", 4
        )
        for page in ("child", "child", "entry", "safe-contact"):
            reading.log(nurse, page, [restricted.pk])


def _apart_and_on_paper(place: Place, child: Thing) -> None:
    """An address kept apart, and a copy of a child’s record that waits for a second person."""
    worker = place.who("children-services")
    with viewing(worker):
        vault.keep(
            worker, child.pk,
            vault.New("placement", "27 Made-up Mews, B99 9ZZ", "Those who exploited the child still look for them."),
        )  # fmt: skip
        entries = [str(one.pk) for one in record.counting(child.pk)]
        asked = timezone.localdate() - 9 * DAY
        raw = {"form": ["access-child"], "chosen": entries, "opening": ["Here is what you asked for."]}
        raw |= {f"asked-{part}": [str(getattr(asked, part))] for part in ("day", "month", "year")}
        documents.put_forward(worker, queries.Subject(child, procedures.pack_of(child.area_id)), raw, uuid4())


def _everyday(place: Place, children: Sequence[Thing], now: dt.datetime) -> None:
    """Those who work with the children open their records in office hours."""
    kinds = (("children-services", "practitioner"), ("children-services", "manager"), ("police", "practitioner"))
    for days in range(1, 22, 3):
        morning = (now - days * DAY).replace(hour=9, minute=10)
        if morning.weekday() < SATURDAY:
            for number, key in enumerate(kinds):
                _opens(place.people[key], children[(days + number) % 3 :: 3], morning + number * HOUR)


def _long_ago(places: Sequence[Place], now: dt.datetime) -> None:
    """Reading that looked unusual three weeks ago, and that a guardian has reviewed since."""
    night = _saturday_night(now - 21 * DAY)
    for place in places:
        _opens(place.who("housing"), place.children[4:8], night)
        _is_refused(place.who("youth-offending"), place.children[4:6], night - 2 * DAY)
    watch(night + DAY)
    said = {
        "out-of-hours": ("false-alarm", "The officer was on the duty rota that weekend; the manager confirms it."),
        "refusals": ("in-order", "New in post: the agency had not been brought in yet. It has been since."),
    }
    for place in places[:1]:
        guardian = place.who("other", "guardian")
        with viewing(guardian):
            for one in Alert.objects.filter(pattern__in=said, reviewed_at=None):
                actions.review(guardian, one, *said[one.pattern])


def _lately(places: Sequence[Place], now: dt.datetime) -> None:
    """Reading that looks unusual and that nobody has reviewed."""
    for place in places:
        _same_surname(place, now - 5 * HOUR)
        _is_refused(place.who("voluntary"), place.children[4:6], now - DAY)
    watch(now)


def _same_surname(place: Place, at: dt.datetime) -> None:
    for (kind, _), person in place.people.items():
        if kind in ("children-services", "police"):
            for child in place.children[4:]:
                if surnames(child.label) & surnames(person.name):
                    _opens(person, [child], at, 2)
                    return


def _saturday_night(before: dt.datetime) -> dt.datetime:
    night = before - dt.timedelta(days=(before.weekday() - SATURDAY) % 7)
    return night.replace(hour=21, minute=5)


def _opens(who: Viewer, children: Iterable[Thing], at: dt.datetime, times: int = 1) -> None:
    for number, child in enumerate(children):
        for again in range(max(times, 1)):
            _write(who, "child", child.pk, at + dt.timedelta(minutes=7 * number + 2 * again))


def _is_refused(who: Viewer, children: Sequence[Thing], at: dt.datetime) -> None:
    for number in range(6):
        child = children[number % len(children)].pk
        _write(who, "record", child, at + dt.timedelta(minutes=3 * number), "Your agency is not around this child.")


def _write(who: Viewer, what: str, child: UUID, at: dt.datetime, refused: str = "") -> None:
    """A row of the reading log as the person's own page would have written it, at another time."""
    with viewing(who):
        own = [who.account_id, who.agency_id, who.role, who.purpose]
        statements.run(reading.WRITE, [*own, what, [child], at, not refused, refused])
