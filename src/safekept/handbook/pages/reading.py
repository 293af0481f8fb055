"""The procedure, read as a handbook: by moment, by role, by question, by search, by list, by paragraph, in print."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from safekept.directory import procedures as in_force
from safekept.directory import proposals
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES

from .. import books
from ..actions import MAY_PUT_FORWARD
from ..books import Book, opened
from ..presenters import covered, searching, ways
from ..presenters import rules as presenter

PARTS = {
    "rules": "Rules",
    "lists": "Lists",
    "paragraphs": "Paragraphs, and what holds them",
    "readings": "Readings taken, and own wording",
}
"""What can be printed by itself, in the order of the whole."""


def procedures(request: HttpRequest) -> HttpResponse:
    """Every procedure that is here, the reader's own first, and what is put forward in their area."""
    viewer, now, library = books.viewer_of(request), timezone.now(), in_force.library()
    own = library.find_pack(viewer.area, now)
    followed = {area.name: library.find_pack(area.slug, now) for area in library.areas.values()}
    today = [pack for one in library.packs if (pack := books.current(library, one, viewer.area, now)) is not None]
    context = {
        "packs": [
            {
                "pack": pack,
                "own": pack is own,
                "areas": sorted(name for name, its in followed.items() if its is not None and its.id == pack.id),
            }
            for pack in sorted(today, key=lambda pack: (pack is not own, pack.title))
        ],
        "proposals": [(one, proposals.pack_of(one)) for one in proposals.of_area(viewer.area)],
        "may_put_forward": viewer.role in MAY_PUT_FORWARD,
    }
    return render(request, "handbook/procedures.html", context)


@opened
def front(request: HttpRequest, book: Book) -> HttpResponse:
    """The front page of a version: what happened, who are you, what do you ask, and everything else."""
    found = covered.rows(book)
    context = {
        "moments": ways.moments(book.pack),
        "roles": ways.roles(book.pack),
        "questions": ways.common(book.pack),
        "counts": covered.counts(found),
        "own_agency": books.viewer_of(request).agency_kind,
    }
    return _page(request, book, "front", **context)


@opened
def moments(request: HttpRequest, book: Book) -> HttpResponse:
    """Everything that sets something off, in the order of a child's way."""
    return _page(request, book, "moments", moments=ways.moments(book.pack))


@opened
def moment(request: HttpRequest, book: Book, kind: str) -> HttpResponse:
    """One thing that happens: what is owed then, what to look at again, what to remember."""
    found = ways.moment(book.pack, kind) if kind in KINDS else None
    if found is None:
        raise Http404(f"{book.pack.title} says nothing that begins with ‘{kind}’.")
    return _page(request, book, "moment", moment=found, groups=ways.by_case(book.pack, found.rules))


@opened
def roles(request: HttpRequest, book: Book) -> HttpResponse:
    """Who one is: every kind of agency that the procedure asks something of."""
    return _page(request, book, "roles", roles=ways.roles(book.pack), own=books.viewer_of(request).agency_kind)


@opened
def role(request: HttpRequest, book: Book, kind: str) -> HttpResponse:
    """What one kind of agency owes, when, with which lists."""
    found = next((one for one in ways.roles(book.pack) if one.kind == kind), None)
    if found is None:
        raise Http404(f"{book.pack.title} asks nothing of ‘{kind}’.")
    context = {"role": found, "agency": AGENCIES[kind], **ways.role(book.pack, kind)}
    return _page(request, book, "role", **context)


@opened
def questions(request: HttpRequest, book: Book) -> HttpResponse:
    """The child's five questions, and those that people come with."""
    child, common = ways.of_the_child(book.pack), ways.common(book.pack)
    return _page(request, book, "questions", child=child, common=common, own_list=book.pack.lists.get("questions"))


@opened
def question(request: HttpRequest, book: Book, question_id: str) -> HttpResponse:
    """One question, with the lists and rules that answer it."""
    found = ways.answer(book.pack, question_id)
    if found is None:
        raise Http404(f"{book.pack.title} has no question called {question_id}.")
    return _page(request, book, "question", question=found)


