"""A document is made anew from what is shown; its schedule tells nothing withheld; its bytes are read back."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import replace

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from safekept.kinds import Privacy
from safekept.redaction import Choices, Ground, Item, Leak, Mentioned, NotReleased, Part, Recipient, Secret, Side, Sort
from safekept.redaction.proving import Unreadable, _from_hex, prove
from safekept.redaction.rebuilding import Rebuilt, ScheduleLine, Section, rebuild
from tests.addresses import reference, written

NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
HOME = Secret("home", Sort.ADDRESS, "14 Alder Row, Brampton", kept_from=frozenset({"mother"}))
WORK = Secret("work", Sort.PHONE, "07700 900123")
TIA = Mentioned("tia", "child", "subject", ("Tia Rowan",))
JAY = Mentioned("jay", "child", "with-the-child", ("Jay Moss",))
SHAW = Mentioned("shaw", "worker", "referrer", ("Mel Shaw",))
CHILD, PARENT, COURT = Recipient(Side.CHILD, "tia"), Recipient(Side.PARENT, "mother"), Recipient(Side.COURT)
POLICE = Recipient(Side.AGENCY, agency="police", works_with_child=True)
LONG = "She went there twice in one week."  # 26 letters


def entry(name: str, *parts: Part, title: str = "Note", **more: object) -> Item:
    return Item(name, "note", title, NOON, "tia", parts, mentions=(TIA, JAY, SHAW), **more)  # type: ignore[arg-type]


def free(text: str, label: str = "What?") -> Part:
    return Part(label, text, free=True)


ITEMS = (
    entry("one", free("All is well."), free("With Jay Moss."), Part("Recorded by", "School", source=True)),
    entry("two", free("She is at 14 Alder Row."), free("Jay again"), title="Concern"),
    entry("three", free("Sealed words of that day, many of them."), sealed=True),
    entry("four", Part("Mentioned", "Jay", about=("jay",)), Part("Mentioned", "Jay", about=("jay",)), title="Concern"),
)


def test_what_is_shown_is_rebuilt_in_order_and_what_is_not_leaves_no_trace() -> None:
    made = rebuild(CHILD, ITEMS, [HOME])
    assert made.sections == (Section("one", "Note", NOON, (("What?", "All is well."),)),)
    assert made.schedule == (
        ScheduleLine(3, "Concern", "about somebody else"),
        ScheduleLine(1, "Note", "about somebody else"),
        ScheduleLine(1, "Note", "who gave information"),
    )
    assert made.grounds == {
        ("one", 0): None, ("one", 1): Ground.OTHERS, ("one", 2): Ground.SOURCE, ("two", 0): Ground.CONCEALED,
        ("two", 1): Ground.OTHERS, ("three", 0): Ground.SEALED, ("four", 0): Ground.OTHERS, ("four", 1): Ground.OTHERS,
    }  # fmt: skip


def test_what_must_not_be_in_it() -> None:
    made = rebuild(CHILD, ITEMS, [HOME, WORK])
    ours = frozenset({"Tia", "Rowan"})
    assert made.canaries == (
        HOME,
        WORK,
        Secret("jay-0", Sort.NAME, "Jay Moss", apart_from=ours),
        Secret("shaw-0", Sort.NAME, "Mel Shaw"),
        Secret("three-0", Sort.OTHER, "Sealed words of that day, many of them."),
    )


def test_a_withheld_text_is_looked_for_from_twenty_four_letters() -> None:
    exact = "abcdefghijkl mnopqrstuvwx"  # 24 letters
    made = rebuild(COURT, [entry("s", free(exact), free(exact[:-1]), Part("x", exact), sealed=True)], [])
    assert [one.text for one in made.canaries] == [exact]


def test_a_withheld_name_that_stands_in_another_entry_by_right_is_still_looked_for() -> None:
    """The second entry does not mention her, and so no rule knows the name there: the proof does."""
    other = replace(entry("two", free("Ask Mel Shaw.")), mentions=(TIA,))
    made = rebuild(COURT, [entry("one", free("Mel Shaw said so.")), other], [])
    assert made.sections[0].lines == (("What?", "Ask Mel Shaw."),)
    assert [one.id for one in made.canaries] == ["shaw-0"]


def test_a_text_that_is_shown_is_not_looked_for() -> None:
    made = rebuild(CHILD, [entry("one", free(LONG))], [])
    assert made.sections[0].lines == (("What?", LONG),) and made.canaries == ()


def test_names_are_looked_for_where_they_were_withheld_and_only_there() -> None:
    assert rebuild(CHILD, [entry("one", free("All is well."))], []).canaries == ()
    suspected = replace(entry("one", free("x")), mentions=(TIA, JAY, Mentioned("mother", "adult", "suspect", ("A B",))))
    assert [one.id for one in rebuild(PARENT, [suspected], []).canaries] == ["jay-0"]
    (told,) = rebuild(COURT, [entry("one", free("Mel Shaw said"))], []).canaries
    assert told.id == "shaw-0"


def test_a_hand_withholds_more_on_a_ground_of_its_choice() -> None:
    choices = Choices(withheld={("one", 0): Ground.HARM, ("one", 1): Ground.HARM})
    made = rebuild(POLICE, [entry("one", free(LONG), free("With Jay Moss."), free("Yes"))], [], choices)
    assert made.grounds == {("one", 0): Ground.HARM, ("one", 1): Ground.HARM, ("one", 2): None}
    assert made.schedule == ()
    assert made.canaries == (Secret("one-0", Sort.OTHER, LONG),)
    by_rule = rebuild(CHILD, ITEMS, [HOME], choices)
    assert by_rule.grounds["one", 1] is Ground.OTHERS  # the rule’s ground stays


RECORDED = Part("Recorded by", "Children’s services", frame=True)
SPOKEN = Part("In the child’s words", "I am scared.", Privacy.CHILD_WORDS)


def test_of_an_entry_of_which_nothing_else_is_left_the_frame_goes_too() -> None:
    """That there is an entry of such a kind would itself tell a parent that the child has spoken."""
    made = rebuild(PARENT, [entry("one", SPOKEN, RECORDED, title="The child’s words")], [])
    assert made.sections == ()
    assert made.grounds == {("one", 0): Ground.CHILD_WORDS, ("one", 1): Ground.CHILD_WORDS}
    second = rebuild(PARENT, [entry("one", free("Jay"), SPOKEN, RECORDED)], [])
    assert second.grounds["one", 2] is Ground.CHILD_WORDS  # free words beside the child’s go with them
    assert rebuild(PARENT, [entry("one", SPOKEN, RECORDED, Part("Offered", "Yes"))], []).sections[0].lines == (
        ("Recorded by", "Children’s services"),
        ("Offered", "Yes"),
    )


def test_a_frame_that_is_all_there_is_stays_and_one_withheld_keeps_its_own_ground() -> None:
    assert rebuild(PARENT, [entry("one", RECORDED)], []).sections[0].lines == (("Recorded by", "Children’s services"),)
    hold = Choices(withheld={("one", 0): Ground.HARM, ("one", 1): Ground.ENQUIRY})
    made = rebuild(CHILD, [entry("one", free("x"), RECORDED)], [], hold)
    assert made.grounds == {("one", 0): Ground.HARM, ("one", 1): Ground.ENQUIRY}


def test_a_frame_goes_on_the_first_ground_of_the_rest() -> None:
    told = Part("Told by", "A teacher", source=True)
    made = rebuild(PARENT, [entry("one", RECORDED, told, SPOKEN)], [])
    assert list(made.grounds.values()) == [Ground.SOURCE, Ground.SOURCE, Ground.CHILD_WORDS]


def test_a_frame_comes_back_with_what_is_released() -> None:
    parts = (free("With Jay Moss."), RECORDED)
    assert rebuild(CHILD, [entry("one", *parts)], []).sections == ()
    made = rebuild(CHILD, [entry("one", *parts)], [], Choices(released=frozenset({("one", 0)})))
    assert len(made.sections[0].lines) == 2


def test_legal_advice_stands_in_the_schedule() -> None:
    made = rebuild(COURT, [entry("one", free("x"))], [], Choices(withheld={("one", 0): Ground.PRIVILEGE}))
    assert made.schedule == (ScheduleLine(1, "Note", "legal advice"),)


def test_a_hand_does_not_choose_what_a_rule_alone_decides() -> None:
    with pytest.raises(NotReleased, match=r"‘sealed’ is not a ground that is chosen by hand.* for ‘What\?’"):
        rebuild(POLICE, [entry("one", free("x"))], [], Choices(withheld={("one", 0): Ground.SEALED}))


def test_two_people_release_what_may_be_released() -> None:
    choices = Choices(released=frozenset({("one", 1), ("one", 0)}))
    made = rebuild(CHILD, ITEMS[:1], [HOME], choices)
    assert made.sections[0].lines == (("What?", "All is well."), ("What?", "With Jay Moss."))
    assert [one.id for one in made.canaries] == ["home", "shaw-0"]


def test_a_hand_withholds_also_what_was_released() -> None:
    choices = Choices({("one", 1): Ground.HARM}, frozenset({("one", 1)}))
    made = rebuild(CHILD, ITEMS[:1], [], choices)
    assert made.grounds["one", 1] is Ground.HARM
    assert "jay-0" not in {one.id for one in made.canaries} or made.grounds["one", 1] is not None


def test_an_address_released_to_the_child_is_not_looked_for_and_the_others_are() -> None:
    both = [entry("one", free("Now at 14 Alder Row."), Part("14 alder row?", "Ring 07700 900123"))]
    made = rebuild(CHILD, both, [HOME, WORK], Choices(released=frozenset({("one", 0)})))
    assert made.sections[0].lines == (("What?", "Now at 14 Alder Row."),)
    assert made.canaries == (WORK,)
    label = rebuild(
        CHILD, [entry("one", Part("14 alder row?", "Yes"))], [HOME], Choices(released=frozenset({("one", 0)}))
    )
    assert label.canaries == ()


@pytest.mark.parametrize(
    ("recipient", "place"),
    [(PARENT, ("one", 1)), (PARENT, ("two", 0)), (COURT, ("two", 0)), (COURT, ("three", 0)), (POLICE, ("three", 0))],
)
def test_what_cannot_be_released(recipient: Recipient, place: tuple[str, int]) -> None:
    title = {"one": "Note", "two": "Concern", "three": "Note"}[place[0]]
    with pytest.raises(NotReleased, match=f"‘What\\?’ of ‘{title}’ cannot be released: "):
        rebuild(recipient, ITEMS, [HOME], Choices(released=frozenset({place})))


@pytest.mark.parametrize("part", [free("At 14 Alder Row"), Part("14 Alder Row", "yes")])
def test_an_address_is_not_released_to_whom_it_is_concealed_from(part: Part) -> None:
    kept = replace(HOME, kept_from=frozenset({"tia"}))
    with pytest.raises(NotReleased, match="kept apart"):
        rebuild(CHILD, [entry("one", part)], [WORK, kept], Choices(released=frozenset({("one", 0)})))


@given(written(), st.lists(st.sampled_from(["All is well.", "A meeting.", "Jay"]), max_size=3), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_parents_document_never_holds_a_concealed_address(
    one: tuple[Secret, str], around: list[str], words: bool
) -> None:
    secret, text = one
    privacy = Privacy.CHILD_WORDS if words else Privacy.CASE
    parts = [free(" ".join([*around, text])), Part(text, "Yes"), Part("Other", text, privacy), free("All is well.")]
    for agreed in (False, True):
        made = rebuild(replace(PARENT, agreed=agreed), [entry("one", *parts)], [secret])
        shown = [line for section in made.sections for pair in section.lines for line in pair]
        assert not any(reference(line, secret) for line in shown)
        assert secret in made.canaries


def pdf(text: str, title: str = "A document", alt: str = "") -> bytes:
    source = f"#set document(title: sys.inputs.title, date: none)\n#sys.inputs.text\n{alt}"
    made: bytes = typst.compile(source.encode(), format="pdf", sys_inputs={"title": title, "text": text})
    return made


def test_finished_bytes_are_read_back() -> None:
    assert prove(pdf("All is well on Elm Road."), [HOME, WORK]) == []
    assert Leak("home", "text") in prove(pdf("She is at 14 ALDER\nRow."), [HOME, WORK])
    assert {one.where for one in prove(pdf("x", title="14 Alder Row"), [HOME])} >= {"metadata"}
    assert [one.secret for one in prove(pdf("Ring 07700 900 123"), [HOME, WORK])] == ["work"]


def test_each_place_of_a_secret_is_found_once_a_way() -> None:
    found = prove(plain_pdf(b"% 14 Alder Row"), [WORK, HOME])
    assert set(found) == {Leak("home", "bytes")}


def plain_pdf(more: bytes = b"") -> bytes:
    """The smallest PDF that can be read, with more bytes in it that no reader shows."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, body)
    made += b"4 0 obj" + more + b"\nendobj\n"
    start = len(made)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        made
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + (b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
    )


