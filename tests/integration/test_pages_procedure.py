"""The procedure reads as a handbook, and every rule has an address that stays."""

from __future__ import annotations

import dataclasses
import re

import pytest
from markupsafe import escape

from safekept.handbook import words
from safekept.handbook.presenters import ways
from safekept.handbook.questions import KINDS_OF_OTHERS, KINDS_OF_THE_CHILD
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES, ASKED, QUESTIONS
from safekept.procedures import Item, PackList, load_library
from tests import factories
from tests.pages import a_child, signed_in, text_of

pytestmark = pytest.mark.django_db
PACKS = load_library().packs


@pytest.fixture
def client():
    return signed_in(factories.children_services())


def test_the_viewers_own_procedure_comes_first(client):
    html = client.get("/procedure/").content.decode()
    assert html.index("Your area’s") < html.index("West Midlands")


@pytest.mark.parametrize("pack_id", PACKS)
def test_every_page_of_a_procedure_reads(client, pack_id):
    pack = PACKS[pack_id]
    addresses = ["", "rules/", "lists/", "reminders", "paragraphs", "coverage", "readings", "print", "versions"]
    addresses += ["moments/", "roles/", "questions/", "search", "search?q=child", "coverage?state=partly"]
    addresses += [f"rules/{rule.id}" for rule in pack.rules] + [f"lists/{name}" for name in pack.lists]
    addresses += [f"guards/{guard.id}" for guard in pack.guards]
    addresses += [f"moments/{kind}" for kind in {t.kind for rule in pack.rules for t in rule.triggers}]
    addresses += [f"roles/{kind}" for kind in AGENCIES] + [f"questions/q{n}" for n in range(1, 6)]
    addresses += [f"print/{part}" for part in ("rules", "lists", "paragraphs", "readings")]
    for address in addresses:
        assert client.get(f"/procedure/{pack_id}/{address}").status_code == 200, address


def test_a_rule_says_when_who_by_when_and_from_which_paragraph(client):
    page = text_of(client.get("/procedure/west-midlands/rules/discussion-after-referral"))
    for said in (
        "Children’s services receive a referral",
        "with Police",
        "Within 3 working days",
        "WM-14.2",
        "9 April",
    ):
        assert said in page


def test_everything_is_found_by_word_and_by_paragraph(client):
    found = text_of(client.get("/procedure/west-midlands/search?q=WM-14.2"))
    assert "Talk the referral over" in found and "What the discussion considers and records" in found
    nothing = text_of(client.get("/procedure/west-midlands/search?q=xyzzy+referral"))
    assert "Nothing holds all of these words" in nothing and "Not in this procedure at all: xyzzy" in nothing


@pytest.mark.parametrize(
    "address", ["nowhere/", "west-midlands/rules/none", "west-midlands/lists/none", "west-midlands/guards/none"]
)
def test_what_does_not_exist_is_not_found(client, address):
    assert client.get(f"/procedure/{address}").status_code == 404


@pytest.mark.requirement("WM-14.2")
def test_a_rule_leads_to_the_others_of_its_paragraph(client):
    talk = client.get("/procedure/west-midlands/rules/discussion-after-referral")
    assert "Also from WM-14.2" in text_of(talk) and "Within 24 hours" in text_of(talk)
    assert "rules/strategy-discussion-after-referral" in talk.content.decode()
    other = client.get("/procedure/west-midlands/rules/strategy-discussion-after-referral")
    assert "rules/discussion-after-referral" in other.content.decode() and "Within 3 working days" in text_of(other)


def test_a_moment_shows_what_is_owed_the_soonest_first(client):
    """A referral (WM-14.2): as a strategy discussion within 24 hours, otherwise within three working days."""
    page = text_of(client.get("/procedure/west-midlands/moments/referral"))
    assert page.index("Hold the strategy discussion") < page.index("Talk the referral over")
    assert "What the discussion considers and records" in page
    assert client.get("/procedure/west-midlands/moments/found").status_code == 404


