"""Whatever is typed into any question of any kind of entry, a real browser runs none of it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from safekept.access.viewer import Viewer, viewing
from safekept.kinds import KINDS, Field, Kind
from safekept.record.actions import NewEntry, Refused, append
from safekept.register.actions import NewThing, add_thing
from tests import factories
from tests.journeys.conftest import opened
from tests.pages import a_child

HOSTILE = (
    "</textarea></script>\"'><img src=x onerror=window.ran=1><script>window.ran=2</script><svg onload=window.ran=3>"
)
LEFT_BEHIND = "document.querySelectorAll('img[src=x], svg[onload], [onerror]').length"
RULES = ("securitypolicyviolation", "window.broken = (window.broken || 0) + 1")
"""What the browser tells of a script, picture or style that the page's policy stopped: there is nothing to stop."""
TYPED: dict[str, Any] = {
    "text": HOSTILE, "narrative": HOSTILE, "choices": [HOSTILE],
    "rows": [{"who": HOSTILE, "reason": HOSTILE}],
}  # fmt: skip
PLAIN: dict[str, Any] = {"yes-no": True, "date": "2026-03-02", "number": 1, "scores": {HOSTILE: 5}}


def answer(asked: Field) -> Any:
    """An answer that holds as much of what is hostile as its question takes."""
    if asked.of is not None:
        value = next(iter(asked.of))
        by_type = {"choices": [value], "texts": {value: HOSTILE}, "number": int(value) if value.isdigit() else 1}
        return by_type.get(asked.type, value)
    return TYPED.get(asked.type, PLAIN.get(asked.type))


def recorded(viewer: Viewer, child: UUID, kind: type[Kind], at: dt.datetime) -> UUID | None:
    """An entry of a kind with every question answered; None where such an entry cannot stand alone."""
    fields = {name: answer(one) for name, one in kind.fields.items() if one.is_asked and one.type != "ids"}
    fields = {name: value for name, value in fields.items() if name not in ("area", "host_area", "child", "rule")}
    new = NewEntry(kind.name, child, at, fields, HOSTILE, "fact")
    try:
        with viewing(viewer):
            return UUID(str(append(viewer, new).pk))
    except Refused:
        return None


@pytest.fixture
def told(site: str) -> dict[str, Any]:
    """A child of whom everything is hostile, with an entry of each kind that can be recorded about a child."""
    factories.coordinator()
    people = [factories.police(), factories.children_services()]
    child = a_child(people[1], HOSTILE[:200], safe_contact=HOSTILE, description=HOSTILE)
    with viewing(people[1]):
        adult = add_thing(people[1], NewThing("adult", names=[(HOSTILE, "name")], description=HOSTILE)).pk
    at = timezone.now() - dt.timedelta(days=3)
    made: dict[str, UUID] = {}
    for kind in KINDS.values():
        if "child" in kind.subjects:
            found = next((one for one in (recorded(by, child, kind, at) for by in people) if one), None)
            if found is not None:
                made[kind.name] = found
    return {"police": people[0], "child": child, "adult": adult, "entries": made}


def nothing_ran(page: Page, address: str) -> None:
    """Open it: no script of anybody's ran, nothing typed became markup, and the policy had nothing to stop."""
    page.goto(address)
    assert page.evaluate("window.ran === undefined"), address
    assert page.evaluate("window.broken === undefined"), address
    assert page.evaluate(LEFT_BEHIND) == 0, address


def test_no_page_runs_what_was_typed(wide: BrowserContext, site: str, told: Any) -> None:
    wide.add_init_script(f"document.addEventListener('{RULES[0]}', () => {{ {RULES[1]}; }});")
    page = opened(wide, site, told["police"])
    dialogs: list[str] = []
    page.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    assert len(told["entries"]) > 30
    child = f"{site}/children/{told['child']}"
    shown = [
        f"{site}/work", f"{site}/children", f"{site}/search?q=img+src", child, f"{child}/screening", f"{child}/who/",
        f"{child}/record/", f"{child}/record/note", f"{child}/record/meeting", f"{child}/documents/",
        f"{site}/things/{told['adult']}",
        *(f"{site}/entries/{one}" for one in told["entries"].values()),
        *(f"{site}/entries/{told['entries'][name]}/correct" for name in ("concern", "meeting", "note")
          if name in told["entries"]),
    ]  # fmt: skip
    for address in shown:
        nothing_ran(page, address)
    assert dialogs == []


def test_the_trap_would_catch_it(wide: BrowserContext, site: str) -> None:
    """A page that did let it run would be found."""
    page = wide.new_page()
    page.set_content(f"<p>{HOSTILE}</p>")
    page.wait_for_function("window.ran !== undefined")
    assert page.evaluate(LEFT_BEHIND) > 0
