"""The Jinja2 environment of every page: strict about names, escaped, in London's time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    Undefined,
    UndefinedError,
)
from jinja2.runtime import Macro
from jinja2.utils import missing

from . import when, words
from .addresses import address

BLANKS_AT_MOST = 2_000
"""Components without an answer that are kept as they were made."""
OF_THE_MACROS = frozenset({"caller", "undefined", "null"})
"""Names that the GOV.UK macros use without giving them a value."""


class StrictNames(Undefined):
    """An unknown name is an error; an option left out of a dictionary is simply empty.

    The GOV.UK macros take one dictionary of options and look for many that are not given.
    """

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[Exception] = UndefinedError,
    ) -> None:
        super().__init__(hint, obj, name, exc)  # type: ignore[arg-type]
        self._lenient = isinstance(obj, dict) or (obj is missing and name in OF_THE_MACROS)

    def _or_fail(self, value: Any) -> Any:
        return value if self._lenient else self._fail_with_undefined_error()

    def __bool__(self) -> bool:
        return bool(self._or_fail(False))

    def __str__(self) -> str:
        return str(self._or_fail(""))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._or_fail(()))

    def __len__(self) -> int:
        return len(self._or_fail(()))

    def __eq__(self, other: object) -> bool:
        return bool(self._or_fail(isinstance(other, Undefined)))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return id(type(self))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._or_fail(self)

    def __getitem__(self, name: Any) -> Any:
        return self._or_fail(self)


def environment(**options: Any) -> Environment:
    """Make the environment that ``TEMPLATES`` names in the settings."""
    options["loader"] = _loader(options["loader"])
    options["undefined"] = StrictNames
    options["trim_blocks"] = options["lstrip_blocks"] = True
    env = Environment(**{**options, "autoescape": True})  # noqa: S701 (it is on)
    env.globals.update(component=_components(), static=static, url=address, now=timezone.now)
    env.globals["idle_seconds"] = settings.SESSION_IDLE_SECONDS
    env.filters.update(
        moment=_with_now(when.moment),
        by=_with_now(when.by),
        until=_with_now(when.until),
        waiting=_with_now(when.waiting),
        day=when.day,
        short_day=when.short_day,
        clock=when.clock,
        iso_day=lambda value: when.local(value).date().isoformat(),
        ago=_with_now(when.ago),
        counted=words.counted,
        listed=words.listed,
        capital=words.capital,
        given=words.given,
    )
    return env


def _components() -> Callable[[Macro, dict[str, Any]], str]:
    """What makes inputs with the GOV.UK macros: each once for the same options, as long as nothing stands in it.

    Their many options make them the dearest part of a form; what somebody typed is not kept beyond its page.
    """
    made: dict[tuple[str, str], str] = {}

    def component(macro: Macro, options: dict[str, Any]) -> str:
        wanted = words.given(options)
        if "errorMessage" in wanted or any(one.get("value") for one in (wanted, *wanted.get("items", ()))):
            return macro(wanted)
        key = (macro.name, repr(wanted))
        found = made.get(key)
        if found is None:
            if len(made) >= BLANKS_AT_MOST:
                made.clear()
            found = made[key] = macro(wanted)
        return found

    return component


def _loader(apps: BaseLoader) -> ChoiceLoader:
    return ChoiceLoader([apps, PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})])


def _with_now(say: Any) -> Any:
    def filtered(value: dt.datetime, now: dt.datetime | None = None) -> str:
        return str(say(value, now or timezone.now()))

    return filtered
