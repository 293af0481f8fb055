"""The first page of roles that see no child's record: what the role is for, what it can do here, what it cannot yet.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from safekept.directory import procedures


@dataclass(frozen=True, slots=True)
class Way:
    """Somewhere to go."""

    title: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One role's first page."""

    title: str
    lede: str
    ways: tuple[Way, ...]
    not_yet: tuple[str, ...]


WORDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "board": (
        "The board’s desk",
        "The board asks whether children in the area are kept safe: whether help comes in time, who waits, and what "
        "changes for children. No child’s record is shown here, by design: the board sees numbers, never names.",
        (
            "How many children are waiting, for what, and for how long",
            "What was on time and what was late, by agency",
            "Who is missing from the records: ethnicity, disability and sex, where they are not known",
        ),
    ),
    "administrator": (
        "The administrator’s desk",
        "The administrator keeps agencies, teams and accounts right, so that whatever is owed reaches the people who "
        "can act. No child’s record is shown here, by design.",
        (
            "Adding agencies, teams and accounts from a page. Today that is done from the command line: "
            "safekept account --help",
            "Which kinds of agency have no team named in an area, so that their work falls to the co-ordinator",
        ),
    ),
}


def of(role: str, area: str) -> Desk:
    """The desk of a role; of the board for a role without its own words."""
    title, lede, not_yet = WORDS.get(role, WORDS["board"])
    law = (Way("Keeping and erasing", "What will go, what waits, legal holds", reverse("law")),)
    return Desk(title, lede, (law if role == "administrator" else ()) + _ways(area), not_yet)


def _ways(area: str) -> tuple[Way, ...]:
    pack = procedures.pack_of(area)
    procedure = Way("Every procedure", "Those of the other areas too, to compare", reverse("procedures"))
    account = Way("How you sign in", "Your password and your one-time codes", reverse("mfa_index"))
    if pack is None:
        return (procedure, account)
    own = {"pack_id": pack.id}
    return (
        Way("Your area’s procedure", pack.title, reverse("procedure", kwargs=own)),
        Way("Who acts, and by when", "The rules under each agency", reverse("procedure-roles", kwargs=own)),
        Way("Paragraph by paragraph", "What each says, and its rules", reverse("procedure-paragraphs", kwargs=own)),
        Way("Versions", "Who follows which, and taking up a new one", reverse("procedure-versions", kwargs=own)),
        procedure,
        account,
    )
