"""Keeping an address or a contact apart, showing it to somebody who says why, and looking for it in texts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from safekept.access import problems, reading, statements
from safekept.access.locked import KeysProblem, NotOpened, lock, unlock
from safekept.access.policy import KEPT_APART
from safekept.access.problems import NotDone, said
from safekept.access.sql import asking, first_wall
from safekept.access.viewer import Viewer, current_sight, current_viewer
from safekept.linking import normalise
from safekept.record.models import Entry
from safekept.record.queries import mentioned_by, words_of
from safekept.redaction import Secret, Sort, held
from safekept.redaction.canaries import needles
from safekept.register.models import Thing

from .models import KeptApart

PURPOSE = "To know what is kept apart"
WITHOUT_TEXT = ("locked",)
ANYTHING = (
    "SELECT 1 FROM vault_keptapart AS k WHERE k.subject_id = %(subject)s AND k.ended_at IS NULL "  # noqa: S608
    f"AND {first_wall(KEPT_APART, 'k')} LIMIT 1"
)
TAKE_OUT = "Take the address or the contact out of the reason: others read this, and it stands there unlocked."
LONGEST = 1_000
"""Characters of one address or contact."""


class HoldsKeptApart(Exception):
    """What was written holds what is kept apart; ``sorts`` says in words what that is."""

    def __init__(self, sorts: str) -> None:
        super().__init__(f"This holds something that is kept apart ({sorts}).")
        self.sorts = sorts


class Written:
    """What was written inside ``kept_out``: entries, and other texts. An entry is read only where it comes to that."""

    def __init__(self) -> None:
        self.people: set[UUID] = set()
        self._texts: list[str] = []
        self._entries: list[tuple[Entry, list[tuple[UUID, str]]]] = []

    def add(self, *texts: str) -> None:
        """Texts that were written."""
        self._texts.extend(texts)

    def entry(self, entry: Entry) -> None:
        """An entry; nothing that is kept apart about those whom it names may stand in it either."""
        named = mentioned_by(entry)
        self._entries.append((entry, named))
        self.people.update(thing for thing, _ in named)

    @property
    def text(self) -> str:
        """All of it."""
        of_entries = (text for entry, named in self._entries for text in words_of(entry, named))
        return "\n".join([*self._texts, *of_entries])


@dataclass(frozen=True)
class New:
    """What is to be kept apart, as typed."""

    what: str
    text: str
    why: str
    kept_from: Collection[UUID] = ()


def listed(subject_id: UUID) -> list[KeptApart]:
    """What is and was kept apart about somebody, as far as the viewer may know of it; never its text."""
    return list(KeptApart.objects.filter(subject_id=subject_id).defer(*WITHOUT_TEXT))


def anything(subject_id: UUID) -> bool:
    """Whether anything is kept apart now that the viewer may know of."""
    return bool(statements.rows(ANYTHING, asking(current_viewer().asker) | {"subject": subject_id}))


def keep(viewer: Viewer, subject_id: UUID, new: New) -> KeptApart:
    """Keep it apart from now on. What was written elsewhere before stays there. Raises NotDone."""
    if new.what not in KeptApart.What:
        raise NotDone("what", "Choose what it is.")
    row = KeptApart(
        subject_id=subject_id, what=new.what, why=said(new.why, "why", "Say why it is kept apart, in a sentence."),
        kept_from=list(new.kept_from), account_id=viewer.account_id,
    )  # fmt: skip
    text = _readable(row.sort, new.text.strip())
    if held(row.why, Secret("", row.sort, text)):
        raise NotDone("why", TAKE_OUT)
    with _reason_without_it(viewer, subject_id, row.why):
        people = Thing.objects.filter(pk__in=row.kept_from)
        problems.allow(people.count() == len(set(row.kept_from)), "Choose again whom it is kept from.")
        row.locked = _opened(lambda: lock(text.encode(), row.place))
        row.save(force_insert=True)
        reading.log(viewer, "Kept an address apart", [subject_id, row.pk])
    return row


def show(viewer: Viewer, subject_id: UUID, row_id: UUID, why: str) -> tuple[KeptApart, str]:
    """The text, for somebody who says why; that is written down first, as a purpose of its own. Raises NotDone."""
    reason = said(why, "why", "Say why you need it now, in a sentence. It is written down.")
    row: KeptApart | None = KeptApart.objects.filter(pk=row_id, subject_id=subject_id).first()
    if row is None:
        raise NotDone("", "There is nothing kept apart here that you may see.")
    told = replace(viewer, purpose=f"{PURPOSE}: {reason}")
    with _reason_without_it(viewer, subject_id, reason):
        reading.log(told, "Showed what is kept apart", [subject_id, row.pk])
    return row, _opened(lambda: unlock(bytes(row.locked), row.place)).decode()


def end(viewer: Viewer, subject_id: UUID, row_id: UUID, why: str) -> None:
    """It need not be kept apart any more. Raises NotDone."""
    reason = said(why, "why", "Say why it need not be kept apart any more, in a sentence.")
    rows = KeptApart.objects.filter(pk=row_id, subject_id=subject_id)
    with _reason_without_it(viewer, subject_id, reason):
        problems.end(viewer, rows, "It is kept apart no more already.", ended_why=reason)


def secrets(*subject_ids: UUID) -> list[Secret]:
    """All that is kept apart now about somebody, to be looked for; never shown. Raises NotDone where one stays shut."""
    return [_secret(row) for row in _current(*subject_ids)]


def _current(*subject_ids: UUID) -> QuerySet[KeptApart]:
    return KeptApart.objects.filter(subject_id__in=subject_ids, ended_at=None)


@contextmanager
def kept_out(viewer: Viewer, subject_id: UUID | None) -> Iterator[Written]:
    """Undo what is written inside where it holds what is kept apart about its subject or somebody whom it names.

    What was written is added inside, and nothing else, for it is looked through last, so that an address cannot be
    tried out: a wrong guess stays on the record, a right one in the reading log. Raises HoldsKeptApart; never for
    somebody who may not know that something is kept apart, nor where a lock does not open: what is urgent is recorded
    all the same. Never inside another one, nor inside a savepoint that its error undoes: the row of the log would go
    as well.
    """
    sight = current_sight()
    logged = set(sight.logged) if sight is not None else set()
    subject = set() if subject_id is None else {subject_id}
    kept, written = _sorts(subject), Written()
    try:
        with transaction.atomic():
            yield written
            kept |= _sorts(written.people - subject)
            if kept:
                _look_for(kept, written.text)
    except HoldsKeptApart:
        if sight is not None:
            sight.logged.intersection_update(logged)  # what was written down meanwhile is undone
        reading.log(viewer, "Tried to record what is kept apart", [*subject])
        raise


def _sorts(people: Collection[UUID]) -> dict[Secret, str]:
    """What is kept apart about some people now, each with what it is."""
    try:
        return {_secret(row): row.get_what_display().lower() for row in _current(*people)} if people else {}
    except NotDone:
        return {}


def _look_for(kept: Mapping[Secret, str], written: str) -> None:
    """Raises HoldsKeptApart where one stands in a text."""
    if found := [sort for secret, sort in kept.items() if held(written, secret)]:
        raise HoldsKeptApart(", ".join(dict.fromkeys(found)))


@contextmanager
def _reason_without_it(viewer: Viewer, subject_id: UUID, reason: str) -> Iterator[None]:
    """A reason is read by others, where the address is not to be. Raises NotDone."""
    try:
        with kept_out(viewer, subject_id) as written:
            yield
            written.add(reason)
    except HoldsKeptApart:
        raise NotDone("why", TAKE_OUT) from None


def _secret(row: KeptApart) -> Secret:
    text = _opened(lambda: unlock(bytes(row.locked), row.place)).decode()
    return Secret(str(row.pk), row.sort, text, frozenset(map(str, row.kept_from)))


def _opened(does: Callable[[], bytes]) -> bytes:
    try:
        return does()
    except (NotOpened, KeysProblem) as problem:
        raise NotDone("", f"What is kept apart cannot be opened now. Tell whoever runs Safekept: {problem}") from None


def _readable(sort: Sort, text: str) -> str:
    """The text, where it can be found again in other texts. Raises NotDone."""
    if not text:
        raise NotDone("apart", "Type the address or the contact.")
    if len(text) > LONGEST or "\x00" in text:
        raise NotDone("apart", f"Use {LONGEST:,} characters or fewer: one address or contact, and nothing else.")
    if sort is Sort.PHONE and (normalise("phone", text).error or sum(map(str.isdigit, text)) < 10):
        raise NotDone("apart", "Type the whole phone number, with its area code, like 07700 900123.")
    if not needles(Secret("", sort, text)):
        raise NotDone("apart", "That is too short to be told from other words. Type all of it.")
    return text
