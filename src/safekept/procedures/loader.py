"""Load a pack from its folder, strictly.

Unknown and duplicate keys, references that do not resolve and values outside a closed list are
refused with one :class:`PackError` that names file, line, key and what was expected.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES, SUBJECT_KINDS

from .answers import read_answers
from .coverage import read_held_by
from .dispatch import SetOff
from .entry_tests import Test, compile_test, parse_duration
from .facts import Fact, compile_fact
from .head import read_leads, read_version
from .language import Language
from .language_file import LIST_ID, as_list, read_language, spelt_out
from .pack import (
    Anchor,
    Guard,
    Item,
    OwnerCase,
    Pack,
    PackList,
    Paragraph,
    PromptRule,
    Rule,
    Stage,
    Trigger,
    Wanted,
)  # fmt: skip
from .reading import Lines, PackError, read_yaml, refuse_unknown_keys
from .sources import read_defects, read_paragraphs

_ID = re.compile(r"^[a-z0-9][a-z0-9-]*$")
_ITEM_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9.-]*$")


def load_pack(folder: Path) -> Pack:
    """Load the pack in ``folder``; raises :class:`PackError`."""
    reader = Reader(folder)
    head = reader.mapping("pack.yaml", {"id", "version", "title", "published", "says", "stages", "leads"}, "a pack")
    reader.paragraphs = read_paragraphs(reader)
    language = reader.language = read_language(reader)
    rules = tuple(reader.each("rules", reader.rule))
    guards = tuple(reader.each("guards", reader.guard))
    lists = _lists(reader, language)
    stages = tuple(reader.stage(row) for row in reader.rows(head, "stages", "a pack"))
    return Pack(
        id=reader.identifier(head, "a pack"),
        version=read_version(reader, head),
        hash=reader.hash(),
        title=reader.text(head, "title", "a pack"),
        published=reader.text(head, "published", "a pack"),
        says=reader.text(head, "says", "a pack"),
        rules=rules,
        guards=guards,
        prompts=tuple(reader.each("prompts", reader.prompt)),
        stages=stages,
        lists=lists,
        answers=read_answers(reader, lists),
        language=language,
        paragraphs=reader.paragraphs,
        defects=tuple(read_defects(reader)),
        rules_set_off=SetOff(rules),
        guards_set_off=SetOff(guards),
        leads=read_leads(reader, head),
        stages_by_kind=_by_kind((i, t) for i, s in enumerate(stages) for t in s.triggers),
        held_by=read_held_by(folder / "coverage.yaml", f"{folder.name}/coverage.yaml", reader.paragraphs),
    )


def _lists(reader: Reader, language: Language) -> dict[str, PackList]:
    found = {li.id: li for li in reader.each("lists", reader.listing)}
    if not language.phrases:
        return found
    if LIST_ID in found:
        raise PackError(
            reader.shown(reader.folder / "lists"), f"list '{LIST_ID}' is made of language.yaml; take it out"
        )
    return found | {LIST_ID: as_list(language)}


def _by_kind(pairs: Iterable[tuple[Any, Trigger]]) -> Mapping[str, tuple[tuple[Any, Trigger], ...]]:
    out: dict[str, list[tuple[Any, Trigger]]] = defaultdict(list)
    for owner, trigger in pairs:
        out[trigger.kind].append((owner, trigger))
    return {kind: tuple(rows) for kind, rows in out.items()}


def _plain(row: Lines) -> dict[str, frozenset[object]]:
    """Return the fields that a test compares with a plain value or a list of them."""
    return {
        name: frozenset(value if isinstance(value, list) else [value])
        for name, value in row.items()
        if name not in ("kind", "agency", "lasts") and not isinstance(value, Mapping)
    }


def data_files(folder: Path) -> dict[str, Path]:
    """Return the files that a pack is made of, by their names in it: all but its scenarios."""
    found = {path.relative_to(folder): path for path in sorted(folder.rglob("*.yaml"))}
    return {name.as_posix(): path for name, path in found.items() if "scenarios" not in name.parts}


class Reader:
    """Reads the files of one pack; every complaint goes out as a :class:`PackError`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paragraphs: Mapping[str, Paragraph] = {}
        self.language = Language()

    def files(self, sub: str) -> list[Path]:
        return sorted((self.folder / sub).glob("*.yaml"))

    def hash(self) -> str:
        """Return a digest over names and bytes of every data file of the pack."""
        digest = hashlib.sha256()
        for name, path in data_files(self.folder).items():
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
        return f"sha256:{digest.hexdigest()}"

    def shown(self, path: Path) -> str:
        return f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"

    def mapping(self, name: str, keys: set[str], what: str) -> Lines:
        path = self.folder / name
        return self.as_mapping(read_yaml(path, self.shown(path)), keys, what, self.shown(path))

    def as_mapping(self, row: Any, keys: set[str], what: str, where: str) -> Lines:
        if not isinstance(row, Lines):
            raise PackError(where, f"{what} is a mapping; expected keys {', '.join(sorted(keys))}")
        refuse_unknown_keys(row, keys, what)
        return row

    def listed(self, path: Path, what: str) -> list[Any]:
        """Read a file that must hold a list."""
        rows = read_yaml(path, self.shown(path))
        if not isinstance(rows, list):
            raise PackError(f"{self.shown(path)}, line 1", f"expected a list of {what}")
        return rows

    def each(self, sub: str, build: Any) -> list[Any]:
        """Build every row of every file in a folder; ids must be unique in the folder."""
        out: dict[str, Any] = {}
        for path in self.files(sub):
            for row in self.listed(path, sub):
                built = build(row, self.shown(path))
                if built.id in out:
                    raise PackError(row.place("id"), f"id '{built.id}' stands twice in {sub}; expected it once")
                out[built.id] = built
        return list(out.values())

    def text(self, row: Lines, key: str, what: str) -> str:
        value = row.get(key)
        if not isinstance(value, str) or not value.strip():
            raise PackError(row.place(key), f"{what} needs '{key}'; expected text")
        return " ".join(value.split())

    def optional(self, row: Lines, key: str) -> str:
        value = row.get(key, "")
        if not isinstance(value, str):
            raise PackError(row.place(key), f"'{key}' is not text; expected text")
        return " ".join(value.split())

    def flag(self, row: Lines, key: str) -> bool:
        value = row.get(key, False)
        if not isinstance(value, bool):
            raise PackError(row.place(key), f"'{key}' is not true or false; expected one of them")
        return value

    def identifier(self, row: Lines, what: str, pattern: re.Pattern[str] = _ID) -> str:
        value = row.get("id")
        if not isinstance(value, str) or not pattern.match(value):
            raise PackError(
                row.place("id"), f"{what} needs an 'id' of small letters, digits and hyphens; got {value!r}"
            )
        return value

    def rows(self, row: Lines, key: str, what: str) -> list[Any]:
        value = row.get(key, [])
        if not isinstance(value, list):
            raise PackError(row.place(key), f"'{key}' of {what} is not a list; expected one")
        return value

    def cites(self, row: Lines, what: str) -> tuple[str, ...]:
        cited = self.rows(row, "cites", what)
        if not cited:
            raise PackError(row.place("cites"), f"{what} cites nothing; expected at least one paragraph")
        for cite in cited:
            if cite not in self.paragraphs:
                raise PackError(row.place("cites"), f"there is no paragraph '{cite}'; expected one of sources.yaml")
        return tuple(cited)

    def rule(self, row: Any, where: str) -> Rule:
        self.as_mapping(row, _RULE_KEYS, "a rule", where)
        what = f"rule '{self.identifier(row, 'a rule')}'"
        triggers = self.triggers(row, "when", what)
        kinds = [t.kind for t in triggers]
        wanted = self.wanted(row, "owes", what)
        owners = self.owners(row, what)
        return Rule(
            id=row["id"],
            title=self.text(row, "title", what),
            cites=self.cites(row, what),
            says=self.text(row, "says", what),
            subjects=self.subjects(row, what),
            triggers=triggers,
            where=self.fact(row, "where"),
            unless=self.fact(row, "unless"),
            wanted=wanted,
            timed="within" in row or "by" in row,
            kinds_owed=tuple(dict.fromkeys(w.kind for w in wanted)),
            owners=owners,
            simple=wanted[0] if len(wanted) == 1 and not wanted[0].parts else None,
            sole_owner=owners[0].owner if len(owners) == 1 and owners[0].owner != "trigger" else "",
            along=self.agencies(row, "with", what),
            anchor=self.anchor(row, what),
            within=parse_duration(row["within"], row.place("within")) if "within" in row else None,
            by_field=self.by_field(row, kinds),
            expected=parse_duration(row["expected"], row.place("expected")) if "expected" in row else None,
            lapses=self.wanted(row, "lapses", what) if "lapses" in row else (),
            lapse_says=self.optional(row, "lapse_says"),
            placed=self.flag(row, "placed"),
            urgent=self.flag(row, "urgent"),
            when_text=self.text(row, "reads", what),
            owes_text=self.optional(row, "owes_reads"),
            example=self.optional(row, "example"),
            written_at=row.place("id"),
            row=row,
        )

    def guard(self, row: Any, where: str) -> Guard:
        self.as_mapping(row, {"id", "cites", "when", "where", "says", "subject", "reads"}, "a guard", where)
        what = f"guard '{self.identifier(row, 'a guard')}'"
        row = spelt_out(row, self.language)
        return Guard(
            row["id"], self.cites(row, what), self.text(row, "says", what), self.subjects(row, what),
            self.triggers(row, "when", what), self.fact(row, "where"), self.optional(row, "reads"), row.place("id"),
        )  # fmt: skip

    def prompt(self, row: Any, where: str) -> PromptRule:
        self.as_mapping(row, {"id", "cites", "where", "after", "gone", "say", "subject"}, "a prompt", where)
        what = f"prompt '{self.identifier(row, 'a prompt')}'"
        return PromptRule(
            row["id"], self.cites(row, what), self.text(row, "say", what), self.subjects(row, what),
            self.fact(row, "where"), self.triggers(row, "after", what) if "after" in row else (),
            self.wanted(row, "gone", what) if "gone" in row else (), row.place("id"),
        )  # fmt: skip

    def stage(self, row: Any) -> Stage:
        self.as_mapping(row, {"id", "label", "when", "ends"}, "a stage", "pack.yaml")
        what = f"stage '{self.identifier(row, 'a stage')}'"
        return Stage(row["id"], self.text(row, "label", what), self.triggers(row, "when", what), self.flag(row, "ends"))

    def listing(self, row: Any, where: str) -> PackList:
        self.as_mapping(row, {"id", "title", "cites", "says", "own_words", "items"}, "a list", where)
        what = f"list '{self.identifier(row, 'a list')}'"
        items: dict[str, Item] = {}
        for item in self.rows(row, "items", what):
            self.as_mapping(item, {"id", "label", "hint", "group", "cites", "own"}, f"an item of {what}", where)
            key = self.identifier(item, f"an item of {what}", _ITEM_ID)
            if key in items:
                raise PackError(item.place("id"), f"item '{key}' stands twice in {what}; expected it once")
            items[key] = Item(
                key, self.text(item, "label", what), self.optional(item, "hint"), self.optional(item, "group"),
                self.cites(item, what) if "cites" in item else (), self.flag(item, "own"),
            )  # fmt: skip
        return PackList(
            row["id"], self.text(row, "title", what), self.cites(row, what), tuple(items.values()),
            self.optional(row, "says"), self.flag(row, "own_words"),
        )  # fmt: skip

    def subjects(self, row: Lines, what: str) -> tuple[str, ...]:
        value = row.get("subject", "child")
        names = tuple(value) if isinstance(value, list) else (value,)
        for name in names:
            if name not in SUBJECT_KINDS:
                raise PackError(row.place("subject"), f"'{name}' is not a subject; expected {', '.join(SUBJECT_KINDS)}")
        return names

    def agencies(self, row: Lines, key: str, what: str) -> tuple[str, ...]:
        names = tuple(self.rows(row, key, what))
        for name in names:
            self.agency(name, row.place(key))
        return names

    def agency(self, name: Any, place: str) -> str:
        if name not in AGENCIES and name != "trigger":
            raise PackError(place, f"'{name}' is not an owner; expected 'trigger' or one of {', '.join(AGENCIES)}")
        return str(name)

    def owners(self, row: Lines, what: str) -> tuple[OwnerCase, ...]:
        value = row.get("owner")
        if value is None:
            raise PackError(row.place("id"), f"{what} has no owner; expected 'owner' with a kind of agency")
        if not isinstance(value, list):
            return (OwnerCase(self.agency(value, row.place("owner"))),)
        cases = []
        for case in value:
            self.as_mapping(case, {"where", "is", "reads"}, f"an owner of {what}", row.place("owner"))
            owner = self.agency(case.get("is"), case.place("is"))
            cases.append(OwnerCase(owner, self.fact(case, "where"), self.optional(case, "reads")))
        if not cases or cases[-1].where is not None:
            raise PackError(row.place("owner"), f"the last owner of {what} has a condition; expected one without")
        return tuple(cases)

    def triggers(self, row: Lines, key: str, what: str) -> tuple[Trigger, ...]:
        return tuple(Trigger(kind, test, _plain(one)) for kind, test, one in self.tested(row, key, what))

    def tested(self, row: Lines, key: str, what: str) -> list[tuple[str, Test | None, Lines]]:
        value = row.get(key)
        rows = value if isinstance(value, list) else [value]
        out: list[tuple[str, Test | None, Lines]] = []
        for one in rows:
            if not isinstance(one, Lines):
                raise PackError(row.place(key), f"'{key}' of {what} is not a mapping with 'kind'; expected one")
            kind = self.kind(one, what)
            out.append((kind, compile_test(one, one.where, [kind]) if len(one) > 1 else None, one))
        return out

    def kind(self, row: Lines, what: str) -> str:
        kind = row.get("kind")
        if kind not in KINDS:
            raise PackError(
                row.place("kind"), f"{what} names the kind '{kind}'; expected one of {', '.join(sorted(KINDS))}"
            )
        return str(kind)

    def fact(self, row: Lines, key: str) -> Fact | None:
        return compile_fact(row[key], row.place(key)) if key in row else None

    def anchor(self, row: Lines, what: str) -> Anchor | None:
        if "from" not in row:
            return None
        value = row["from"]
        if not isinstance(value, Lines):
            raise PackError(row.place("from"), f"'from' of {what} is not a mapping with 'kind'; expected one")
        kind = self.kind(value, what)
        return Anchor(kind, compile_test(value, value.where, [kind]) if len(value) > 1 else None)

    def by_field(self, row: Lines, kinds: Sequence[str]) -> str | None:
        if "by" not in row:
            return None
        name = row["by"]
        if not all(name in KINDS[k].fields and KINDS[k].fields[name].type == "date" for k in kinds):
            raise PackError(row.place("by"), f"'{name}' is not a date field of {' or '.join(kinds)}; expected one")
        return str(name)

    def wanted(self, row: Lines, key: str, what: str) -> tuple[Wanted, ...]:
        value = row.get(key)
        rows = value if isinstance(value, list) else [value]
        out = []
        for one in rows:
            if not isinstance(one, Lines):
                raise PackError(row.place(key), f"'{key}' of {what} is not a mapping with 'kind'; expected one")
            out.append(self._one_wanted(one, what))
        if not out:
            raise PackError(row.place(key), f"{what} needs '{key}'; expected a kind of entry")
        return tuple(out)

    def _one_wanted(self, row: Lines, what: str) -> Wanted:
        """Split what is wanted into the test of an answer and the parts that add up over answers."""
        kind = self.kind(row, what)
        compile_test(row, row.where, [kind])
        parts: list[tuple[str, str, object]] = []
        rest = Lines()
        rest.where, rest.places = row.where, row.places
        for name, value in row.items():
            if value is True:
                parts.append((name, name, True))
            elif isinstance(value, Mapping) and set(value) == {"all"}:
                parts.extend((str(v), name, v) for v in value["all"])
            elif name != "kind":
                rest[name] = value
        return Wanted(kind, compile_test(rest, rest.where, [kind]) if rest else None, tuple(parts))


_RULE_KEYS = {
    "id", "title", "cites", "subject", "when", "reads", "where", "unless", "owes", "owes_reads", "owner", "with",
    "from", "within", "by", "expected", "lapses", "lapse_says", "placed", "urgent", "says", "example",
}  # fmt: skip
