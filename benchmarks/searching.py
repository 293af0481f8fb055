"""Search before create: misspelt children by a typing-error model of its own, with the walls on."""

from __future__ import annotations

import random
import string
import time
from typing import Any

from django.db import connection

from benchmarks.people import pairs, spread
from safekept.access.viewer import loader, viewing
from safekept.register.queries import SearchQuery, search

IN_THE_FIRST = 10
CHOSEN = "SELECT id, label, born FROM register_thing WHERE kind = 'child' ORDER BY md5(id::text || %s) LIMIT %s"


def misspelt(rng: random.Random, name: str, errors: int) -> str:
    """The name with typing errors: a letter wrong, left out, doubled, put in, or two swapped."""
    letters = list(name)
    for _ in range(errors):
        at = rng.choice([i for i, letter in enumerate(letters) if letter.isalpha()])
        what = rng.choice(("wrong", "left out", "put in", "doubled", "swapped"))
        if what == "wrong":
            letters[at] = rng.choice(string.ascii_lowercase)
        elif what == "left out" and len(letters) > 4:
            del letters[at]
        elif what == "put in":
            letters.insert(at, rng.choice(string.ascii_lowercase))
        elif what == "swapped" and at + 1 < len(letters) and letters[at + 1].isalpha():
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters.insert(at, letters[at])
    return "".join(letters)


def measure(count: int = 300, seed: int = 11) -> dict[str, Any]:
    """Time, and how many of a hundred are in the first ten: with the birth date, and by the name alone.

    Many made-up children share a name: by the name alone, a child of exactly that name counts as found.
    """
    rng = random.Random(f"{seed} typing errors")
    with viewing(loader("Measuring")), connection.cursor() as cursor:
        cursor.execute(CHOSEN, [str(seed), count])
        children = cursor.fetchall()
    viewer = pairs(1, seed)[0][1]
    figures: dict[str, Any] = {}
    for title, dated in (("name_and_birth_date", True), ("name_alone", False)):
        times, found = [], 0
        for number, (key, label, born) in enumerate(children):
            asked = SearchQuery(misspelt(rng, label, 1 + number % 2), born if dated else None, kinds=("child",))
            started = time.perf_counter()
            answers = search(viewer, asked, IN_THE_FIRST)
            times.append(time.perf_counter() - started)
            found += any(one.thing.pk == key or (not dated and one.thing.label == label) for one in answers)
        figures[title] = {**spread(times), "found_in_a_hundred": round(100 * found / len(children), 1)}
    return figures