def test_a_child_who_came_back_is_a_moment_where_the_procedure_speaks_of_it(client):
    """London’s Appendix E: the interview within 72 hours of being found."""
    page = text_of(client.get("/procedure/london/moments/found"))
    assert "A child came back or was found" in page and "Within 72 hours" in page


def test_moments_stand_in_the_order_of_the_stages(client):
    html = client.get("/procedure/west-midlands/moments/").content.decode()
    titles = ["A concern was noticed", "A child was screened", "A referral arrived", "A referral was talked over",
              "An assessment was finished", "A meeting was held", "A plan was made", "A review was held"]  # fmt: skip
    places = [html.index(f">{title}<") for title in titles]
    assert places == sorted(places)


def test_a_school_reads_what_falls_to_it(client):
    """WM-12.1: whoever is worried completes the screening tool, and a school may be; it never holds the discussion."""
    page = text_of(client.get("/procedure/west-midlands/roles/school"))
    assert "Complete the screening tool" in page and "What you owe if you recorded the cause" in page
    assert "Talk the referral over" not in page
    police = text_of(client.get("/procedure/west-midlands/roles/police"))
    assert police.index("Where you take part") < police.rindex("Talk the referral over")


def test_each_of_the_childs_questions_leads_to_lists_and_rules(client):
    """‘Have you checked who else may be at risk?’: WM-19.1 and WM-27.1."""
    page = text_of(client.get("/procedure/west-midlands/questions/q3"))
    assert "think of the safety of others" in page
    assert "Links to look for" in page and "Consider the complex abuse procedure" in page
    london = text_of(client.get("/procedure/london/questions/"))
    assert "This procedure has no such list; the words are those of the West Midlands procedure" in london


@pytest.mark.parametrize("pack_id", PACKS)
def test_every_question_is_answered_by_something_and_in_the_order_of_the_procedure(client, pack_id):
    pack = PACKS[pack_id]
    answers = (*ways.of_the_child(pack), *ways.common(pack))
    assert all(one.lists or one.rules for one in answers)
    assert {one.id: tuple(listed.id for listed in one.lists) for one in answers if one.lists} == pack.answers


def test_every_question_has_its_kinds_and_every_kind_is_one():
    assert (set(KINDS_OF_THE_CHILD), set(KINDS_OF_OTHERS)) == (set(QUESTIONS), set(ASKED))
    named = {kind for kinds in (*KINDS_OF_THE_CHILD.values(), *KINDS_OF_OTHERS.values()) for kind in kinds}
    assert named <= set(KINDS)


def test_a_procedure_says_itself_which_lists_answer_a_question():
    """A made-up area calls its list otherwise than either region does, and its pages lead to it all the same."""
    ours = PackList("street-signs", "Street signs", ("WM-10.5",), (Item("late", "Out late"),))
    pack = dataclasses.replace(PACKS["west-midlands"], lists={ours.id: ours}, answers={"signs": (ours.id,)})
    (found,) = (one for one in ways.common(pack) if one.id == "signs")
    assert found.lists == (ours,)
    assert not [one for one in ways.common(dataclasses.replace(pack, answers={})) if one.id == "signs"]


@pytest.mark.parametrize("pack_id", PACKS)
def test_everything_that_happens_has_words_of_its_own(pack_id):
    assert all(one.kind in words.MOMENTS for one in ways.moments(PACKS[pack_id]))
    assert set(words.WHO) == set(AGENCIES)


def test_search_finds_the_beginning_of_a_word_and_marks_it(client):
    html = client.get("/procedure/west-midlands/search?q=screen+tool").content.decode()
    assert 'Complete the <mark class="sk-mark">screen</mark>ing <mark class="sk-mark">tool</mark>' in html
    assert text_of(client.get("/procedure/west-midlands/search?q=creening")).count("Nothing holds all of these words")


