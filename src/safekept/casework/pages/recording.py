"""Record anything about a subject: the menu of kinds, and the form of one kind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from safekept.access.middleware import NotAllowed
from safekept.access.policy import FROM_OUTSIDE
from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.govuk import forms, when
from safekept.govuk.values import Raw, first
from safekept.kinds import KINDS, Kind
from safekept.procedures import Pack, Rule
from safekept.procedures.lists_in_use import lists_for_form
from safekept.record import drafts
from safekept.record.entries import by_role
from safekept.record.models import Draft

from .. import form_offers, involved, queries
from ..entry_actions import put_on_record
from ..entry_form import EntryForm, starting_values
from ..prefill import asked_for, known_answers
from ..presenters.concern import involved_part

KINDS_WITH_PAGES = {"screening": "screening", "file": "attach"}
OFTEN = ("concern", "child-voice", "missing", "found", "return-interview", "discussion", "meeting", "note")
GROUPS = (
    "Noticing", "The child’s voice", "Who the child is", "Missing", "Referral and decision",
    "Assessment and protection", "Meetings and plans", "Trafficking", "More than one child or area",
    "Orders and notices", "Police records", "Letters and photos", "Putting the record right",
)  # fmt: skip
"""The headings in the order of a child’s way through the procedure."""


def menu(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Everything that can be recorded about this subject: what is recorded most, then all under its headings."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)
    able = [k for k in KINDS.values() if subject.thing.kind in k.subjects and k.name != "withdrawn" and _may(viewer, k)]
    groups: dict[str, list[type[Kind]]] = {}
    for kind in able:
        groups.setdefault(kind.group, []).append(kind)
    context = {
        "subject": subject,
        "often": [kind for name in OFTEN for kind in able if kind.name == name],
        "groups": sorted(groups.items(), key=lambda pair: _place(pair[0])),
    }
    return render(request, "casework/record_menu.html", context)


def _may(viewer: Viewer, kind: type[Kind]) -> bool:
    return not kind.roles or viewer.role in kind.roles


def _place(group: str) -> tuple[int, str]:
    return (GROUPS.index(group) if group in GROUPS else len(GROUPS), group)


def record(request: HttpRequest, subject_id: UUID, kind: str) -> HttpResponse:
    """The form of one kind; sending it appends the entry and shows what it changed."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id, from_outside=kind in FROM_OUTSIDE)
    declared = KINDS.get(kind)
    if declared is None or subject.thing.kind not in declared.subjects:
        raise Http404(f"A {kind} cannot be recorded here.")
    if not _may(viewer, declared):
        raise NotAllowed(by_role(declared), f"record {kind}", (subject.id,))
    if kind in KINDS_WITH_PAGES:  # a form sent here goes there too, so that no check of that page is passed by
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        address = reverse(KINDS_WITH_PAGES[kind], kwargs={"subject_id": subject_id}) + query
        return HttpResponseRedirect(address, preserve_request=request.method == "POST")
    if request.method == "POST":
        return _send(request, subject, declared)
    draft = drafts.load(viewer, draft_key(declared), subject.id)
    return _show(request, subject, _opened(request, subject, declared, draft), draft=draft)


def _opened(request: HttpRequest, subject: queries.Subject, kind: type[Kind], draft: Draft | None) -> EntryForm:
    """The form as it opens: a draft if there is one, else what the duty it answers lets it say."""
    viewer = queries.viewer_of(request)
    if draft is not None:
        raw = {name: list(texts) for name, texts in draft.data.items()}
    else:
        because = queries.as_uuid(request.GET.get("because", ""))
        _, rule = _rule(subject, request)
        known = known_answers(rule, kind.name) if rule else {}
        known |= {"rule": rule.id} if rule and "rule" in kind.fields else {}
        raw = starting_values(kind, known | asked_for(kind, request.GET), because)
    return EntryForm(kind, raw, form_offers.for_form(viewer, subject, kind, raw), timezone.now())


