"""The script and the server find the same words; whoever writes is told quietly, and is never held back."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from safekept.procedures import load_library
from safekept.procedures.language import caught
from safekept.procedures.sentences import read_sentences
from tests import factories
from tests.journeys.conftest import no_barriers, picture, sign_in
from tests.pages import a_child

pytestmark = pytest.mark.requirement("LN-13.lang", "WM-2.1")
FIND = """async ([data, texts]) => {
  const script = document.querySelector("script[type=module]").src;
  const { finder } = await import(script.replace("safekept.js", "words.js"));
  const find = finder(JSON.parse(data));
  return texts.map((text) => find(text).map((one) => [one.phrase.id, one.words]));
}"""
JUMBLED = """puts Herself at risk not consensual failed to engage we the promiscuous her lifestyle CHOICE absconded
'cause it’s girls' 24 year old boyfriend 😀 é İ"""
BLAMING = "Tia puts herself at risk and he said ‘you are promiscuous’."


@pytest.fixture
def people(site: str) -> dict[str, Any]:
    worker = factories.children_services()
    return {"worker": worker, "tia": a_child(worker)}


def opened(context: BrowserContext, site: str, people: dict[str, Any], kind: str = "note") -> Page:
    sign_in(context, site, people["worker"].account_id)
    page = context.new_page()
    page.goto(f"{site}/children/{people['tia']}/record/{kind}")
    return page


def _jumbled(count: int) -> list[str]:
    """Texts of words that lines hold, with marks of every kind between them, always the same."""
    rng = random.Random(20261122)
    words = JUMBLED.split()
    marks = [" ", " ", " ", " ", "-", ", ", ". ", "\n", "\n\n", "\r\n \r\n", ' "', '" ', " “", "” ", " ‘", "’ "]
    marks += [" '", "' ", "«", "»", "’", "'", "—", ";", "5'", '"', "😀"]
    return ["".join(rng.choice(words) + rng.choice(marks) for _ in range(rng.randint(2, 25))) for _ in range(count)]


@pytest.mark.parametrize("procedure", ["london", "west-midlands"])
def test_script_and_server_agree_on_every_sentence(
    wide: BrowserContext, site: str, people: dict[str, Any], procedure: str
) -> None:
    pack = load_library().packs[procedure]
    sentences = [one.says for one in read_sentences()]
    texts = [*sentences, "\n\n".join(sentences), " ".join(sentences), *_jumbled(3000)]
    found = opened(wide, site, people).evaluate(FIND, [pack.language.for_script, texts])
    for text, mine in zip(texts, found, strict=True):
        assert [[one.phrase.id, one.words] for one in caught(pack, text)] == mine, text
    assert sum(bool(mine) for mine in found[: len(sentences)]) > 150


@pytest.mark.parametrize("window", ["wide", "narrow"])
def test_better_words_are_shown_while_somebody_writes(
    request: pytest.FixtureRequest, window: str, site: str, people: dict[str, Any]
) -> None:
    page = opened(request.getfixturevalue(window), site, people)
    box = page.get_by_label("Anything to add, in your own words?")
    notice, said = page.locator(".sk-words").last, page.locator("#text ~ [role=status]")
    expect(notice).to_be_hidden()
    box.press_sequentially(BLAMING)
    expect(notice).to_contain_text("“puts herself at risk” Better: is at risk from those who exploit them.")
    expect(notice).not_to_contain_text("“promiscuous”")
    expect(said).to_have_text("Words to look at: puts herself at risk.")
    no_barriers(page)
    picture(page, f"words-as-typed-{window}")
    box.press_sequentially(" And again.")
    expect(said).to_have_text("")
    expect(notice).to_be_visible()
    box.fill("Tia is at risk from those who exploit her.")
    expect(notice).to_be_hidden()
    box.fill(BLAMING)
    page.get_by_label("Just now").check()
    page.get_by_role("button", name="Put it on the record").click()
    expect(page.get_by_role("heading", name="Words to look at")).to_be_visible()
    no_barriers(page)
    picture(page, f"words-after-{window}")
    page.get_by_role("link", name="Put it right").click()
    expect(page.get_by_role("heading", name="Words to look at")).to_be_visible()
    expect(page.locator("#text ~ .sk-words")).to_be_visible()
    no_barriers(page)


def test_a_single_line_is_looked_at_as_somebody_types(
    narrow: BrowserContext, site: str, people: dict[str, Any]
) -> None:
    page = opened(narrow, site, people)
    page.get_by_label("What is it about?").press_sequentially("She is promiscuous")
    expect(page.locator("#about ~ .sk-words")).to_contain_text("“promiscuous”")
    expect(page.locator("#about ~ [role=status]")).to_have_text("Words to look at: promiscuous.")
    no_barriers(page)


def test_the_childs_own_words_are_not_looked_at(wide: BrowserContext, site: str, people: dict[str, Any]) -> None:
    page = opened(wide, site, people, "screening")
    page.get_by_label("What does the child say?").fill("I am promiscuous")
    page.get_by_label("Why this category?").fill("She is promiscuous")
    expect(page.locator("#rationale ~ .sk-words")).to_be_visible()
    assert page.locator("#child_view ~ .sk-words").count() == 0


def test_without_scripts_it_is_said_after_sending(
    scriptless: BrowserContext, site: str, people: dict[str, Any]
) -> None:
    page = opened(scriptless, site, people)
    page.locator("#text").fill(BLAMING)
    page.get_by_label("Just now").check()
    page.get_by_role("button", name="Put it on the record").click()
    expect(page.get_by_role("heading", name="Words to look at")).to_be_visible()
    page.get_by_role("link", name="Put it right").click()
    expect(page.locator("#text")).to_have_value(BLAMING)
