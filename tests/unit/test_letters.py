"""Characters that nobody sees are found in names; those that a script needs are let be."""

import pytest

from safekept.register.letters import holds_unseen


@pytest.mark.parametrize(
    "name",
    ["Tia Rowan", "O’Neill-Smith", "Zoë Đặng", "José", "李小龍", "محمد", "علی‌رضا", "ක්‍රිෂ්ණා", "क्‍ष", "", "José"],
)
def test_names_as_people_write_them_hold_nothing_unseen(name: str) -> None:
    assert not holds_unseen(name)


@pytest.mark.parametrize(
    "name",
    [
        "Tia\u202eRowan", "\u2066Tia", "Tia\u200bRowan", "Tia\u00adRowan", "\ufeffTia", "Tia\u200dRowan", "\u200cTia",
        "Tia\tRowan", "Tia\nRowan", "Tia\x7f", "Tia\u2028", "Tia\ue000", "Tia\U000e0041", "Tia\u200e", "李\u200c小",
    ],
)  # fmt: skip
def test_what_nobody_sees_is_found(name: str) -> None:
    assert holds_unseen(name)