def _send(request: HttpRequest, subject: queries.Subject, kind: type[Kind]) -> HttpResponse:
    viewer = queries.viewer_of(request)
    raw = forms.raw_of(request.POST)
    if first(raw, "afresh"):
        drafts.discard(viewer, draft_key(kind), subject.id)
        return HttpResponseRedirect(request.get_full_path())
    if first(raw, "save_draft"):
        try:
            kept = drafts.save(viewer, draft_key(kind), subject.id, kept_part(raw))
        except drafts.DraftTooLong as long:
            form = EntryForm(kind, raw, form_offers.for_form(viewer, subject, kind, raw), timezone.now())
            form.problems = [forms.Problem("", "", str(long))]
            return _show(request, subject, form, 422)
        if first(raw, "save_draft") == "later":
            return HttpResponseRedirect(reverse("work") + "?saved=draft")
        return JsonResponse({"saved": when.clock(kept.saved_at)})
    before = queries.sent_before(viewer, key) if (key := queries.as_uuid(first(raw, "client_key"))) else None
    if before is not None:
        return HttpResponseRedirect(reverse("entry", kwargs={"entry_id": before.pk}) + "?saved=1")
    form = EntryForm(kind, raw, form_offers.for_form(viewer, subject, kind, raw), timezone.now())
    if first(raw, "add"):
        return _show(request, subject, form)
    entry = put_on_record(viewer, form, subject.id)
    if entry is None:
        return _show(request, subject, form, 422)
    drafts.discard(viewer, draft_key(kind), subject.id)
    return HttpResponseRedirect(reverse("entry", kwargs={"entry_id": entry.pk}) + "?saved=1")


def _show(
    request: HttpRequest, subject: queries.Subject, form: EntryForm, status: int = 200, draft: Draft | None = None
) -> HttpResponse:
    entries = queries.entries_of(subject.id)
    version, rule = _rule(subject, request)
    context = {
        "subject": subject,
        "form": form,
        "draft": draft,
        "q": form.questions,
        "kind": form.kind,
        "errors": form.problems,
        "pack": version,
        "beside": form_offers.beside(subject, form.kind, entries, timezone.now()),
        "answering": [one for one in entries if one.pk in form.answering],
        "rule": rule,
        "lists": lists_for_form(version, form.kind.name, rule),
        "wording": queries.wording(subject.pack, entries),
        "involved": involved_context(queries.viewer_of(request), form, subject),
    }
    return render(request, template_of(form.kind), context, status=status)


def involved_context(viewer: Viewer, form: EntryForm, subject: queries.Subject) -> dict[str, Any] | None:
    """The rows of who and what was involved, looked up; None where the kind does not ask."""
    if not form.asks_who:
        return None
    return involved_part(involved.looked_up(viewer, form.raw, (subject.id,)), involved.next_number(form.raw))


def _rule(subject: queries.Subject, request: HttpRequest) -> tuple[Pack | None, Rule | None]:
    """The duty that the form answers, and the version that it arose under; today's of the area where none is named."""
    named, rule_id = (request.GET.get("pack", ""), request.GET.get("version", "")), request.GET.get("rule", "")
    pack = procedures.library().version(*named) or subject.pack
    return pack, pack.rule(rule_id) if pack is not None and rule_id else None


def template_of(kind: type[Kind]) -> str:
    """The page made for this kind, or the page for any kind."""
    made = f"casework/record/{kind.name}.html"
    try:
        get_template(made)
    except TemplateDoesNotExist:
        return "casework/record/any.html"
    return made


def draft_key(kind: type[Kind]) -> str:
    """The name under which a half-written entry is kept."""
    return f"record:{kind.name}"


def kept_part(raw: Raw) -> dict[str, list[str]]:
    """What a draft keeps of a form: everything but the button that was pressed."""
    return {name: list(texts) for name, texts in raw.items() if name not in ("save_draft", "add")}
