"""The chain itself, followed link by link: what each sort of damage is called, and where it is said to be."""

from __future__ import annotations

import datetime as dt
import hashlib
from uuid import UUID

import pytest

from safekept.proof.walking import CHANGED, GONE, MOVED, NOT_AFTER, Mark, Walk, digest_of
from safekept.record import chain

SUBJECT = UUID("00000000-0000-0000-0000-000000000001")
Link = tuple[int, bytes, bytes, bytes, bytes]
"""Number, row, digest, link, and the hash before it."""


def links(count: int) -> list[Link]:
    found, last = [], bytes(32)
    for seq in range(1, count + 1):
        row, digest = UUID(int=seq).bytes, hashlib.sha256(b"row %d" % seq).digest()
        link = hashlib.sha256(last + row + f"|3|{seq}|".encode() + digest).digest()
        found.append((seq, row, digest, link, last))
        last = link
    return found


def told(
    some: list[Link], keeps_previous: bool, ends: tuple[int, bytes] | None, **walk: object
) -> list[tuple[int, str]]:
    """Number and sentence of everything that is found wrong with these links."""
    follow = Walk("reads", 3, **walk)  # type: ignore[arg-type]
    faults = []
    for seq, row, digest, link, before in some:
        faults += follow.step(seq, row, digest, link, digest, before if keeps_previous else None)
    faults += follow.end(*ends) if ends else follow.end(None)
    return [(fault.seq, fault.says) for fault in faults]


@pytest.mark.parametrize("keeps_previous", [True, False])
class TestWalk:
    def test_a_whole_chain(self, keeps_previous: bool) -> None:
        whole = links(4)
        assert told(whole, keeps_previous, (4, whole[-1][3])) == []

    def test_a_long_chain_is_followed_to_its_end(self, keeps_previous: bool) -> None:
        whole = links(600)
        marks = {600: Mark(whole[-1][3], "checkpoint 1")}
        assert told(whole, keeps_previous, (int("600"), whole[-1][3]), marks=marks) == []

    def test_one_and_several_missing(self, keeps_previous: bool) -> None:
        whole = links(6)
        end = (6, whole[-1][3])
        assert told(whole[:1] + whole[2:], keeps_previous, end) == [(2, "Rows are missing here: number 2.")]
        assert told(whole[:1] + whole[4:], keeps_previous, end) == [(2, "Rows are missing here: numbers 2 to 4.")]
        assert told(whole[:2] + whole[5:], keeps_previous, end) == [(3, "Rows are missing here: numbers 3 to 5.")]
        assert told(whole[:3] + whole[5:], keeps_previous, end) == [(4, "Rows are missing here: numbers 4 to 5.")]
        assert told(whole[1:], keeps_previous, end) == [(1, "Rows are missing here: number 1.")]

    def test_a_cut_end(self, keeps_previous: bool) -> None:
        whole = links(4)
        end = (4, whole[-1][3])
        assert told(whole[:3], keeps_previous, end) == [(4, "The end of the chain was cut: number 4 missing.")]
        assert told(whole[:2], keeps_previous, end) == [(3, "The end of the chain was cut: numbers 3 to 4 missing.")]
        assert told(whole[:1], keeps_previous, end) == [(2, "The end of the chain was cut: numbers 2 to 4 missing.")]
        assert told([], keeps_previous, end) == [(1, "The end of the chain was cut: numbers 1 to 4 missing.")]

    def test_an_end_that_is_not_where_it_is_recorded(self, keeps_previous: bool) -> None:
        whole = links(2)
        says = "The chain does not end where its end is recorded."
        assert told(whole, keeps_previous, (1, whole[0][3])) == [(2, says)]
        assert told(whole, keeps_previous, (2, b"another")) == [(2, says)]
        assert told(whole, keeps_previous, None) == [(0, "The end of this chain is not recorded any more.")]

    def test_a_link_that_was_changed(self, keeps_previous: bool) -> None:
        whole = links(3)
        seq, row, digest, _, before = whole[1]
        changed = [whole[0], (seq, row, digest, bytes(32), before), whole[2]]
        after = NOT_AFTER if keeps_previous else MOVED
        assert told(changed, keeps_previous, (3, whole[2][3])) == [(2, MOVED), (3, after)]

    def test_what_checkpoints_vouch_for(self, keeps_previous: bool) -> None:
        whole = links(4)
        end = (4, whole[-1][3])
        right, wrong = Mark(whole[0][3], "checkpoint 1"), Mark(b"x", "checkpoint 2")
        assert told(whole, keeps_previous, end, marks={1: right}) == []
        rewritten = "The chain was rewritten after number 1: it is not what checkpoint 2 vouches for."
        marks = {1: right, 3: wrong, 4: wrong}
        assert told(whole, keeps_previous, end, marks=marks) == [(3, rewritten)]
        cut = "checkpoint 2 vouches for number 9: the end was cut."
        assert told(whole, keeps_previous, end, marks={9: wrong, 12: wrong}) == [(5, cut)]
        first = "The chain was rewritten from its beginning: it is not what checkpoint 2 vouches for."
        assert told(whole, keeps_previous, end, marks={2: wrong}) == [(2, first)]


