"""What an entry changed in what is owed: the position without it against the position with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from safekept.procedures import Breach, Obligation, Position

DONE = ("met", "met-late")
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Effects:
    """The difference one entry made."""

    meets: tuple[Obligation, ...]
    partly: tuple[Obligation, ...]
    owed: tuple[Obligation, ...]
    again: tuple[Obligation, ...]
    """Owed once more: what had met it, in part or whole, counts no more."""
    ended: tuple[Obligation, ...]
    look_again: tuple[Breach, ...]

    def __bool__(self) -> bool:
        return bool(self.meets or self.partly or self.owed or self.again or self.ended or self.look_again)


def effects(before: Position, after: Position, entry_id: str) -> Effects:
    """What changed between the record as known just before an entry and as known with it."""
    old, new = _by_key(before), _by_key(after)
    changed = [duty for key, duty in new.items() if _state(old.get(key)) != _state(duty)]
    known = [(old[_key(duty)], duty) for duty in changed if _key(duty) in old and _still(duty)]
    return Effects(
        meets=tuple(d for d in changed if d.status in DONE),
        partly=tuple(d for was, d in known if _nearer(was, d)),
        owed=tuple(d for d in changed if _key(d) not in old and _still(d)),
        again=tuple(d for was, d in known if not _nearer(was, d)),
        ended=tuple(d for d in changed if d.status == "lapsed"),
        look_again=tuple(breach for breach in after.breaches if breach.entry == entry_id),
    )


def _nearer(was: Obligation, duty: Obligation) -> bool:
    """Whether a duty that was owed before and is owed still now lacks less."""
    return _still(was) and bool(duty.missing) and (not was.missing or set(duty.missing) < set(was.missing))


def _still(duty: Obligation) -> bool:
    return duty.status in ("open", "overdue")


def _state(duty: Obligation | None) -> tuple[str, tuple[str, ...]] | None:
    return None if duty is None else ("open" if _still(duty) else duty.status, duty.missing)


def _key(duty: Obligation) -> Key:
    return (duty.rule, duty.root, duty.pack)


def _by_key(position: Position) -> dict[Key, Obligation]:
    return {_key(duty): duty for duty in position.obligations}
