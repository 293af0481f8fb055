"""Who may have what: recipient, entry and ground in one table, worked out by hand from the rules in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product

import pytest

from safekept.kinds import Privacy
from safekept.redaction import BY_HAND, GROUNDS, Ground, Item, Mentioned, Part, Recipient, Secret, Side, Sort
from safekept.redaction.deciding import decide, identities, releasable, sources
from safekept.redaction.grounds import SILENCE

NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
HOME = Secret("home", Sort.ADDRESS, "14 Alder Row, Brampton", kept_from=frozenset({"mother"}))
TIA = Mentioned("tia", "child", "subject", ("Tia Rowan", "Tee"))
MOTHER = Mentioned("mother", "adult", "parent", ("Anna Rowan",))
FRIEND = Mentioned("friend", "child", "with-the-child", ("Jay Moss",))
CAR = Mentioned("car", "vehicle", "used", ("KX11 ABC",))
PHONE = Mentioned("phone", "phone", "used", ("07700 900123",))
SHOP = Mentioned("shop", "place", "where", ("Corner Shop",))
TEACHER = Mentioned("teacher", "worker", "referrer", ("Mel Shaw",))

CHILD = Recipient(Side.CHILD, "tia")
PARENT = Recipient(Side.PARENT, "mother")
TOLD_PARENT = Recipient(Side.PARENT, "mother", agreed=True)
FATHER = Recipient(Side.PARENT, "father")
COURT = Recipient(Side.COURT)
SCHOOL = Recipient(Side.AGENCY, agency="school", works_with_child=True)
POLICE = Recipient(Side.AGENCY, agency="police", works_with_child=True)
STRANGER = Recipient(Side.AGENCY, agency="police")
EVERYBODY = {
    "child": CHILD, "parent": PARENT, "told parent": TOLD_PARENT, "father": FATHER, "court": COURT, "school": SCHOOL,
    "police": POLICE, "stranger": STRANGER,
}  # fmt: skip

S, P, L, A, W, T, X = (
    Ground.SEALED, Ground.SUSPECTED, Ground.LIMITED, Ground.CONCEALED, Ground.CHILD_WORDS, Ground.SOURCE, Ground.OTHERS,
)  # fmt: skip


def item(*parts: Part, **more: object) -> Item:
    given = {"mentions": (TIA,), **more}
    return Item("e1", "note", "Note", NOON, "tia", parts, **given)  # type: ignore[arg-type]


PLAIN = Part("What happened?", "A meeting was held.", free=True)
WORDS = Part("In the child’s words", "I want to go home.", Privacy.CHILD_WORDS)
CASES: dict[str, tuple[Item, dict[str, Ground | None]]] = {
    # the entry, and the ground on which its last part is withheld from whom; everybody else has it
    "plain": (item(PLAIN), {}),
    "sealed": (item(PLAIN, sealed=True), dict.fromkeys(EVERYBODY, S)),
    "for police": (
        item(PLAIN, audience=frozenset({"police"})),
        dict.fromkeys(("child", "parent", "told parent", "father", "school"), L),
    ),
    "mother suspected": (
        item(PLAIN, mentions=(TIA, replace(MOTHER, role="person-of-concern"))),
        {"parent": P, "told parent": P},
    ),
    "mother there": (item(PLAIN, mentions=(TIA, MOTHER)), {}),
    "an address in the text": (item(replace(PLAIN, text="She is at 14 alder row.")), dict.fromkeys(EVERYBODY, A)),
    "an address in a question": (item(Part("14 Alder Row?", "Yes")), dict.fromkeys(EVERYBODY, A)),
    "the child’s words": (item(WORDS), dict.fromkeys(("parent", "father", "stranger"), W)),
    "beside the child’s words": (item(WORDS, PLAIN), dict.fromkeys(("parent", "father", "stranger"), W)),
    "an answer beside the child’s words": (item(WORDS, replace(PLAIN, free=False)), {}),
    "who told us": (
        item(Part("Recorded by", "School", source=True)),
        dict.fromkeys(("child", "parent", "told parent", "father", "court", "stranger"), T),
    ),
    "the name of who told us": (
        item(Part("What?", "Mel Shaw saw it.", free=True), mentions=(TIA, TEACHER)),
        dict.fromkeys(("child", "parent", "told parent", "father", "court", "stranger"), T),
    ),
    "a friend named": (
        item(Part("What?", "With Jay.", free=True), mentions=(TIA, FRIEND)),
        dict.fromkeys(("child", "parent", "told parent", "father", "stranger"), X),
    ),
    "a friend’s car": (
        item(Part("In kx11abc?", "Yes", free=True), mentions=(TIA, CAR)),
        dict.fromkeys(("child", "parent", "told parent", "father", "stranger"), X),
    ),
    "a phone": (
        item(Part("What?", "Rang +44 7700 900123.", free=True), mentions=(TIA, PHONE)),
        dict.fromkeys(("child", "parent", "told parent", "father", "stranger"), X),
    ),
    "a place": (item(Part("Where?", "Corner Shop", free=True), mentions=(TIA, SHOP)), {}),
    "a friend mentioned": (
        item(Part("Mentioned", "with her", about=("friend",))),
        dict.fromkeys(("child", "parent", "told parent", "father", "stranger"), X),
    ),
    "the mother mentioned": (
        item(Part("Mentioned", "Anna Rowan", about=("mother",)), mentions=(TIA, MOTHER)),
        dict.fromkeys(("child", "father", "stranger"), X),
    ),
    "the child mentioned": (item(Part("Mentioned", "Tia Rowan", Privacy.NAMES_OTHERS, about=("tia",))), {}),
    "a question that names others": (
        item(Part("Which children?", "A girl", Privacy.NAMES_OTHERS)),
        dict.fromkeys(("child", "parent", "told parent", "father", "stranger"), X),
    ),
    "a question of identity": (
        item(Part("Who?", "A girl", Privacy.IDENTITY)),
        dict.fromkeys(("child", "parent", "told parent", "father", "stranger"), X),
    ),
    # which ground is given where several hold
    "sealed before suspected": (
        item(PLAIN, sealed=True, audience=frozenset({"gp"}), mentions=(TIA, replace(MOTHER, role="suspect"))),
        dict.fromkeys(EVERYBODY, S),
    ),
    "suspected before limited": (
        item(PLAIN, audience=frozenset({"gp"}), mentions=(TIA, replace(MOTHER, role="suspect"))),
        {"parent": P, "told parent": P} | dict.fromkeys(("child", "father", "school", "police", "stranger"), L),
    ),
    "an address before the child’s words": (
        item(replace(WORDS, text="I live at 14 Alder Row")),
        dict.fromkeys(EVERYBODY, A),
    ),
    "who told us before others": (
        item(replace(PLAIN, text="Mel Shaw and Jay Moss"), mentions=(TIA, replace(TEACHER, kind="adult"), FRIEND)),
        dict.fromkeys(("child", "parent", "told parent", "father", "court", "stranger"), T),
    ),
}


@pytest.mark.parametrize(("case", "whose"), list(product(CASES, EVERYBODY)))
def test_the_last_part_of(case: str, whose: str) -> None:
    entry, grounds = CASES[case]
    found = decide(EVERYBODY[whose], entry, [HOME])
    assert len(found) == len(entry.parts)
    assert found[-1] == grounds.get(whose)


def test_one_part_is_withheld_and_the_next_is_not() -> None:
    assert decide(CHILD, item(replace(PLAIN, text="At 14 Alder Row"), PLAIN), iter([HOME])) == (A, None)
    assert decide(PARENT, item(PLAIN, PLAIN, sealed=True), []) == (S, S)


@pytest.mark.parametrize("role", ["person-of-concern", "took-part", "suspect", "suspected", "perpetrator", "exploiter"])
def test_every_role_of_suspicion_keeps_the_entry_from_the_parent(role: str) -> None:
    entry = item(PLAIN, mentions=(replace(MOTHER, role=role),))
    assert decide(PARENT, entry, []) == (P,)
    assert decide(FATHER, entry, []) == (None,)


@pytest.mark.parametrize("role", ["source", "referrer", "informant", "witness"])
def test_every_role_of_telling_is_a_source(role: str) -> None:
    told = replace(TEACHER, role=role, names=("Mel Shaw", "M Hill"))
    found = sources(item(PLAIN, mentions=(told, FRIEND)))
    assert [(one.id, one.sort, one.text) for one in found] == [
        ("teacher-0", Sort.NAME, "Mel Shaw"),
        ("teacher-1", Sort.NAME, "M Hill"),
    ]


def test_identities_are_of_others_by_every_name_and_number() -> None:
    group, account = Mentioned("g", "group", "", ("Ash Crew",)), Mentioned("a", "account", "", ("@ash",))
    entry = item(PLAIN, mentions=(TIA, MOTHER, FRIEND, CAR, PHONE, SHOP, group, account))
    assert [(one.id, one.sort, one.text) for one in identities(PARENT, entry)] == [
        ("friend-0", Sort.NAME, "Jay Moss"),
        ("car-0", Sort.OTHER, "KX11 ABC"),
        ("phone-0", Sort.PHONE, "07700 900123"),
        ("g-0", Sort.NAME, "Ash Crew"),
        ("a-0", Sort.OTHER, "@ash"),
    ]
    assert next(one.id for one in identities(CHILD, entry)) == "mother-0"


def test_a_name_that_the_family_shares_may_stand() -> None:
    brother = Mentioned("b", "child", "also-at-risk", ("Lee Rowan",))
    entry = item(Part("What?", "The Rowan home", free=True), mentions=(TIA, brother))
    assert decide(CHILD, entry, []) == (None,)
    assert decide(CHILD, item(Part("What?", "Lee", free=True), mentions=(TIA, brother)), []) == (X,)


RELEASED: dict[str, set[Ground]] = {  # what two people can release to whom
    "child": set(Ground) - {S},
    "parent": set(),
    "told parent": set(),
    "father": set(),
    "court": set(Ground) - {S, A},
    "school": set(Ground) - {S},
    "police": set(Ground) - {S},
    "stranger": set(Ground) - {S},
}


@pytest.mark.parametrize(("whose", "ground"), list(product(EVERYBODY, Ground)))
def test_what_can_be_released(whose: str, ground: Ground) -> None:
    assert releasable(EVERYBODY[whose], ground, [HOME]) == (ground in RELEASED[whose])


def test_an_address_is_never_released_to_whom_it_is_concealed_from() -> None:
    from_child = replace(HOME, kept_from=frozenset({"tia"}))
    assert not releasable(CHILD, A, iter([HOME, from_child]))
    assert releasable(CHILD, X, [from_child])
    assert releasable(CHILD, A)


def test_every_ground_has_its_sentences() -> None:
    assert set(GROUNDS) == set(Ground)
    for told in GROUNDS.values():
        for sentence in (told.says, told.basis):
            assert sentence[0].isupper() and not sentence[1].isupper() and sentence.endswith(".")
            assert "XX" not in sentence
    assert SILENCE.startswith("Some information may have been left out") and SILENCE.endswith("kind.")


def test_the_schedule_is_silent_on_what_it_would_itself_tell() -> None:
    assert {ground: words.told for ground, words in GROUNDS.items() if words.told} == {
        Ground.SOURCE: "who gave information",
        Ground.OTHERS: "about somebody else",
        Ground.PRIVILEGE: "legal advice",
    }


def test_what_a_rule_alone_decides_is_not_chosen_by_hand() -> None:
    assert set(Ground) - set(BY_HAND) == {S, P, L, A}
