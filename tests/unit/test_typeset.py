"""Setting a document, in a process of its own: neither a divided server nor a stuck setting holds anybody up."""

from __future__ import annotations

import os
import time
from typing import Any

import pypdfium2
import pytest

from safekept.documents import typeset as module
from safekept.documents.typeset import NOT_NOW, NotSet, typeset

DOCUMENT: dict[str, Any] = {
    "title": "A letter", "marking": "Personal", "head": [["To", "Anna Rowan"]], "opening": ["Dear Anna, #set page"],
    "sections": [], "schedule": [], "silence": "Nothing is said.", "closing": [],
}  # fmt: skip


def test_the_same_data_gives_the_same_bytes_and_text_stays_text() -> None:
    made = typeset(DOCUMENT)
    assert made == typeset(DOCUMENT)
    assert "Dear Anna, #set page" in pypdfium2.PdfDocument(made)[0].get_textpage().get_text_bounded()


def test_a_worker_that_a_server_made_after_setting_one_sets_the_next() -> None:
    typeset(DOCUMENT)
    worker = os.fork()
    if not worker:
        os._exit(0 if typeset(DOCUMENT) else 1)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        done, status = os.waitpid(worker, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.05)
    os.kill(worker, 9)
    os.waitpid(worker, 0)
    pytest.fail("It was not set within 30 seconds.")


@pytest.mark.parametrize("program", [("-c", "import time; time.sleep(60)"), ("-c", "raise SystemExit(1)")])
def test_a_setting_that_is_stuck_or_breaks_is_said(monkeypatch: pytest.MonkeyPatch, program: tuple[str, ...]) -> None:
    monkeypatch.setattr(module, "PROGRAM", program)
    monkeypatch.setattr(module, "MOST_SECONDS", 0.5)
    with pytest.raises(NotSet, match="could not be set now"):
        typeset(DOCUMENT)
    assert NOT_NOW.endswith("nothing of it is lost.")


def test_a_letter_that_it_does_not_have_is_named() -> None:
    with pytest.raises(NotSet, match="cannot show a character ‘中’"):
        typeset({**DOCUMENT, "opening": ["中文"]})
