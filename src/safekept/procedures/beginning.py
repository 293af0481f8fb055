"""The first files of a procedure: small, whole and readable, to be written on from."""

from __future__ import annotations

import re
from pathlib import Path

from safekept.kinds import KINDS

from .loader import load_pack
from .reading import PackError

_PACK = """\
id: {id}
version: "1"
title: {title}
published: as published
says: Whose procedure this is, in a sentence.
stages:
  - {{id: noticed, label: Noticed, when: {{kind: concern}}}}
  - {{id: closed, label: Closed, ends: true, when: {{kind: closure}}}}
"""
_SOURCES = """\
# Every paragraph of the text, with an id that rules and lists cite.
- {id: NEW-1, heading: The first paragraph, says: What it asks for in your own words.}
"""
_RULES = """\
# Read it aloud: when this is recorded, this agency owes that, within this time.
- id: discussion-after-referral
  title: Talk the referral over
  cites: [NEW-1]
  when: {kind: referral, to: children-services}
  reads: Children’s services receive a referral
  owes: {kind: discussion, attended: {all: [police, children-services]}}
  owner: children-services
  within: 3 working days
  says: Police and children’s services talk the referral over.
"""
_SCENARIOS = """\
# Small histories with what must be owed, its dates worked out by hand. pack lint runs them.
- name: Referred on a Thursday, talked over by Tuesday
  rows: [NEW-1]
  subject: {born: 2011-05-04}
  packs: [{id}]
  entries:
    - {{id: r, kind: referral, at: 2026-02-05T10:00, agency: school, to: children-services}}
  at: 2026-02-06T09:00
  owed:
    - {{rule: discussion-after-referral, due: 2026-02-10T23:59:59, status: open}}
"""


def begin(folder: Path, pack_id: str, title: str) -> list[str]:
    """Write the first files of a procedure into an empty folder; their names. Raises :class:`PackError`."""
    if not re.match(r"^[a-z0-9][a-z0-9-]*$", pack_id):
        raise PackError("--id", f"‘{pack_id}’ will not do; expected small letters, digits and hyphens, like north-vale")
    if folder.exists() and any(folder.iterdir()):
        raise PackError(str(folder), "the folder holds something already; expected an empty one, or a new name")
    texts = {
        "pack.yaml": _PACK.format(id=pack_id, title=f'"{title.replace(chr(34), chr(39))}"'),
        "sources.yaml": _SOURCES,
        "rules/first.yaml": _RULES,
        "scenarios/first.yaml": _SCENARIOS.replace("{id}", pack_id).replace("{{", "{").replace("}}", "}"),
        "lists/needed.yaml": _lists(),
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    load_pack(folder)
    return list(texts)


def _lists() -> str:
    """The lists that forms are filled from, each with one item to replace."""
    needed = sorted({f.listed_in for kind in KINDS.values() for f in kind.fields.values() if f.listed_in})
    return "# What people choose from in forms. Write each list out from your text.\n" + "".join(
        f"- id: {name}\n  title: {name.replace('-', ' ').capitalize()}\n  cites: [NEW-1]\n"
        "  items:\n    - {id: first, label: The first}\n"
        for name in needed
    )
