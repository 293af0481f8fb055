"""Where a text quotes somebody; each expectation is marked by hand with [ and ] in the text itself."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekept.procedures.quoted import quoted

MARKED = (
    'She said ["I am fine"] and left.',
    "She said [“I am fine”] and left.",
    "She said [‘I am fine’] and left.",
    "She said ['I am fine'] and left.",
    "She said [«I am fine»] and left.",
    "['I'm fine,'] she said, ['don't ask.']",
    "[“He said ‘come on’ and I went”], she wrote.",
    "['He said \"come on\" and I went'], she wrote.",
    "[‘He said “come on” and I went’], she wrote.",
    "[\"He said 'come on' and I went\"], she wrote.",
    "It's the girls' room, and the boys' room isn't.",
    "It’s the girls’ room, and the boys’ room isn’t.",
    "Rock 'n' roll, 'cause of '25 and the '90s, get 'em.",
    "A man of 6' 2\" or 5'10\" waited.",
    "She said [“I am fine",
    "She said ['I am fine and",
    "[“One]\n\nTwo is not quoted.",
    "[“One\nline after line”] is.",
    "A mark” that closes nothing, and another' too.",
    "She said [“so “and” so”] twice.",
    'Mixed marks: [“so"] and ["so”] both close.',
    "('[quoted]' is wrong)",
)


@pytest.mark.parametrize("marked", MARKED[:-1], ids=range(len(MARKED) - 1))
def test_what_is_quoted(marked: str) -> None:
    spans, plain = [], ""
    for part in marked.replace("]", "[").split("["):
        spans.append(len(plain))
        plain += part
    ends = [*spans[1:], len(plain)]
    if marked.count("[") > marked.count("]"):
        ends[-1] = len(plain)
    wanted = [(spans[i], ends[i]) for i in range(1, len(spans), 2)]
    assert quoted(plain) == wanted


@pytest.mark.requirement("LN-13.lang")
@given(st.text(alphabet="a '\"“”‘’«»\n5s", max_size=60))
def test_quotations_are_in_order_and_inside_the_text(text: str) -> None:
    spans = quoted(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start] in "'\"“‘«’" for start, _ in spans)


@pytest.mark.parametrize("unit", ["“", "‘", "'a ", '"', "‘“", '“"', "a' ", "\n \n", "'", "“a\n\n"])
def test_a_hostile_text_takes_time_in_step_with_its_length(unit: str) -> None:
    def spent(text: str) -> float:
        begun = time.process_time()
        quoted(text)
        return time.process_time() - begun

    short, long = (min(spent(unit * n) for _ in range(3)) for n in (4_000, 40_000))
    assert long < 30 * short + 0.05
