"""What a new version of a procedure changes, in the words of the people who will follow it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES

from .answers import ASKABLE
from .language import Phrase
from .language_file import LIST_ID
from .pack import Guard, Pack, PackList, PromptRule, Rule

_NO_TIME = "without a time in the procedure"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``about`` heads its group, ``name`` is what changed, ``says`` is a sentence about it."""

    about: str
    name: str
    says: str
    cites: tuple[str, ...] = ()


def changes(old: Pack, new: Pack) -> list[Change]:
    """Return what ``new`` changes against ``old``, by subject, in the order of ``new``; what is gone comes last."""
    return [
        *_compared("Duties", _by_id(old.rules), _by_id(new.rules), _duty_is_new, _duty_is_gone, _duty),
        *_compared("What may not be", _by_id(old.guards), _by_id(new.guards), _says, _says, _guard),
        *_compared("Reminders", _by_id(old.prompts), _by_id(new.prompts), _say, _say, _prompt),
        *_compared("Lists", _lists(old), _lists(new), _list_is_new, _list_is_new, _list),
        *_compared("Words and better ones", _phrases(old), _phrases(new), _phrase_is_new, _phrase_is_new, _phrase),
        *_compared("Paragraphs", old.paragraphs, new.paragraphs, lambda p: p.says, lambda p: p.says, _paragraph),
        *_stages(old, new),
        *_leads(old, new),
        *_answers(old, new),
    ]


def _compared(
    about: str, old: Mapping[str, Any], new: Mapping[str, Any], added: Any, gone: Any, changed: Any
) -> Iterator[Change]:
    for key, item in new.items():
        cites = getattr(item, "cites", (key,))
        if key not in old:
            yield Change(about, _name(item), f"New: {added(item)}", cites)
        else:
            for says in changed(old[key], item):
                yield Change(about, _name(item), says, cites)
    for key, item in old.items():
        if key not in new:
            yield Change(about, _name(item), f"No longer: {gone(item)}", getattr(item, "cites", (key,)))


def _name(item: Any) -> str:
    return str(next(filter(None, (getattr(item, name, "") for name in ("title", "heading", "label"))), item.id))


def _by_id(items: Sequence[Any]) -> dict[str, Any]:
    return {item.id: item for item in items}


def time_of(rule: Rule) -> str:
    """Return when a duty falls due, in words: the procedure’s time or the area’s own expectation."""
    parts = [f"in {rule.within}"] if rule.within is not None else []
    if rule.by_field is not None:
        parts.append("by the date that was agreed")
    if parts:
        return " or ".join(parts) + (", whichever is earlier" if len(parts) > 1 else "")
    if rule.expected is None:
        return _NO_TIME
    expected = str(rule.expected)
    return f"{_NO_TIME}, expected {'the ' if expected == 'same day' else 'in '}{expected}"


def owner_of(rule: Rule) -> str:
    """Return who owes a duty, in words."""
    cases = [f"{_agency(c.owner)}{f' where {c.reads}' if c.reads else ''}" for c in rule.owners]
    return ", else ".join(cases)


def _agency(owner: str) -> str:
    return "whoever recorded it" if owner == "trigger" else AGENCIES.get(owner, owner)


def _duty_is_new(rule: Rule) -> str:
    return f"{rule.when_text}: {owner_of(rule)}, {time_of(rule)}. {rule.says}"


def _duty_is_gone(rule: Rule) -> str:
    return f"{rule.when_text}. {rule.says}"


def _duty(old: Rule, new: Rule) -> Iterator[str]:
    if time_of(old) != time_of(new):
        yield f"Is now due {time_of(new)}, was {time_of(old)}."
    if owner_of(old) != owner_of(new):
        yield f"Is now owed by {owner_of(new)}, was {owner_of(old)}."
    if old.along != new.along:
        yield _more_and_fewer("takes part", [_agency(a) for a in old.along], [_agency(a) for a in new.along])
    if _meaning(old, "when", "where", "unless", "subject") != _meaning(new, "when", "where", "unless", "subject"):
        yield f"Arises now when: {new.when_text}{_was(old.when_text, new.when_text)}."
    if _meaning(old, "owes") != _meaning(new, "owes"):
        yield f"Is now met by {_owed(new)}{_was(_owed(old), _owed(new))}."
    if _meaning(old, "lapses", "from", "urgent", "placed") != _meaning(new, "lapses", "from", "urgent", "placed"):
        yield "What it counts from, what ends it, or whether it is urgent has changed; its rule shows how."
    if old.says != new.says:
        yield f"Reads now: “{new.says}” It read: “{old.says}”"
    if old.cites != new.cites:
        yield _more_and_fewer("is cited", old.cites, new.cites)


