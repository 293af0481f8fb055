"""What can be done about who sees a record: each act is what it asks and what it does. Pages show them all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from safekept.access import closing, joining, naming
from safekept.access.models import Circle, SealedEntry
from safekept.access.models.closing import Level
from safekept.access.policy import CASE_ROLES
from safekept.access.problems import NotDone, said
from safekept.access.viewer import Viewer
from safekept.directory.models import Account, Agency, Team
from safekept.directory.roles import Role
from safekept.govuk.values import Option, Raw, first
from safekept.kinds.vocabularies import SHARING_BASES
from safekept.record import sealing, sharing

from . import apart, queries


@dataclass(frozen=True)
class Asked:
    """One question of an act.

    ``shape``: reason (some lines), choice (one of few), pick (one of many), ticks, email, day.
    """

    name: str
    label: str
    shape: str = "reason"
    hint: str = ""
    rows: int = 3


@dataclass(frozen=True)
class Form:
    """A form's words and questions, as pages show them; ``warns``: its button says that it weighs."""

    title: str
    lede: str
    button: str
    asks: tuple[Asked, ...]
    warns: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Act(Form):
    """One thing that can be done about a record or an entry, whose id ``does`` takes.

    ``inside``: by those admitted to the record; ``managers``: and who manage; ``again``: who show again who they are.
    ``shows``: others come to read the entry that it is about, where no address kept apart may stand either; and
    ``otherwise``, what to do where one does. What writes nothing raises NotDone: its answers are compared with nothing.
    """

    does: Callable[[Viewer, UUID, Raw], None]
    done: str
    inside: bool = True
    managers: bool = True
    again: bool = False
    shows: bool = False
    otherwise: str = apart.TAKE_IT_OUT


def _named(sent: Raw) -> list[UUID]:
    """Everybody who was ticked."""
    return [one for text in sent.get("named", ()) if (one := queries.as_uuid(text)) is not None]


def _close(viewer: Viewer, subject_id: UUID, sent: Raw) -> None:
    desk = next((one for one in _desks(subject_id) if str(one.pk) == first(sent, "desk")), None)
    level = first(sent, "level")
    if level not in (Level.RESTRICTED, Level.SEALED):
        raise NotDone("level", "Choose whether the record is restricted or sealed.")
    sealing.close(viewer, subject_id, closing.Closing(Level(level), first(sent, "reason"), desk, _named(sent)))


def _open(viewer: Viewer, subject_id: UUID, sent: Raw) -> None:
    closing.open_up(viewer, subject_id, first(sent, "reason"))


def _propose(viewer: Viewer, subject_id: UUID, sent: Raw) -> None:
    level = first(sent, "level")
    if level not in (Level.OPEN, Level.RESTRICTED):
        raise NotDone("level", "Choose whether the record is to be restricted or open.")
    closing.propose(viewer, subject_id, Level(level), first(sent, "reason"))


def _name(viewer: Viewer, subject_id: UUID, sent: Raw) -> None:
    if naming.name(viewer, subject_id, _person(sent), first(sent, "reason")) is None:
        raise NotDone("person", "They can see this record already.")


def _deny(viewer: Viewer, subject_id: UUID, sent: Raw) -> None:
    sealing.deny(viewer, subject_id, _person(sent), first(sent, "reason"))


def _conflict(viewer: Viewer, subject_id: UUID, sent: Raw) -> None:
    naming.declare_conflict(viewer, subject_id, first(sent, "reason"))


def _emergency(viewer: Viewer, subject_id: UUID, sent: Raw) -> None:
    hours = first(sent, "hours")
    naming.break_glass(viewer, subject_id, first(sent, "reason"), int(hours) if hours.isdecimal() else 0)


def _join(viewer: Viewer, subject_id: UUID, sent: Raw) -> None:
    text = said(first(sent, "reason"), "reason", "Say how your agency works with the child, in a sentence.")
    if not joining.ask(viewer, subject_id, text):
        raise NotDone("", "Your agency has asked already. You see the answer on the child’s page when it comes.")


def _seal_entry(viewer: Viewer, entry_id: UUID, sent: Raw) -> None:
    sealing.seal_entry(viewer, entry_id, first(sent, "reason"), _named(sent))


