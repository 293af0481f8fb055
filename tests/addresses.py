"""Addresses as people write them, and a slow, simple way to find one: apart from the program's own."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from safekept.redaction import Secret, Sort

STREETS = ("Alder Row", "Old Mill Lane", "Elm Street", "Saint Agnes Road", "Broadway Close")
SHORT = {"Lane": "Ln", "Street": "St", "Road": "rd.", "Close": "Cl", "Saint": "St."}


@st.composite
def written(draw: st.DrawFn) -> tuple[Secret, str]:
    """An address, and a text in which somebody wrote it in a way of their own."""
    number, street = draw(st.integers(1, 199)), draw(st.sampled_from(STREETS))
    secret = Secret("home", Sort.ADDRESS, f"{number} {street}, Brampton, B{draw(st.integers(1, 9))} 1AA")
    line = draw(st.sampled_from([f"{number} {street}", secret.text.rsplit(", ", 1)[1], street]))
    if draw(st.booleans()):
        line = " ".join(SHORT.get(word, word) for word in line.split())
    between = draw(st.sampled_from([" ", "  ", "\n", ", ", "-", ". ", "\u00a0", "\u200b ", " \u00ad"]))
    line = draw(st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))(line).replace(" ", between)
    before, after = (
        draw(st.sampled_from(["", "She is at ", "(", "now:"])),
        draw(st.sampled_from(["", ".", ") ok", "!"])),
    )
    return secret, before + line + after


def reference(text: str, secret: Secret) -> bool:
    """Slow and simple: every letter or digit of a line in order, with anything else between, short forms undone."""
    number, street, code = re.fullmatch(r"(\d+) (.+), Brampton, (.+)", secret.text).groups()  # type: ignore[union-attr]
    for line in (f"{number} {street}", street, code):
        alternatives = [
            "(?:" + "|".join(r"[\W_]*".join(form) for form in {word, SHORT.get(word, word).strip(".")}) + ")"
            for word in line.split()
        ]
        if re.search(r"(?<![^\W_])" + r"[\W_]*".join(alternatives) + r"(?![^\W_])", text, re.IGNORECASE):
            return True
    return False