@pytest.mark.parametrize(("found", "says"), [(None, GONE), (b"another", CHANGED)])
def test_a_row_that_is_gone_or_says_something_else(found: bytes | None, says: str) -> None:
    seq, row, digest, link, _ = links(1)[0]
    (fault,) = Walk("reads", 3).step(seq, row, digest, link, found)
    assert (fault.chain, fault.shard, fault.seq, fault.row, fault.says) == ("reads", 3, 1, str(UUID(int=1)), says)


def test_a_row_that_names_another_one_before_it() -> None:
    """The row’s own hash fits what it names; only what it names is not the one before it."""
    row, digest = UUID(int=1).bytes, bytes(32)
    link = chain.link_bytes(b"another", row, 3, 1, digest)
    assert [fault.says for fault in Walk("reads", 3).step(1, row, digest, link, digest, b"another")] == [NOT_AFTER]
    for another in (bytes(32), b"\xff" * 32):  # whether it comes before or after the right one in order
        follow = Walk("reads", 3)
        first = links(1)[0]
        assert follow.step(*first[:4], first[2], first[4]) == ()
        link = chain.link_bytes(another, row, 3, 2, digest)
        assert [fault.says for fault in follow.step(2, row, digest, link, digest, another)] == [NOT_AFTER]


def test_a_number_that_was_left_out_is_missing_although_the_hashes_follow() -> None:
    follow = Walk("reads", 3)
    first = links(1)[0]
    assert follow.step(*first[:4], first[2], first[4]) == ()
    row, digest = UUID(int=3).bytes, bytes(32)
    link = chain.link_bytes(first[3], row, 3, 3, digest)
    (fault,) = follow.step(3, row, digest, link, digest, first[3])
    assert (fault.seq, fault.row, fault.says) == (2, "", "Rows are missing here: number 2.")


def test_a_number_that_comes_twice_is_wrong_although_the_hashes_follow() -> None:
    follow = Walk("reads", 3)
    first = links(1)[0]
    assert follow.step(*first[:4], first[2], first[4]) == ()
    row, digest = UUID(int=2).bytes, bytes(32)
    link = chain.link_bytes(first[3], row, 3, 1, digest)
    (fault,) = follow.step(1, row, digest, link, digest, first[3])
    assert (fault.chain, fault.shard, fault.seq, fault.row) == ("reads", 3, 1, str(UUID(int=2)))
    assert fault.says == "This row’s number came before already: rows were moved or put in."


def test_the_digest_of_a_row_is_that_of_its_text() -> None:
    assert digest_of(None) is None
    assert digest_of("é") == hashlib.sha256("é".encode()).digest()


def test_the_canonical_form_is_the_same_for_ever() -> None:
    """Keys in order, no spaces, ids and times as text, times in UTC to the microsecond."""
    summer = dt.timezone(dt.timedelta(hours=1))
    content = {"b": dt.datetime(2026, 6, 1, 13, 0, tzinfo=summer), "a": SUBJECT, "c": {"z": 1, "é": "ü"}}
    assert chain.canonical(content) == (
        '{"a":"00000000-0000-0000-0000-000000000001","b":"2026-06-01T12:00:00.000000+00:00","c":{"z":1,"é":"ü"}}'.encode()
    )
    with pytest.raises(TypeError, match="not JSON serializable"):
        chain.canonical({"a": object()})


def test_a_link_holds_the_place_of_its_row() -> None:
    digest, last = hashlib.sha256(b"x").digest(), bytes(32)
    told_by_hand = hashlib.sha256(last + SUBJECT.bytes + b"|7|12|" + digest).digest()
    assert chain.link(last, SUBJECT, 7, 12, digest) == told_by_hand
    assert chain.shard_of(SUBJECT) == hashlib.sha256(SUBJECT.bytes).digest()[0] % 16


def test_what_the_chain_vouches_for_and_its_digest() -> None:
    row = {name: name for name in chain.CONTENT} | {
        "at": dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC),
        "hash": b"left out",
    }
    content = chain.content_of(row, [(UUID(int=2), "victim"), (UUID(int=1), "subject"), (UUID(int=1), "carer")])
    assert content["mentions"] == [
        [str(UUID(int=1)), "carer"], [str(UUID(int=1)), "subject"], [str(UUID(int=2)), "victim"]
    ]  # fmt: skip
    assert set(content) == {*chain.CONTENT, "mentions"}
    small = {"b": 1, "a": dt.datetime(2026, 7, 4, 13, tzinfo=dt.timezone(dt.timedelta(hours=1)))}
    by_hand = hashlib.sha256(b"salt" + b'{"a":"2026-07-04T12:00:00.000000+00:00","b":1}').digest()
    assert chain.digest(b"salt", small) == by_hand
    assert len(chain.START) == 32
    assert {chain.shard_of(UUID(int=number)) for number in range(400)} == set(range(16))