def _propose_entry(viewer: Viewer, entry_id: UUID, sent: Raw) -> None:
    found = SealedEntry.objects.filter(entry_id=entry_id, ended_at=None).first()
    if found is None:
        raise NotDone("", "This entry is not sealed.")
    closing.propose(viewer, found.subject_id, Level.OPEN, first(sent, "reason"), entry_id)


def _share_entry(viewer: Viewer, entry_id: UUID, sent: Raw) -> None:
    agency, basis, reason = queries.as_uuid(first(sent, "agency")), first(sent, "basis"), first(sent, "reason")
    sharing.share(viewer, entry_id, agency, basis, reason)


def _person(sent: Raw) -> UUID:
    """The account picked, or the one whose email was typed. Raises NotDone."""
    email = first(sent, "email")
    if email:
        found = Account.objects.filter(email=email.lower()).exclude(role=Role.LOADER).first()
        if found is None:
            raise NotDone("email", "Nobody here signs in with that email. Check it, or choose a name above.")
        return UUID(str(found.pk))
    picked = queries.as_uuid(first(sent, "person"))
    if picked is None:
        raise NotDone("person", "Choose a person, or type their email.")
    return picked


REASON = Asked("reason", "Why?", hint="Those who see the record, and the information guardian, read this.")
PERSON = Asked("person", "Who?", "pick", "People of the agencies that work with the child.")
EMAIL = Asked("email", "Or the email with which they sign in", "email", "For somebody of another agency.")
ACTS: dict[str, Act] = {
    "close": Act(
        "Restrict or seal this record",
        "A restricted record is for the people whom you name. Others find the name, and a duty desk to call. "
        "A sealed record shows others nothing at all, not even that it exists.",
        "Restrict or seal it",
        (
            Asked("level", "How far is it closed?", "choice"),
            Asked("named", "Who goes on seeing it?", "ticks", "You do yourself. Name at least who holds what is owed."),
            Asked("desk", "Whose duty desk do others call?", "pick", "Not asked for a sealed record."),
            REASON,
        ),
        _close,
        "It is done. The people whom you named see the record, and nobody else.",
        warns=True,
    ),
    "open": Act(
        "Open this record again",
        "Every agency that works with the child sees the record again, save what is limited by its kind.",
        "Open the record",
        (Asked("reason", "What has changed?", hint=REASON.hint),),
        _open,
        "The record is open to those who work with the child.",
        again=True,
    ),
    "propose": Act(
        "Propose to open this sealed record",
        "It takes two people. Once you have proposed it, another manager or co-ordinator who sees the record, or the "
        "information guardian, carries it out.",
        "Propose it",
        (Asked("level", "How far is it to be open?", "choice"), Asked("reason", "What has changed?", hint=REASON.hint)),
        _propose,
        "You have proposed it. Somebody else carries it out.",
        again=True,
    ),
    "name": Act(
        "Let somebody see this record",
        "They see it from now on, whatever their agency, until somebody ends it.",
        "Let them see it",
        (PERSON, EMAIL, Asked("reason", "Why do they need to see it?", hint=REASON.hint)),
        _name,
        "They see the record from now on.",
        again=True,
    ),
    "deny": Act(
        "Keep this record from somebody",
        "They find nothing here any more, whatever else they were given. They are not told. Only the information "
        "guardian ends it.",
        "Keep it from them",
        (PERSON, EMAIL, REASON),
        _deny,
        "The record is kept from them from now on.",
        warns=True,
        again=True,
    ),
    "conflict": Act(
        "Say that you have a conflict of interest",
        "For example, you are related to somebody here, or live next door. The record is kept from you at once, so "
        "that nobody can say that you looked. Only the information guardian ends it.",
        "Keep this record from me",
        (Asked("reason", "What is the connection?", hint="The information guardian reads this."),),
        _conflict,
        "The record is kept from you. The information guardian can see why.",
        inside=False,
        managers=False,
        warns=True,
    ),
    "emergency": Act(
        "Open this record in an emergency",
        "Use this when a child could come to harm before anybody who may let you in can be reached. The information "
        "guardian is told now, and reviews it within three days. Everything that you open is written down.",
        "Open the record now",
        (
            Asked("reason", "What is the emergency, and what do you need to see?", hint="The guardian reads this."),
            Asked("hours", "For how long do you need it?", "choice"),
        ),
        _emergency,
        "The record is open to you for the time that you chose.",
        inside=False,
        managers=False,
        warns=True,
    ),
    "join": Act(
        "Ask to see this record",
        "A manager or co-ordinator of those who work with the child answers, with a reason. You see the answer on this "
        "child’s page.",
        "Ask",
        (Asked("reason", "How does your agency work with the child?", hint="Whoever answers reads this."),),
        _join,
        "They have been asked. You see the answer here.",
        inside=False,
        managers=False,
    ),
}


