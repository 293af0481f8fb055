"""What the words of both procedures catch: measured on the sentences, and by rule where a rule is plain."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from safekept.cli.pack import pack as command
from safekept.procedures import PackError, load_library, load_library_from, load_pack
from safekept.procedures.changes import changes
from safekept.procedures.language import Phrase, caught, sample
from safekept.procedures.lint import lint
from safekept.procedures.sentences import Score, measure, read_sentences, score
from tests.packs.test_loader import SMALL, small_pack

PACKS = load_library().packs
LONDON, WEST_MIDLANDS = PACKS["london"], PACKS["west-midlands"]
SENTENCES = read_sentences()
BOTH = pytest.mark.parametrize("pack", [LONDON, WEST_MIDLANDS], ids=lambda p: p.id)


def ids(pack, text: str) -> list[str]:
    return [one.phrase.id for one in caught(pack, text)]


def said(pack, part: str) -> Score:
    return score([one for one in measure(pack, SENTENCES) if one.sentence.part == part])


def test_there_are_enough_sentences_and_every_phrase_is_in_them_both_ways() -> None:
    assert len(SENTENCES) >= 220
    assert len({one.says for one in SENTENCES}) == len(SENTENCES)
    for part in ("worked", "held_back"):
        kinds = [bool(one.catch) for one in SENTENCES if one.part == part]
        assert min(kinds.count(True), kinds.count(False)) >= 30
    wanted = {name for one in SENTENCES for name in one.catch}
    assert wanted == {phrase.id for phrase in LONDON.language.phrases}


@pytest.mark.requirement("LN-13.lang", "WM-2.1")
@BOTH
def test_precision_and_recall(pack, capsys) -> None:
    worked, held_back = said(pack, "worked"), said(pack, "held_back")
    with capsys.disabled():
        for name, one in (("worked on", worked), ("held back", held_back)):
            sys.stdout.write(f"\n{pack.id}, {name}: {one}, precision {one.precision}, recall {one.recall}")
    assert worked.precision is not None and worked.precision >= 0.99
    assert worked.recall is not None and worked.recall >= 0.98
    assert held_back.precision is not None and held_back.precision >= 0.85
    assert held_back.recall is not None and held_back.recall >= 0.8


def test_the_explanation_names_every_miss_and_states_the_numbers() -> None:
    page = Path("docs/explanation/language.md").read_text("utf-8")
    for one in measure(LONDON, SENTENCES):
        assert (" ".join(one.sentence.says.split()) in page) is bool(one.missed or one.wrong), one.sentence.says
    for part in ("worked", "held_back"):
        total = said(LONDON, part)
        assert f"| {total.sentences} | {total.right} | {total.wrong} | {total.missed} |" in page
        assert f"| {total.precision:.3f} | {total.recall:.3f} |" in page


def test_both_procedures_catch_the_same_words() -> None:
    lines = [{p.id: (p.catch, p.leave, p.better, p.why) for p in one.language.phrases} for one in PACKS.values()]
    assert all(one == lines[0] for one in lines)
    assert LONDON.language.words == WEST_MIDLANDS.language.words


@pytest.mark.requirement("WM-2.1", "LN-13.lang")
@pytest.mark.parametrize("verb", ["put", "puts", "putting", "place", "places", "placed", "placing"])
@pytest.mark.parametrize("self", ["herself", "himself", "themselves", "themself"])
def test_every_way_of_naming_the_child_as_the_risk(verb: str, self: str) -> None:
    for text in (f"{verb} {self} at risk", f"{verb.upper()}  {self},\nat risk", f"{verb} {self}-at-risk!"):
        (one,) = caught(WEST_MIDLANDS, f"Tia {text}")
        assert (one.phrase.id, one.cites, one.better) == (
            "puts-at-risk", ("WM-2.1",), "is at risk from those who exploit them"
        )  # fmt: skip


def test_where_it_stands_in_the_text_and_as_it_was_written() -> None:
    text = "She — so he says — is “promiscuous”, Promiscuous and “no”; absconded."
    found = [(one.words, text[one.start : one.end], one.start) for one in caught(LONDON, text)]
    assert found == [("Promiscuous", "Promiscuous", 37), ("absconded", "absconded", 59)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("She fails to engage.", ["fails-to-engage"]),
        ("She fails. To engage her takes time.", []),
        ("She fails\n\nto engage her takes time.", []),
        ("She fails\nto engage.", ["fails-to-engage"]),
        ("She fails to very often and fully engage.", []),
        ("She fails to ever fully really engage.", ["fails-to-engage"]),
        ("promiscuousness", []),
        ("PROMISCUOUS'S", ["promiscuous"]),
        ("", []),
        ("puts herself", []),
        ("at risk", []),
    ],
)
def test_a_phrase_stays_inside_a_sentence_and_its_gaps_are_short(text: str, wanted: list[str]) -> None:
    assert ids(LONDON, text) == wanted


@pytest.mark.parametrize(
    "unit",
    [
        "puts ",
        "puts herself ",
        "puts herself at ",
        "“puts herself at risk ",
        "consensual not ",
        "'a ",
        "historic ",
        "a’",
    ],
)
def test_a_hostile_text_takes_time_in_step_with_its_length(unit: str) -> None:
    def spent(text: str) -> float:
        begun = time.process_time()
        caught(LONDON, text)
        return time.process_time() - begun

    ends = " risk promiscuous"
    short, long = (min(spent(unit * n + ends) for _ in range(3)) for n in (2_000, 20_000))
    assert long < 30 * short + 0.1
    assert long < 6


def test_without_a_procedure_nothing_is_caught() -> None:
    assert caught(None, "She is promiscuous.") == []


def test_a_guard_leaves_quoted_speech_alone(tmp_path: Path) -> None:
    (trigger, *_) = next(g for g in LONDON.guards if g.id == "blaming-words").triggers

    class Screened:
        def __init__(self, rationale: str) -> None:
            self.values, self.agency = {"rationale": rationale}, "police"

    assert trigger.test is not None
    assert trigger.test(Screened("She is promiscuous."), None)
    assert trigger.test(Screened("It was a lifestyle choice."), None)
    assert not trigger.test(Screened("He told her ‘you are promiscuous’."), None)
    assert not trigger.test(Screened("She puts herself at risk."), None)


def test_the_guards_hold_no_words_of_their_own() -> None:
    for pack in PACKS.values():
        for path in Path("src/safekept/packs").rglob("guards/*words.yaml"):
            assert not re.search(r"promiscuous, promiscuity|puts herself", path.read_text("utf-8")), (pack.id, path)


LANGUAGE = """\
title: Words
cites: [WM-1.1]
words: {self: herself/himself}
phrases:
  - {id: puts, label: puts, catch: [puts <self> at .. risk], leave: ['officer puts <self>'], better: is at risk,
     why: So.}
