"""Adding things, and what is learnt about them later."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction

from safekept.access import circles, statements
from safekept.access.viewer import Viewer
from safekept.directory.models import Area
from safekept.linking import Known, normalise
from safekept.register import sought
from safekept.register.facts import NewThing, ThingRefused, check
from safekept.register.indexing import index_thing, known
from safekept.register.models import Identifier, SafeContact, Thing, ThingName
from safekept.register.scope import all_or_nothing, seen_as
from safekept.register.walls import reach_of

__all__ = ["NewThing", "ThingRefused", "add_identifier", "add_name", "add_thing", "changeable", "set_safe_contact"]

NOT_YOURS = "Your agency is not among those that work with this child. Report a concern first, or ask the co-ordinator."


def add_thing(viewer: Viewer, new: NewThing) -> Thing:
    """Add somebody or something, with its circle: the viewer's agency and its area's own.

    A child whose area is not known counts as of the viewer's area, whose procedure then speaks, until it is known.

    Raises ThingRefused with every error at once. ``warnings`` on the answer are sentences to show.
    """
    with all_or_nothing(viewer):
        read = check(new, frozenset(Area.objects.values_list("slug", flat=True)))
        area = new.area or (viewer.area if new.kind == "child" else "")
        thing_id = _id_for(viewer, new)
        if (before := _added_before(new, thing_id, read.label)) is not None:
            return before
        thing = Thing(
            id=thing_id,
            kind=new.kind,
            label=read.label,
            born=read.born,
            born_precision=read.born_precision,
            sex=new.sex,
            area_id=area or None,
            description=new.description.strip(),
            created_by_id=viewer.account_id,
            agency_id=viewer.agency_id,
        )
        _allow(viewer, viewer.works_cases or viewer.is_loader, "Your role does not add people or things.")
        thing = _added(thing, new)
        circles.surround(viewer, thing.pk, area or None, new.host_areas)
        names = read.names or ((read.label, ThingName.Kind.NAME),)
        ThingName.objects.bulk_create([ThingName(thing=thing, name=name, kind=kind) for name, kind in names])
        Identifier.objects.bulk_create(
            [_identifier(thing, scheme, text, value.value) for scheme, text, value in read.identifiers]
        )
        if new.safe_contact.strip():
            set_safe_contact(viewer, thing.pk, new.safe_contact)
        told = known(thing, tuple(n for n, _ in names), tuple((s, v.value) for s, _, v in read.identifiers))
        index_thing(thing.pk, told)
        sought.tell(told, sought.ADDED)
    thing.warnings = [value.warning for _, _, value in read.identifiers if value.warning]  # type: ignore[attr-defined]
    return thing


def _id_for(viewer: Viewer, new: NewThing) -> UUID:
    """The id of a new thing: with a client's key, one that nobody but this viewer's same key leads to."""
    return uuid5(viewer.account_id, str(new.client_key)) if new.client_key else uuid4()


def _added_before(new: NewThing, thing_id: UUID, label: str) -> Thing | None:
    """What was added with the same key before; whoever hands it in at the same moment waits. Raises ThingRefused."""
    if new.client_key is None:
        return None
    statements.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(thing_id)])
    before: Thing | None = Thing.objects.filter(pk=thing_id).first()
    if before is None:
        return None
    said = (new.kind, label, new.sex, new.description.strip())
    if (before.kind, before.label, before.sex, before.description) != said:
        raise ThingRefused([("client_key", "Something else was added with this key before. Use a new one.")])
    before.warnings = []  # type: ignore[attr-defined]
    return before


def _added(thing: Thing, new: NewThing) -> Thing:
    """Save it; where its key led to something that is hidden by now, as if that had never been."""
    try:
        with transaction.atomic():
            thing.save(force_insert=True)
    except IntegrityError:
        if new.client_key is None:
            raise
        thing.pk = uuid4()
        thing.save(force_insert=True)
    return thing


def add_name(viewer: Viewer, thing_id: UUID, name: str, kind: str = "name") -> ThingName:
    """Add a name that somebody or something also goes by. Raises ThingRefused."""
    with all_or_nothing(viewer):
        thing = changeable(viewer, thing_id)
        check(NewThing(thing.kind, [(name, kind)]), frozenset())
        row = ThingName(thing=thing, name=name.strip(), kind=kind)
        row.save(force_insert=True)
        index_thing(thing.pk, Known(str(thing.pk), thing.kind, (row.name,)))
    return row


def add_identifier(viewer: Viewer, thing_id: UUID, scheme: str, text: str) -> Identifier:
    """Add a phone, plate, number or address of a thing, keeping it as typed. Raises ThingRefused."""
    read = normalise(scheme, text)
    if read.error:
        raise ThingRefused([(scheme, read.error)])
    with all_or_nothing(viewer):
        thing = changeable(viewer, thing_id)
        row = _identifier(thing, scheme, text.strip(), read.value)
        row.save(force_insert=True)
        index_thing(thing.pk, Known(str(thing.pk), thing.kind, identifiers=((scheme, read.value),)))
    return row


def set_safe_contact(viewer: Viewer, thing_id: UUID, text: str) -> SafeContact:
    """Write how a child can be reached safely; what was written before stays in the history. Raises ThingRefused."""
    with seen_as(viewer):
        _allow(viewer, bool(viewer.is_loader or circles.may_see_record(viewer, thing_id)), NOT_YOURS)
        row = SafeContact(thing_id=thing_id, text=text.strip(), account_id=viewer.account_id)
        row.save(force_insert=True)
    return row


def _identifier(thing: Thing, scheme: str, text: str, value: str) -> Identifier:
    return Identifier(
        thing=thing, scheme=scheme, value=text[:300], normalised=value[:300], reach=reach_of(thing.kind, scheme)
    )


def changeable(viewer: Viewer, thing_id: UUID) -> Thing:
    """A thing that the viewer may add to or put right. Raises ThingRefused."""
    thing: Thing | None = Thing.objects.filter(pk=thing_id).first()
    if thing is None:
        raise ThingRefused([("thing", "There is nothing here that you can add to. Search for it again.")])
    if thing.kind == "child" and not viewer.is_loader:
        _allow(viewer, bool(circles.may_see_record(viewer, thing_id)), NOT_YOURS)
    return thing


def _allow(viewer: Viewer, allowed: bool, sentence: str) -> None:
    if not allowed:
        raise ThingRefused([("thing", sentence)])