ENTRY_ACTS: dict[str, Act] = {
    "seal": Act(
        "Seal this entry",
        "It is for whoever wrote it and for the people whom you name. Others see the record as if it were not there. "
        "Opening it again takes two people.",
        "Seal the entry",
        (Asked("named", "Who else sees it?", "ticks", "You do yourself, and whoever wrote it."), REASON),
        _seal_entry,
        "The entry is sealed.",
        warns=True,
    ),
    "propose": Act(
        "Propose to open this sealed entry",
        ACTS["propose"].lede,
        "Propose it",
        (Asked("reason", "What has changed?", hint=REASON.hint),),
        _propose_entry,
        "You have proposed it. Somebody else carries it out.",
        again=True,
    ),
    "share": Act(
        "Share this entry with another agency",
        "Everybody there whose role works with children sees this entry from now on, and nothing else of the record. "
        "That it was shared is written on the child’s record. If a child may come to harm, share at once.",
        "Share the entry",
        (
            Asked("agency", "With which agency?", "pick"),
            Asked("basis", "On what basis?", "choice"),
            Asked("reason", "Why do they need to know?", hint="It is written on the child’s record."),
        ),
        _share_entry,
        "The entry is shared.",
        managers=False,
        shows=True,
        otherwise="It is not shared outside the circle. Take it out of the reason; where the entry holds it, make a "
        "document without it instead.",
    ),
}


def asks_again(acts: Mapping[str, Act], act: str) -> bool:
    """Whether an act opens a record further, or decides about somebody by name."""
    return act in acts and acts[act].again


def options(viewer: Viewer, subject_id: UUID, act: str, ask: Asked) -> list[Option]:
    """What can be chosen for a question."""
    if ask.name == "basis":
        return [Option(value, label) for value, label in SHARING_BASES.items()]
    if ask.name == "agency":
        rows = Agency.objects.exclude(pk__in=_around(subject_id)).select_related("area")
        return [Option(str(one.pk), f"{one.name}, {one.area.name}") for one in rows.order_by("area__name", "name")]
    if ask.name == "hours":
        return [Option(str(hours), f"{hours} hours") for hours in naming.EMERGENCIES]
    if ask.name == "level" and act == "close":
        return [
            Option(Level.RESTRICTED.value, "Restricted", "Others find the name, and a duty desk to call."),
            Option(Level.SEALED.value, "Sealed", "Others find nothing. Opening it again takes two people."),
        ]
    if ask.name == "level":
        return [
            Option(Level.RESTRICTED.value, "Restricted", "To the people named, with a duty desk for others."),
            Option(Level.OPEN.value, "Open", "To every agency that works with the child."),
        ]
    if ask.name == "desk":
        return [Option(str(one.pk), f"{one.name}, {one.agency.name}, {one.duty_phone}") for one in _desks(subject_id)]
    if ask.name in ("person", "named"):
        return [
            Option(str(one.pk), f"{one.name}, {one.team}") for one in _people(subject_id) if one.pk != viewer.account_id
        ]
    return []


def _around(subject_id: UUID) -> list[UUID]:
    return list(Circle.objects.filter(subject_id=subject_id).values_list("agency_id", flat=True))


def _people(subject_id: UUID) -> list[Account]:
    """Those of the circle's agencies whose role works with children."""
    return list(
        Account.objects.filter(team__agency__in=_around(subject_id), is_active=True, role__in=CASE_ROLES).order_by(
            "team__agency__name", "name"
        )
    )


def _desks(subject_id: UUID) -> list[Team]:
    rows = Team.objects.filter(agency__in=_around(subject_id)).exclude(duty_phone="").select_related("agency")
    return list(rows.order_by("agency__name", "name"))