SAID = "14 Alder Row"
HEX, HEX_WIDE = SAID.encode().hex().encode(), SAID.encode("utf-16-be").hex().encode()


def stream(body: bytes, end: bytes = b"\n") -> bytes:
    return b"<</Length %d>>stream%s%s%sendstream" % (len(body), b"\n", body, end)


@pytest.mark.parametrize(
    "hidden",
    [
        b"(14 Alder Row)",
        SAID.encode("utf-16-be"),
        b"<" + HEX + b">",
        b"<FEFF" + HEX_WIDE.upper() + b">",
        b"<" + HEX[:6] + b"\n" + HEX[6:] + b">",
        stream(zlib.compress(b"(14 Alder Row)")),
        stream(zlib.compress(b"BT <" + HEX + b"> Tj")),
        stream(zlib.compress(SAID.encode("utf-16-be")), b"\r\n"),
        stream(b"no stream of this sort") + stream(zlib.compress(b"(14 Alder Row)"), b""),
        "(１４ Álder Row)".encode(),
    ],
)
def test_what_no_reader_shows_is_found_too(hidden: bytes) -> None:
    assert prove(plain_pdf(), [HOME]) == []
    assert {one.where for one in prove(plain_pdf(hidden), [HOME])} == {"bytes"}


def test_an_odd_number_of_digits_counts_as_if_a_nought_followed() -> None:
    assert prove(plain_pdf(b"<" + b"61626" + b">"), [Secret("x", Sort.OTHER, "ab`")]) == []
    assert prove(plain_pdf(b"<" + b"6162637" + b">"), [Secret("x", Sort.OTHER, "abcp")]) == [Leak("x", "bytes")] * 2


@pytest.mark.parametrize(
    ("digits", "read"),
    [(b"61", b"a"), (b"6162", b"ab"), (b"61 62\n63", b"abc"), (b"6", b"`"), (b"616", b"a`"), (b"61626", b"ab`")],
)
def test_two_digits_are_one_byte_and_nothing_is_added_to_whole_ones(digits: bytes, read: bytes) -> None:
    assert _from_hex(digits) == read


def test_a_name_alone_is_no_leak_in_bytes() -> None:
    assert prove(pdf("In May"), [Secret("x", Sort.NAME, "May Lee")]) == []
    assert prove(pdf("In May Lee"), [Secret("x", Sort.NAME, "May Lee")]) == [Leak("x", "text")]


def test_what_cannot_be_read_back_is_not_proved() -> None:
    with pytest.raises(Unreadable, match="could not be read back"):
        prove(b"no document", [])


def test_nothing_to_tell_makes_an_empty_document() -> None:
    assert rebuild(CHILD, [], []) == Rebuilt((), (), {}, ())
