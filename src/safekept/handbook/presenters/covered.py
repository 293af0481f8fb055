"""What holds each paragraph of a procedure's source, and what is Safekept's own wording."""

from __future__ import annotations

import re
from dataclasses import dataclass

from safekept.procedures import Item, Pack, PackList, Paragraph
from safekept.procedures.coverage import State, coverage

from ..books import Book
from .rules import kind_title

TAGS = {
    State.HELD: "Held",
    State.PARTLY: "Held in part",
    State.OUTSIDE: "Not for software",
    State.NOT_YET: "Not there yet",
    State.UNACCOUNTED: "Unaccounted for",
}
_LIST = re.compile(r"^list (\S+?)(?: \(.*\)|, (\S+))?$")


@dataclass(frozen=True, slots=True)
class Holder:
    """One thing that holds a paragraph; ``address`` is empty where it has no page of its own here."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph: how far it is held, by what, who does what is not for software, and what lacks."""

    paragraph: Paragraph
    state: State
    tag: str
    holders: tuple[Holder, ...]
    outside: str
    who: str
    lacks: str


def rows(book: Book) -> list[Row]:
    """Every paragraph in the order of the source."""
    return [
        Row(
            row.paragraph, row.state, TAGS[row.state], tuple(_holder(book, one) for one in row.holders),
            row.outside, row.who, row.lacks,
        )
        for row in coverage(book.pack)
    ]  # fmt: skip


def counts(found: list[Row]) -> list[tuple[str, str, int]]:
    """Each state that occurs (and those held): its word in addresses, its tag, how many paragraphs."""
    counted = {state: sum(row.state is state for row in found) for state in State}
    return [(state.name.lower(), TAGS[state], number) for state, number in counted.items() if number]


def _holder(book: Book, told: str) -> Holder:
    """What coverage says in a few words, as a link where it has a page."""
    what, _, name = told.partition(" ")
    pack = book.pack
    if what == "rule" and (rule := pack.rule(name)) is not None:
        return Holder(f"Rule: {rule.title}", book.link("procedure-rule", rule_id=name))
    if what == "guard":
        says = next(guard.says for guard in pack.guards if guard.id == name)
        return Holder(f"Look again: {says}", book.link("procedure-guard", guard_id=name))
    if what == "prompt":
        says = next(prompt.say for prompt in pack.prompts if prompt.id == name)
        return Holder(f"Reminder: {says}", f"{book.link('procedure-reminders')}#{name}")
    if what in ("meeting", "letter"):
        listed = pack.lists[f"{what}s"]
        return Holder(f"{what.capitalize()}: {listed.label(name)}", _at(book, listed, name))
    if what == "list" and (found := _LIST.match(told)) is not None and found[1] in pack.lists:
        listed, item = pack.lists[found[1]], found[2]
        return Holder(f"List: {listed.title}{f', ‘{listed.label(item)}’' if item else ''}", _at(book, listed, item))
    return Holder(f"Entry: {kind_title(name)}" if what == "record" else f"{what.capitalize()}: {name}")


def _at(book: Book, listed: PackList, item: str | None) -> str:
    return book.link("procedure-list", list_id=listed.id) + (f"#{item}" if item else "")


@dataclass(frozen=True, slots=True)
class OwnWording:
    """A list that holds wording of Safekept's own: all of it, or some items."""

    list: PackList
    whole: bool
    items: tuple[Item, ...]


def own_wording(pack: Pack) -> list[OwnWording]:
    """Lists whose words are Safekept's and not the source's, wholly or in part."""
    found = (
        OwnWording(listed, listed.own_words, tuple(one for one in listed.items if listed.own_words or one.own))
        for listed in pack.lists.values()
        if listed.id != "known-gaps"
    )
    return [one for one in found if one.items]


def gaps(pack: Pack) -> tuple[Item, ...]:
    """What the published text names and does not hold, with what stands in its place."""
    return pack.lists["known-gaps"].items if "known-gaps" in pack.lists else ()
