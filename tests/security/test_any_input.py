"""Every form of the site, for everybody, with anything in it: never an error page, and what was typed is given back.

Each example sends one form: fields as the page offers them, left out, doubled, or filled with what no hand types.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache as remembered
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.security.test_routes import IN, NO_CASES, OUT, TABLE
from tests.security.world import World

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("ANY_INPUT_EXAMPLES", "60"))
"""Forms sent: few in every run, thousands in ``make security``."""
PEOPLE = (*IN, *OUT, *NO_CASES, "signed out")
MORE = {
    **{
        f"record {kind}": f"/children/{{child}}/record/{kind}"
        for kind in ("meeting", "plan", "sharing", "circumstance")
    },
    **{f"record {kind} too": f"/children/{{child}}/record/{kind}" for kind in ("child-voice", "withdrawn", "order")},
    **{
        f"who {act}": f"/children/{{child}}/who/{act}"
        for act in ("close", "open", "propose", "name", "deny", "conflict")
    },
    **{f"entry {act}": f"/entries/{{entry}}/who/{act}" for act in ("share", "seal", "propose")},
    "who emergency": "/children/{child}/who/emergency",
    "told": "/children/{child}/sharing/told",
    **{f"concern {step}": f"/concern/{{draft}}/{step}" for step in ("who", "danger", "noticed", "signs", "others")},
}
"""Addresses of a shape that the table of routes has once, and forms of which there are several."""
ADDRESSES = {name: path for name, (path, _) in TABLE.items()} | MORE
TYPED = "What somebody typed 0123456789 and must not lose"
HOSTILE = (
    b"", b" ", b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"9" * 30, b"9" * 5000, b"-1", b"1e400", b"NaN",
    b"[]", b'{"a":[1]}', b"null", b"\xe2\x80\xae\xc2\xb2", b"'\"><script>{{7*7}}", b"2026-02-30", b"0000-00-00",
    b"00000000-0000-0000-0000-000000000000", b"../../etc/passwd", b"%00", b"x" * 60_000, b"\r\n\r\n", b"99:99", b"0x1f",
    b"\xf0\x9f\x92\xa9", "²".encode(), "١٢".encode(), TYPED.encode(),
)  # fmt: skip


class Fields(HTMLParser):
    """The fields of a page's forms: name to what can be chosen or stands there; which of them take free text."""

    def __init__(self) -> None:
        super().__init__()
        self.offered: dict[str, list[bytes]] = {}
        self.typed: set[str] = set()
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "select":
            self._select = name
        if tag == "option" and self._select:
            self.offered.setdefault(self._select, []).append((given.get("value") or "").encode())
        if tag in ("input", "button", "textarea") and name and name != "csrfmiddlewaretoken":
            self.offered.setdefault(name, []).append((given.get("value") or "").encode())
        if tag == "textarea" and name:
            self.typed.add(name)


def addresses(world: World) -> dict[str, str]:
    ids = {key: value for key, value in vars(world).items() if isinstance(value, UUID)}
    return {name: path.format(**ids) for name, path in ADDRESSES.items()}


def encoded(fields: list[tuple[str, bytes]]) -> str:
    return "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in fields)


@st.composite
def forms(draw: st.DrawFn, offered: Mapping[str, list[bytes]]) -> list[tuple[str, bytes]]:
    """A form: most of its fields, each as offered or not, once or more; and now and then one that it does not have."""
    sent: list[tuple[str, bytes]] = []
    for name, values in offered.items():
        anything = st.one_of(st.sampled_from(values), st.sampled_from(HOSTILE), st.binary(max_size=12))
        times = draw(st.sampled_from((0, 1, 1, 1, 1, 1, 2, 3)))
        sent += [(name, draw(anything)) for _ in range(times)]
    for _ in range(draw(st.integers(0, 2))):
        sent.append((draw(st.sampled_from(("answers", "client_key", "at-when", "id", "a\x00", "other-9-what", "add"))),
                     draw(st.sampled_from(HOSTILE))))  # fmt: skip
    return sent


class Site:
    """The world's browsers, each with its cookies kept, and the fields of each page for each of them."""

    def __init__(self, world: World) -> None:
        self.addresses = addresses(world)
        self.cookies = {who: world.browser(who).cookies for who in PEOPLE}
        self.fields = remembered(self._fields)

    def browser(self, who: str) -> Client:
        """A browser as the person had it, that lets what breaks be seen."""
        made = Client(raise_request_exception=True)
        made.cookies.load({key: morsel.value for key, morsel in self.cookies[who].items()})
        return made

    def _fields(self, who: str, name: str) -> Fields:
        found = Fields()
        with undone():
            answer = self.browser(who).get(self.addresses[name])
            if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
                found.feed(answer.content.decode())
        return found


class undone:  # noqa: N801  (a word of the test)
    """What happens inside did not happen."""

    def __enter__(self) -> None:
        self.point = transaction.savepoint()

    def __exit__(self, *_: Any) -> None:
        transaction.savepoint_rollback(self.point)


def test_whatever_a_form_holds_there_is_an_answer_and_nothing_typed_is_lost() -> None:
    cache.clear()
    site = Site(World())
    asked: set[str] = set()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES <= 200,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data(), st.sampled_from(PEOPLE), st.sampled_from(sorted(ADDRESSES)))
    def answered(data: st.DataObject, who: str, name: str) -> None:
        cache.clear()
        fields = site.fields(who, name)
        sent = data.draw(forms(fields.offered))
        with undone():
            answer = site.browser(who).post(
                site.addresses[name], encoded(sent), content_type="application/x-www-form-urlencoded"
            )
        assert answer.status_code < 500, (who, name, sent)
        asked.add(name)
        if answer.status_code == 422:
            given_back = answer.content.decode()
            for field in fields.typed & {one for one, _ in sent}:
                first = next(value for one, value in sent if one == field)
                assert first != TYPED.encode() or TYPED in given_back, (who, name, field)

    answered()
    assert len(asked) > min(EXAMPLES, len(ADDRESSES)) / 3


def every_form(site: Site) -> Iterator[tuple[str, str, Fields]]:
    for name in sorted(ADDRESSES):
        for who in ("social worker", "guardian"):
            if (fields := site.fields(who, name)).typed:
                yield who, name, fields
                break


def test_a_page_of_every_form_gives_back_what_was_typed_into_it() -> None:
    """The long answers filled in, and everything else left as no hand leaves it: where it is not taken, it stays."""
    cache.clear()
    site = Site(World())
    given_back = 0
    for who, name, fields in every_form(site):
        others = [(one, b"\x00") for one in fields.offered if one not in fields.typed]
        sent = [*((one, TYPED.encode()) for one in fields.typed), *others]
        with undone():
            answer = site.browser(who).post(
                site.addresses[name], encoded(sent), content_type="application/x-www-form-urlencoded"
            )
        page = answer.content.decode(errors="replace")
        assert answer.status_code < 500, (who, name)
        if answer.status_code == 422:
            given_back += 1
            assert page.count(TYPED) >= len(fields.typed), (who, name, sorted(fields.typed))
    assert given_back >= 5