"""


def with_language(folder: Path, text: str = LANGUAGE):
    return load_pack(small_pack(folder, **{"language.yaml": text}))


def test_a_small_language(tmp_path: Path) -> None:
    pack = with_language(tmp_path)
    assert pack.language.phrases == (
        Phrase("puts", "puts", "is at risk", "So.", ("puts <self> at .. risk",), ("officer puts <self>",)),
    )
    assert ids(pack, "Jay puts himself at great risk.") == ["puts"]
    assert ids(pack, "The officer puts himself at risk.") == []
    assert [(i.label, i.hint) for i in pack.lists["language"].items] == [("puts", "Better: is at risk. So.")]
    assert sample("puts <self> at .. risk", pack.language.words) == "puts herself at risk"
    assert load_pack(small_pack(tmp_path / "without")).language.phrases == ()


def test_the_list_cannot_stand_beside_the_file_it_is_made_of(tmp_path: Path) -> None:
    listed = "- {id: language, title: T, cites: [WM-1.1], items: []}"
    with pytest.raises(PackError, match=r"small/lists: list 'language' is made of language.yaml"):
        load_pack(small_pack(tmp_path, **{"language.yaml": LANGUAGE, "lists/x.yaml": listed}))


def test_what_a_new_version_changes_in_words(tmp_path: Path) -> None:
    old = with_language(tmp_path / "old")
    text = LANGUAGE.replace("puts <self> at .. risk]", "puts <self> at .. risk, puts <self> in danger]")
    text = text.replace("why: So.", "why: Because.").replace("leave: ['officer puts <self>'], ", "")
    more = "  - {id: wild, label: wild, catch: [wild], better: say what was seen, why: It blames.}\n"
    new = with_language(tmp_path / "new", text + more)
    found = [(one.about, one.name, one.says) for one in changes(old, new)]
    about = "Words and better ones"
    assert found == [
        (about, "puts", "Better is now: is at risk. Because. It was: is at risk. So."),
        (about, "puts", "Now also caught: puts <self> in danger."),
        (about, "puts", "No longer left alone: officer puts <self>."),
        (about, "wild", "New: Better: say what was seen. It blames. It is caught as: wild."),
    ]
    gone = [one.says for one in changes(new, old) if one.name == "wild"]
    assert gone == ["No longer: Better: say what was seen. It blames. It is caught as: wild."]


def test_lint_finds_a_line_that_never_catches_and_better_words_that_are_caught(tmp_path: Path) -> None:
    text = LANGUAGE.replace("officer puts <self>", "puts <self>").replace(
        "is at risk, why", "puts himself at risk, why"
    )
    pack = small_pack(tmp_path / "region", **{"language.yaml": text, **SMALL})
    (tmp_path / "areas.yaml").write_text("areas: []", "utf-8")

    said = [one.says for one in lint(load_library_from(pack.parent.parent)) if "phrase" in one.says]
    assert said == [
        "phrase 'puts' never catches its line 'puts <self> at .. risk': ‘puts herself at risk’ is left alone"
    ]
    better = LANGUAGE.replace("better: is at risk", "better: puts himself at risk")
    (pack / "language.yaml").write_text(better, "utf-8")
    said = [one.says for one in lint(load_library_from(pack.parent.parent)) if "phrase" in one.says]
    assert said == ["phrase 'puts' offers ‘puts himself at risk’, which 'puts' catches"]


def test_the_command_shows_hits_and_misses(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "worked:\n"
        "  - {says: She is promiscuous., catch: [promiscuous]}\n"
        "  - {says: Her absconsion was noted., catch: [absconded]}\n"
        "  - {says: The town absconded from the league., leave: said of a town}\n",
        "utf-8",
    )
    shown = CliRunner().invoke(command, ["language", "london", "--sentences", str(path)])
    assert shown.exit_code == 0, shown.output
    assert "rightly caught 1, wrongly caught 1, missed 1" in shown.output
    assert "precision 0.500, recall 0.500" in shown.output
    assert "missed absconded: Her absconsion was noted." in shown.output
    assert "wrongly caught absconded (said of a town): The town absconded from the league." in shown.output
    assert "Held back: 0 sentences" in shown.output and "precision nothing to count" in shown.output
    asked = CliRunner().invoke(command, ["language", "london", "--json"])
    assert json.loads(asked.output)["held_back"]["sentences"] == len([s for s in SENTENCES if s.part == "held_back"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "own.yaml: sentences are a mapping; expected keys worked, held_back"),
        ("other: []", "own.yaml, line 1: a file of sentences has no key 'other'"),
        ("worked: {a: b}", "own.yaml, line 1: 'worked' is not a list; expected sentences"),
        ("worked: [x]", "own.yaml, line 1: a sentence is a mapping"),
        ("worked:\n  - {says: x, leave: y, catch: [z]}", "own.yaml, line 2: ‘x’ has both or neither"),
        ("worked:\n  - {says: x}", "own.yaml, line 2: ‘x’ has both or neither"),
        ("worked:\n  - {says: 3, leave: y}", "own.yaml, line 2: a sentence takes 'says' as text"),
    ],
)
def test_bad_sentences_are_refused_with_their_place(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(PackError) as refused:
        read_sentences(path)
    assert str(refused.value).startswith(says)
    shown = CliRunner().invoke(command, ["language", "london", "--sentences", str(path)])
    assert shown.exit_code == 2
