"""Every way in which a pack can be wrong is refused with file, line, key and what was expected."""

import shutil
from pathlib import Path

import pytest

import safekept.packs
from safekept.procedures import PackError, load_library, load_library_from, load_pack
from safekept.procedures.lint import lint
from safekept.procedures.reading import MAX_BYTES, read_text, read_yaml

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
SMALL = {
    "pack.yaml": "{id: small, version: '1', title: Small, published: never, says: Small., stages: []}",
    "sources.yaml": "- {id: WM-1.1, heading: One, says: One thing.}",
}


def small_pack(folder: Path, **files: str) -> Path:
    for name, text in {**SMALL, **files}.items():
        path = folder / "small" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder / "small"


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_a_bad_file_is_refused_with_its_place(path: Path, tmp_path: Path) -> None:
    text = path.read_text("utf-8")
    where, says = (line.partition(": ")[2] for line in text.splitlines()[:2])
    with pytest.raises(PackError) as refused:
        load_pack(small_pack(tmp_path, **{where: text}))
    assert str(refused.value).startswith(f"small/{says}")


def test_there_is_a_bad_file_for_each_complaint() -> None:
    assert len(BAD) >= 30


def test_a_small_pack_loads(tmp_path: Path) -> None:
    pack = load_pack(small_pack(tmp_path))
    assert (pack.id, pack.rules, list(pack.paragraphs)) == ("small", (), ["WM-1.1"])


@pytest.mark.parametrize("version", ["latest", "v2", "", "-1", "2026/1", "2026 1", "2026.1é", "1" * 41])
def test_a_version_that_cannot_stand_in_an_address_is_refused_with_its_place(tmp_path: Path, version: str) -> None:
    head = f"id: small\nversion: '{version}'\ntitle: Small\npublished: never\nsays: Small.\nstages: []\n"
    with pytest.raises(PackError) as refused:
        load_pack(small_pack(tmp_path, **{"pack.yaml": head}))
    assert str(refused.value).startswith("small/pack.yaml, line 2: ")
    assert "Begin with a digit" in str(refused.value) or "needs 'version'" in str(refused.value)


@pytest.mark.parametrize("version", ["1", "2026.1", "2026.1-draft.B", "1" * 40])
def test_a_version_that_begins_with_a_digit_is_taken(tmp_path: Path, version: str) -> None:
    head = f"id: small\nversion: '{version}'\ntitle: Small\npublished: never\nsays: Small.\nstages: []\n"
    assert load_pack(small_pack(tmp_path, **{"pack.yaml": head})).version == version


def test_a_missing_file_an_encoding_and_a_size_are_named(tmp_path: Path) -> None:
    folder = small_pack(tmp_path)
    (folder / "sources.yaml").unlink()
    with pytest.raises(PackError, match=r"small/sources.yaml: there is no such file"):
        load_pack(folder)
    odd = tmp_path / "odd.yaml"
    odd.write_bytes("- id: é".encode("latin-1"))
    with pytest.raises(PackError, match=r"odd.yaml: byte 6 is not UTF-8"):
        read_yaml(odd, "odd.yaml")
    odd.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(PackError, match=r"odd.yaml: the file has 1,000,001 bytes; expected at most 1,000,000"):
        read_yaml(odd, "odd.yaml")


def test_a_file_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(PackError, match="nested more than 20 deep"):
        read_text("[" * 30 + "]" * 30, "deep.yaml")


def test_the_hash_changes_with_any_byte_and_with_nothing_else(tmp_path: Path) -> None:
    folder = small_pack(tmp_path)
    first = load_pack(folder).hash
    assert load_pack(folder).hash == first
    (folder / "sources.yaml").write_text(SMALL["sources.yaml"].replace("One thing", "One thingy"), "utf-8")
    assert load_pack(folder).hash != first


def test_a_pack_that_does_not_load_leaves_the_running_one_in_force(tmp_path: Path) -> None:
    running = load_library()
    copied = shutil.copytree(Path(safekept.packs.__path__[0]), tmp_path / "packs")
    rules = copied / "west-midlands" / "regional" / "rules" / "referral.yaml"
    rules.write_text(rules.read_text("utf-8").replace("within: 24 hours", "within: a while"), "utf-8")
    with pytest.raises(PackError, match=r"regional/rules/referral.yaml, line \d+: 'a while' is not a length of time"):
        load_library_from(copied)
    assert load_library() is running


def test_the_packs_that_are_shipped_have_nothing_to_complain_of() -> None:
    assert lint(load_library()) == []


def test_lint_finds_the_same_duty_with_two_times_and_rules_that_can_never_apply(tmp_path: Path) -> None:
    rule = (
        "- {{id: {id}, title: Do it, cites: [WM-1.1], when: {{kind: referral}}, reads: A referral, says: Do it.,"
        " owes: {{kind: discussion}}, owner: police, within: {within}{more}}}\n"
    )
    never = ", where: {age: {under: 13}}, unless: {age: {under: 13}}"
    text = rule.format(id="one", within="3 days", more="") + rule.format(id="two", within="4 days", more="")
    pack = small_pack(
        tmp_path / "region", **{"rules/x.yaml": text + rule.format(id="never", within="1 day", more=never)}
    )
    (tmp_path / "areas.yaml").write_text("areas: []", "utf-8")
    said = [f.says for f in lint(load_library_from(pack.parent.parent))]
    assert "rules 'one', 'two' owe the same on the same trigger with different times" in said
    assert "rule 'never' can never apply: 'where' and 'unless' say the same" in said
    assert any("there is no list 'signs'" in s for s in said)
