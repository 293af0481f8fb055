"""Later versions of a procedure: from when they speak, and what they change. Dates are worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from safekept.calendars import LONDON, UTC
from safekept.procedures import evaluate, load_library, load_pack, parse_history
from safekept.procedures.changes import changes
from safekept.procedures.library import Adoption
from safekept.procedures.pack import Pack
from tests.rewritten import SHORTER, rewritten


def written_anew(folder: Path, *edits: tuple[str, str, str]) -> Pack:
    """Return the West Midlands procedure as version 2015.2 with a text replaced in some of its files."""
    return load_pack(rewritten(folder, "2015.2", *edits, scenarios=True))


@pytest.fixture
def shorter(tmp_path: Path) -> Pack:
    """The discussion within 2 working days; in the shipped version it is 3."""
    return written_anew(tmp_path, SHORTER)


def referred(*days: str) -> dict[str, object]:
    """A child of Coventry, referred at ten on each day."""
    entries = [
        {
            "id": f"r{n}",
            "kind": "referral",
            "at": f"{day}T10:00:00+00:00",
            "agency": "school",
            "to": "children-services",
        }
        for n, day in enumerate(days)
    ]
    return {"subject": {"kind": "child", "id": "c", "born": "2011-05-04", "area": "coventry"}, "entries": entries}


def test_each_duty_keeps_the_version_of_the_day_on_which_it_arose(shorter: Pack) -> None:
    from_monday = dt.datetime(2026, 2, 9, tzinfo=LONDON).astimezone(UTC)
    library = load_library().adopting([Adoption("coventry", from_monday, shorter)])
    history = parse_history(referred("2026-02-05", "2026-02-09"))  # a Thursday and the Monday after
    found = {
        d.because: (d.version, d.due and d.due.astimezone(LONDON).date())
        for d in evaluate(library, history, dt.datetime(2026, 2, 12, tzinfo=UTC)).obligations
        if d.rule == "discussion-after-referral"
    }
    assert found == {
        "r0": ("2015.1", dt.date(2026, 2, 10)),  # Friday, Monday, Tuesday
        "r1": ("2015.2", dt.date(2026, 2, 11)),  # Tuesday, Wednesday
    }


def test_another_area_of_the_same_procedure_is_not_touched(shorter: Pack) -> None:
    start = dt.datetime(2026, 1, 1, tzinfo=UTC)
    library = load_library().adopting([Adoption("coventry", start, shorter)])
    assert library.pack_for_area("dudley", dt.datetime(2026, 6, 1, tzinfo=UTC)).version == "2015.1"
    assert library.pack_for_area("coventry", start - dt.timedelta(seconds=1)).version == "2015.1"
    assert library.pack_for_area("coventry", start).version == "2015.2"
    assert library.version("west-midlands", "2015.2") is shorter


def test_a_change_of_time_is_told_in_the_words_of_practitioners(shorter: Pack) -> None:
    (found,) = changes(load_library().packs["west-midlands"], shorter)
    assert (found.about, found.name) == ("Duties", "Talk the referral over")
    assert found.says == "Is now due in 2 working days, was in 3 working days."
    assert found.cites == ("WM-14.2",)


def test_owners_lists_and_what_is_gone_are_told(tmp_path: Path) -> None:
    new = written_anew(
        tmp_path,
        ("rules/referral.yaml", "  owner: children-services\n  expected: 1 working day", "  owner: police\n"),
        ("pack.yaml", "  - {id: closed, label: Closed, ends: true, when: {kind: closure}}\n", ""),
    )
    told = {(c.name, c.says) for c in changes(load_library().packs["west-midlands"], new)}
    assert ("Tell the referrer", "Is now owed by Police, was Children’s services.") in told
    assert (
        "Tell the referrer",
        "Is now due without a time in the procedure, was without a time in the procedure, expected in 1 working day.",
    ) in told
    assert any(name == "The pathway" and "They were" in says for name, says in told)
    back = {(c.name, c.says) for c in changes(new, load_library().packs["west-midlands"])}
    assert ("Tell the referrer", "Is now owed by Children’s services, was Police.") in back


def test_a_list_put_under_a_question_is_told(tmp_path: Path) -> None:
    new = written_anew(tmp_path, ("answers.yaml", "category: [categories]", "category: [categories, look-twice]"))
    (found,) = changes(load_library().packs["west-midlands"], new)
    assert (found.about, found.name) == ("Questions", "Which category is it?")
    assert found.says == "Is now answered by The three categories of risk, Look twice."


def test_nothing_changes_between_a_version_and_itself() -> None:
    for pack in load_library().packs.values():
        assert changes(pack, pack) == []
