"""Inputs made with the GOV.UK macros: an empty one is made once, what somebody typed is kept nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import Markup

from safekept.govuk.jinja import _components


class Counting:
    """Stands for a macro, and counts how often it is asked."""

    name = "input"

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def __call__(self, options: dict[str, Any]) -> Markup:
        self.asked.append(options)
        return Markup("<p>{}</p>").format(options["label"]["text"])


@pytest.fixture
def macro() -> Counting:
    return Counting()


def test_an_empty_input_is_made_once(macro: Counting) -> None:
    component = _components()
    options = {"name": "day", "label": {"text": "Day"}, "value": "", "hint": None}
    assert component(macro, options) == component(macro, options) == "<p>Day</p>"
    assert len(macro.asked) == 1
    assert component(macro, options | {"label": {"text": "Month"}}) == "<p>Month</p>"
    assert len(macro.asked) == 2


@pytest.mark.parametrize(
    "typed",
    [{"value": "4"}, {"items": [{"name": "day"}, {"name": "year", "value": "2026"}]}, {"errorMessage": {"text": "No"}}],
)
def test_what_somebody_typed_is_made_afresh(macro: Counting, typed: dict[str, Any]) -> None:
    component = _components()
    for _ in range(2):
        component(macro, {"label": {"text": "Day"}} | typed)
    assert len(macro.asked) == 2


def test_markup_and_the_same_text_are_two_things(macro: Counting) -> None:
    component = _components()
    assert component(macro, {"label": {"text": Markup("<b>1</b>")}}) == "<p><b>1</b></p>"
    assert component(macro, {"label": {"text": "<b>1</b>"}}) == "<p>&lt;b&gt;1&lt;/b&gt;</p>"


def test_what_is_kept_has_an_end(macro: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safekept.govuk.jinja.BLANKS_AT_MOST", 2)
    component = _components()
    for text in ("a", "b", "c", "a"):
        component(macro, {"label": {"text": text}})
    assert len(macro.asked) == 4