def _owed(rule: Rule) -> str:
    kinds = " or ".join(f"a {KINDS[kind].title.lower()}" for kind in rule.kinds_owed)
    return f"{kinds} ({rule.owes_text})" if rule.owes_text else kinds


def _was(old: str, new: str) -> str:
    return f", was: {old}" if old != new else " (as before in words; its conditions changed)"


def _meaning(rule: Rule, *keys: str) -> list[object]:
    return [rule.row.get(key) for key in keys]


def _says(item: Guard) -> str:
    return item.says


def _say(item: PromptRule) -> str:
    return item.say


def _guard(old: Guard, new: Guard) -> Iterator[str]:
    if (old.says, old.when_text) != (new.says, new.when_text):
        yield f"Reads now: “{new.says}” It read: “{old.says}”"


def _prompt(old: PromptRule, new: PromptRule) -> Iterator[str]:
    if old.say != new.say:
        yield f"Reads now: “{new.say}” It read: “{old.say}”"


def _lists(pack: Pack) -> dict[str, PackList]:
    """The lists but the one that is made of the phrases, which are compared by themselves."""
    return {key: listed for key, listed in pack.lists.items() if key != LIST_ID or not pack.language.phrases}


def _phrases(pack: Pack) -> dict[str, Phrase]:
    return {phrase.id: phrase for phrase in pack.language.phrases}


def _list_is_new(listed: PackList) -> str:
    return f"{len(listed.items)} items."


def _list(old: PackList, new: PackList) -> Iterator[str]:
    before, after = {i.id: i for i in old.items}, {i.id: i for i in new.items}
    for key, item in after.items():
        if key not in before:
            yield f"Now also holds “{item.label}”."
        elif (before[key].label, before[key].hint) != (item.label, item.hint):
            was = f"“{before[key].label}”" if before[key].label != item.label else "with another explanation"
            yield f"“{item.label}” was {was}."
    for key, item in before.items():
        if key not in after:
            yield f"No longer holds “{item.label}”."


def _phrase_is_new(phrase: Phrase) -> str:
    return f"Better: {phrase.better}. {phrase.why} It is caught as: {'; '.join(phrase.catch)}."


def _phrase(old: Phrase, new: Phrase) -> Iterator[str]:
    if (old.better, old.why) != (new.better, new.why):
        yield f"Better is now: {new.better}. {new.why} It was: {old.better}. {old.why}"
    for verb, before, after in (("caught", old.catch, new.catch), ("left alone", old.leave, new.leave)):
        if set(before) != set(after):
            yield _more_and_fewer(verb, before, after)


def _paragraph(old: Any, new: Any) -> Iterator[str]:
    if (old.heading, old.says) != (new.heading, new.says):
        yield f"Reads now: “{new.says}” It read: “{old.says}”"


def _stages(old: Pack, new: Pack) -> Iterator[Change]:
    before, after = [s.label for s in old.stages], [s.label for s in new.stages]
    if before != after:
        yield Change(
            "Stages", "The pathway", f"Its stages are now: {'; '.join(after)}. They were: {'; '.join(before)}."
        )


def _leads(old: Pack, new: Pack) -> Iterator[Change]:
    if old.leads != new.leads:
        says = " ".join(filter(None, (new.leads.placed, new.leads.linked))) if new.leads else "It says nothing of it."
        yield Change("Who leads", "Which authority leads", f"Reads now: “{says}”", new.leads.cites if new.leads else ())


def _more_and_fewer(verb: str, old: Sequence[str], new: Sequence[str]) -> str:
    more, fewer = [x for x in new if x not in old], [x for x in old if x not in new]
    parts = [f"now also {verb}: {', '.join(more)}"] if more else []
    parts += [f"no longer {verb}: {', '.join(fewer)}"] if fewer else []
    text = "; ".join(parts) or f"the order of who {verb} changed"
    return f"{text[0].upper()}{text[1:]}."


def _answers(old: Pack, new: Pack) -> Iterator[Change]:
    for asked, text in ASKABLE.items():
        before, now = old.answers.get(asked, ()), new.answers.get(asked, ())
        if before != now:
            titles = ", ".join(new.lists[name].title for name in now) or "no list"
            yield Change("Questions", text, f"Is now answered by {titles}.")
