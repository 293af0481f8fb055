"""Read a procedure's ``language.yaml``, strictly: every line must be able to match, every class must be there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .language import GAP, Language, Phrase
from .pack import Item, PackList
from .reading import Lines, PackError

if TYPE_CHECKING:
    from .loader import Reader

LIST_ID = "language"
"""The list that people read: made of the phrases, so that the words stand in one place."""
MOST_PLACES, MOST_GAPS = 10, 2
_PLAIN = re.compile(r"^[a-z0-9]+(?:'[a-z0-9]+)*$")
_CLASS = re.compile(r"^<([a-z]+)>$")
_PHRASE_KEYS = {"id", "label", "group", "cites", "own", "catch", "leave", "better", "why"}


def read_language(reader: Reader) -> Language:
    """Return the phrases of a pack; one without the file has none. Raises PackError."""
    name = "language.yaml"
    if not (reader.folder / name).exists():
        return Language()
    head = reader.mapping(name, {"title", "says", "cites", "words", "phrases"}, "the language")
    words = _classes(reader, head)
    phrases: dict[str, Phrase] = {}
    for row in reader.rows(head, "phrases", "the language"):
        reader.as_mapping(row, _PHRASE_KEYS, "a phrase", head.place("phrases"))
        phrase = _phrase(reader, row, words)
        if phrase.id in phrases:
            raise PackError(row.place("id"), f"phrase '{phrase.id}' stands twice; expected it once")
        phrases[phrase.id] = phrase
    return Language(
        reader.text(head, "title", "the language"), reader.optional(head, "says"),
        reader.cites(head, "the language"), words, tuple(phrases.values()),
    )  # fmt: skip


def as_list(language: Language) -> PackList:
    """Return the phrases as a list of the pack, each with its better words and the reason."""
    items = tuple(
        Item(p.id, p.label, f"Better: {_joined(p.better, p.why)}", p.group, p.cites, p.own) for p in language.phrases
    )
    return PackList(LIST_ID, language.title, language.cites, items, language.says)


def spelt_out(guard: Lines, language: Language) -> Lines:
    """Return a guard whose tests hold the lines of each phrase in place of its id (``blames``). Raises PackError."""
    given = guard.get("when")
    rows = [_spelt_out(row, language) for row in (given if isinstance(given, list) else [given])]
    return _copied(guard, {"when": rows if isinstance(given, list) else rows[0]})


def _spelt_out(row: Any, language: Language) -> Any:
    if not isinstance(row, Lines):
        return row
    tests = {name: wanted for name, wanted in row.items() if isinstance(wanted, Lines) and "blames" in wanted}
    return _copied(
        row,
        {
            name: _copied(test, {"blames": _named(test["blames"], language, test.place("blames"))})
            for name, test in tests.items()
        },
    )


def _copied(row: Lines, changed: Mapping[str, Any]) -> Lines:
    out = Lines({**row, **{name: value for name, value in changed.items() if name in row}})
    out.where, out.places = row.where, row.places
    return out


def _named(ids: Any, language: Language, place: str) -> dict[str, Any]:
    known = {phrase.id: phrase for phrase in language.phrases}
    if not isinstance(ids, list) or not ids:
        raise PackError(place, "'blames' takes a list of phrases; expected ids of language.yaml")
    for one in ids:
        if one not in known:
            raise PackError(place, f"there is no phrase '{one}'; expected one of {', '.join(known) or 'language.yaml'}")
    chosen = [known[one] for one in ids]
    return {
        "words": {name: list(some) for name, some in language.words.items()},
        "phrases": [[phrase.id, list(phrase.catch), list(phrase.leave)] for phrase in chosen],
    }


def _joined(better: str, why: str) -> str:
    return f"{better.rstrip('.')}. {why}"


def _classes(reader: Reader, head: Lines) -> dict[str, tuple[str, ...]]:
    rows = head.get("words") or Lines()
    if not isinstance(rows, Lines):
        raise PackError(head.place("words"), "'words' of the language is not a mapping; expected a class to its words")
    out = {}
    for name, given in rows.items():
        if not _CLASS.match(f"<{name}>"):
            raise PackError(rows.place(name), f"'{name}' is not the name of a class; expected small letters")
        options = str(given).split("/") if given is not None else []
        for one in options or [""]:
            _plain_word(one, rows.place(name))
        out[name] = tuple(options)
    return out


def _phrase(reader: Reader, row: Lines, words: Mapping[str, Any]) -> Phrase:
    what = f"phrase '{reader.identifier(row, 'a phrase')}'"
    catch = _lines(reader, row, "catch", what, words)
    if not catch:
        raise PackError(row.place("catch"), f"{what} catches nothing; expected at least one line")
    return Phrase(
        row["id"], reader.text(row, "label", what), reader.text(row, "better", what), reader.text(row, "why", what),
        catch, _lines(reader, row, "leave", what, words), reader.optional(row, "group"),
        reader.cites(row, what) if "cites" in row else (), reader.flag(row, "own"),
    )  # fmt: skip


def _lines(reader: Reader, row: Lines, key: str, what: str, words: Mapping[str, Any]) -> tuple[str, ...]:
    given = reader.rows(row, key, what)
    for text in given:
        _check_line(str(text), row.place(key), words)
    return tuple(" ".join(str(text).split()) for text in given)


def _check_line(text: str, place: str, words: Mapping[str, Any]) -> None:
    parts = text.replace("-", " ").split()
    if not parts or GAP in (parts[0], parts[-1]):
        raise PackError(place, f"line '{text}' begins or ends with nothing to match; expected a word there")
    if len(parts) > MOST_PLACES or parts.count(GAP) > MOST_GAPS:
        raise PackError(place, f"line '{text}' is too long; expected {MOST_PLACES} places, {MOST_GAPS} of them '..'")
    for part in (part for part in parts if part != GAP):
        for one in part.split("/"):
            named = _CLASS.match(one)
            if named is None:
                _plain_word(one, place)
            elif named[1] not in words:
                raise PackError(place, f"there is no class '{named[1]}'; expected one of {', '.join(words) or 'words'}")


def _plain_word(word: str, place: str) -> None:
    if not _PLAIN.match(word):
        raise PackError(place, f"'{word}' is not a word in small letters; expected one, with / between alternatives")