@opened
def search(request: HttpRequest, book: Book) -> HttpResponse:
    """Everything in a version that holds some words, with where they stand."""
    words = request.GET.get("q", "").strip()[: searching.LONGEST]
    return _page(request, book, "search", words=words, found=searching.search(book, words) if words else None)


@opened
def rules(request: HttpRequest, book: Book) -> HttpResponse:
    """Every rule under what sets it off."""
    return _page(request, book, "rules", groups=ways.by_moment(book.pack))


@opened
def rule(request: HttpRequest, book: Book, rule_id: str) -> HttpResponse:
    """One rule, in plain words, with its paragraph, its clock, its lists and an example."""
    found = book.pack.rule(rule_id)
    if found is None:
        raise Http404(f"{book.pack.title} has no rule called {rule_id}.")
    return _page(request, book, "rule", rule=presenter.rule_page(book.pack, found))


@opened
def guard(request: HttpRequest, book: Book, guard_id: str) -> HttpResponse:
    """What an entry must not contradict, and the paragraph that says so."""
    found = next((one for one in book.pack.guards if one.id == guard_id), None)
    if found is None:
        raise Http404(f"{book.pack.title} has no rule called {guard_id}.")
    return _page(request, book, "guard", guard=found, cited=presenter.cited(book.pack, found.cites))


@opened
def reminders(request: HttpRequest, book: Book) -> HttpResponse:
    """What people are reminded of, with the paragraphs."""
    return _page(request, book, "reminders")


@opened
def lists(request: HttpRequest, book: Book) -> HttpResponse:
    """Every list."""
    return _page(request, book, "lists")


@opened
def one_list(request: HttpRequest, book: Book, list_id: str) -> HttpResponse:
    """One list: signs, vulnerabilities, categories, purposes; and where it is used."""
    found = book.pack.lists.get(list_id)
    if found is None:
        raise Http404(f"{book.pack.title} has no list called {list_id}.")
    forms, met_with = presenter.users_of(book.pack, found)
    context = {"list": found, "groups": presenter.grouped(found), "forms": forms, "rules": met_with}
    return _page(request, book, "list", **context)


@opened
def paragraphs(request: HttpRequest, book: Book) -> HttpResponse:
    """What each paragraph says, shortly, and the rules that come from it."""
    return _page(request, book, "paragraphs", rows=presenter.paragraph_rows(book.pack))


@opened
def coverage(request: HttpRequest, book: Book) -> HttpResponse:
    """Every paragraph with what holds it; what is not there yet is said plainly."""
    found = covered.rows(book)
    states = covered.counts(found)
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in [name for name, _, _ in states] else ""
    context = {
        "rows": [row for row in found if not chosen or row.state.name.lower() == chosen],
        "total": len(found),
        "counts": states,
        "chosen": chosen,
        "lacking": [row for row in found if row.lacks],
    }
    return _page(request, book, "coverage", **context)


@opened
def readings(request: HttpRequest, book: Book) -> HttpResponse:
    """Where the text can be read two ways, and which words are Safekept's own."""
    return _page(request, book, "readings", own=covered.own_wording(book.pack), gaps=covered.gaps(book.pack))


@opened
def whole(request: HttpRequest, book: Book, part: str = "") -> HttpResponse:
    """The whole procedure, or one part of it, to print or to save as a PDF."""
    if part and part not in PARTS:
        raise Http404(f"There is no part called {part} to print; there are {', '.join(PARTS)}.")
    context = {
        "part": part,
        "parts": {part: PARTS[part]} if part else PARTS,
        "groups": ways.by_moment(book.pack),
        "grouped": presenter.grouped,
        "rows": covered.rows(book),
        "own": covered.own_wording(book.pack),
        "gaps": covered.gaps(book.pack),
        "printed": timezone.now(),
    }
    return _page(request, book, "print", **context)


def _page(request: HttpRequest, book: Book, name: str, **context: Any) -> HttpResponse:
    return render(request, f"handbook/{name}.html", {"book": book, "pack": book.pack, **context})