def test_search_takes_either_apostrophe_and_shows_what_was_typed_as_text(client):
    for typed in ("children%27s", "children%E2%80%99s"):
        assert "Found in" in text_of(client.get(f"/procedure/west-midlands/search?q={typed}"))
    html = client.get("/procedure/west-midlands/search?q=%3Cscript%3E").content.decode()
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_search_tells_one_paragraph_from_another_that_begins_alike(client):
    """WM-2.1 is not WM-2.10."""
    html = client.get("/procedure/west-midlands/search?q=WM-2.1").content.decode()
    assert 'paragraphs#WM-2.1"' in html and 'paragraphs#WM-21.1"' not in html


@pytest.mark.parametrize("query", ["%00", "a" * 5000, "((((", "%5B", "+" * 50, "x " * 60])
def test_search_takes_anything(client, query):
    assert client.get(f"/procedure/london/search?q={query}").status_code == 200


def test_a_rule_shows_an_example_worked_out(client):
    """Monday 2 March 2026 and three working days: Thursday 5 March."""
    page = text_of(client.get("/procedure/west-midlands/rules/discussion-after-referral"))
    assert "Monday 2 March 2026, 10:00: Referral (School). Who is it to? Children’s services." in page
    assert "Children’s services: Talk the referral over, by Thursday 5 March 2026, 23:59." in page


@pytest.mark.parametrize("pack_id", PACKS)
def test_coverage_counts_every_paragraph_and_says_what_is_not_there(client, pack_id):
    pack = PACKS[pack_id]
    page = text_of(client.get(f"/procedure/{pack_id}/coverage"))
    assert f"{len(pack.paragraphs)} paragraphs" in page and "Not there yet, in whole or in part" in page
    html = client.get(f"/procedure/{pack_id}/coverage").content.decode()
    assert html.count('<section class="sk-card" id="') == len(pack.paragraphs)
    assert html.count("/rules/") >= len(pack.rules)


@pytest.mark.parametrize("pack_id", PACKS)
def test_readings_and_own_wording_are_all_said(client, pack_id):
    pack = PACKS[pack_id]
    page = text_of(client.get(f"/procedure/{pack_id}/readings"))
    html = client.get(f"/procedure/{pack_id}/readings").content.decode()
    assert page.count("Read here as:") == len(pack.defects)
    for listed in pack.lists.values():
        if listed.id != "known-gaps" and (listed.own_words or any(item.own for item in listed.items)):
            assert f'/lists/{listed.id}">' in html, listed.id
    assert "How an area replaces it" in page


@pytest.mark.parametrize("pack_id", PACKS)
def test_the_whole_procedure_prints_with_every_rule_list_and_paragraph(client, pack_id):
    pack = PACKS[pack_id]
    page, html = (f(client.get(f"/procedure/{pack_id}/print")) for f in (text_of, lambda r: r.content.decode()))
    squeezed = " ".join(page.split())
    for title in (*(r.title for r in pack.rules), *(li.title for li in pack.lists.values())):
        assert escape(" ".join(title.split())) in squeezed, title
    for paragraph in pack.paragraphs.values():
        assert f"{paragraph.id} {escape(paragraph.heading)}" in squeezed
    anchors = re.findall(r'href="#([^"]+)"', html)
    assert all(f'id="{one}"' in html for one in anchors if one != "main-content")
    part = client.get(f"/procedure/{pack_id}/print/lists").content.decode()
    assert 'id="part-lists"' in part and 'id="part-rules"' not in part
    assert client.get(f"/procedure/{pack_id}/print/nothing").status_code == 404


def test_a_form_has_its_lists_at_hand(client):
    """The discussion (WM-14.2) with what it considers; a screening with its signs and categories."""
    worker = factories.children_services()
    child = a_child(worker)
    browser = signed_in(worker)
    form = browser.get(f"/children/{child}/record/discussion?rule=discussion-after-referral").content.decode()
    assert "/procedure/west-midlands/2015.1/lists/discussion-considers" in form
    screening = browser.get(f"/children/{child}/screening").content.decode()
    assert "/procedure/west-midlands/2015.1/lists/signs" in screening
    assert "/procedure/west-midlands/2015.1/lists/vulnerabilities" in screening
