"""Report a concern: who, danger, what you noticed, signs, who else, check; then what happens next."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.govuk import forms, when
from safekept.govuk.values import first
from safekept.procedures.lists_in_use import lists_for_form
from safekept.procedures.looking import look_at, written
from safekept.record import actions, drafts
from safekept.record.models import Entry
from safekept.register.facts import ThingRefused
from safekept.register.models import Thing
from safekept.register.queries import SearchQuery
from safekept.register.queries import search as find
from safekept.vault import actions as vault

from .. import apart, concern_actions, involved, offers, queries
from ..concern_form import CONCERN, STEPS, TITLES, ConcernForm, merged, subject_uuid
from ..form_offers import children
from ..presenters import concern as presenter
from ..spotting import spotted

EXTRA_STEPS = ("now",)
KEPT_AS = "concern:"


def start(request: HttpRequest) -> HttpResponse:
    """Begin: a new draft, or one that was begun the same way and left untouched; the child may be known already."""
    viewer = queries.viewer_of(request)
    child = queries.as_uuid(request.GET.get("child", ""))
    known = child is not None and Thing.objects.filter(pk=child, kind="child").exists()
    begun = {"child": [str(child)]} if known else {}
    untouched = next((d.form for d in drafts.mine(viewer) if d.form.startswith(KEPT_AS) and d.data == begun), None)
    draft_id = UUID(untouched.removeprefix(KEPT_AS)) if untouched else uuid4()
    if untouched is None:
        drafts.save(viewer, key(draft_id), None, begun)
    return _to(draft_id, STEPS[1] if known else "who")


def step(request: HttpRequest, draft_id: UUID, step: str) -> HttpResponse:
    """One step: show it, or keep its answers and go on."""
    viewer = queries.viewer_of(request)
    if step not in STEPS and step not in EXTRA_STEPS:
        raise Http404(queries.NO_SUCH)
    draft = drafts.load(viewer, key(draft_id), None)
    if draft is None:
        return _sent_or_gone(viewer, draft_id)
    form = ConcernForm(dict(draft.data), timezone.now())
    if request.method != "POST":
        return _show(request, viewer, draft_id, form, step)
    return _send(request, viewer, draft_id, form, step)


def done(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """What happens next, with dates, and how you will hear."""
    viewer = queries.viewer_of(request)
    entry = Entry.objects.filter(pk=entry_id, kind="concern").first()
    if entry is None:
        raise Http404(queries.NO_SUCH)
    subject = queries.subject(viewer, entry.subject_id, from_outside=True)
    context = presenter.done(viewer, subject, entry, timezone.now())
    looks = look_at(subject.pack, written(entry.kind, entry.fields, entry.text))
    return render(request, "casework/concern/done.html", context | {"looks": looks})


def key(draft_id: UUID) -> str:
    """The name under which a concern's draft is kept."""
    return f"{KEPT_AS}{draft_id}"


def _send(request: HttpRequest, viewer: Viewer, draft_id: UUID, form: ConcernForm, step: str) -> HttpResponse:
    sent = forms.raw_of(request.POST)
    form.raw = merged(form.raw, sent, step)
    try:
        kept = drafts.save(viewer, key(draft_id), None, form.raw)
    except drafts.DraftTooLong as long:
        form.problems = [forms.Problem("", "", str(long))]
        return _show(request, viewer, draft_id, form, step, 422)
    if first(sent, "save_draft"):
        return JsonResponse({"saved": when.clock(kept.saved_at)})
    if first(sent, "later"):
        return HttpResponseRedirect(reverse("work") + "?saved=draft")
    form.raw = form.raw | {"add": list(sent.get("add", ()))}
    if first(sent, "add"):
        return _show(request, viewer, draft_id, form, step)
    given = _offers(viewer, form)
    if step == "check":
        return _put_on_record(request, viewer, draft_id, form, given, apart.is_ticked(sent))
    if step in STEPS and not form.check(step, given):
        return _show(request, viewer, draft_id, form, step, 422)
    return _to(draft_id, _next(step, form))


def _next(step: str, form: ConcernForm) -> str:
    if step == "danger" and form.in_danger:
        return "now"
    return STEPS[STEPS.index("danger" if step == "now" else step) + 1]


def _put_on_record(
    request: HttpRequest, viewer: Viewer, draft_id: UUID, form: ConcernForm, given: forms.Offers, ticked: bool
) -> HttpResponse:
    unanswered = form.first_unanswered(given)
    if unanswered:
        return _show(request, viewer, draft_id, form, unanswered, 422)
    try:
        entry = concern_actions.report(viewer, form, given, draft_id, ticked)
    except vault.HoldsKeptApart as held:
        form.problems = [apart.warning(held)]
        return _show(request, viewer, draft_id, form, "check", 422)
    except ThingRefused as refused:
        form.problems = [forms.Problem(name, "", sentence) for name, sentence in refused.errors]
        return _show(request, viewer, draft_id, form, "check", 422)
    except actions.Refused as refused:
        before = queries.sent_before(viewer, draft_id)  # the same form came twice at once, and the other one was first
        if before is None:
            form.problems = [forms.Problem("", "", str(refused))]
            return _show(request, viewer, draft_id, form, "check", 422)
        entry = before
    drafts.discard(viewer, key(draft_id), None)
    return HttpResponseRedirect(reverse("concern-done", kwargs={"entry_id": entry.pk}))


def _show(
    request: HttpRequest, viewer: Viewer, draft_id: UUID, form: ConcernForm, step: str, status: int = 200
) -> HttpResponse:
    given = _offers(viewer, form)
    child = _child(form)
    context: dict[str, Any] = {
        "form": form,
        "step": step,
        "number": STEPS.index("danger" if step == "now" else step) + 1,
        "steps": len(STEPS),
        "title": TITLES.get(step, "What to do now"),
        "errors": form.problems,
        "child": child,
        "back": _back(draft_id, step),
        "draft_id": draft_id,
        "questions": forms.questions(CONCERN, form.raw, given, form.problems),
        "raw": form.raw,
        "pack": _pack(form, child, viewer),
        "areas": [("", "I do not know"), *((a.slug, a.name) for a in procedures.library().areas.values())],
    }
    context |= _step_context(request, viewer, form, step, child)
    return render(request, f"casework/concern/{step}.html", context, status=status)


def _step_context(
    request: HttpRequest, viewer: Viewer, form: ConcernForm, step: str, child: Thing | None
) -> dict[str, Any]:
    if step == "who":
        words = request.GET.get("q", "").strip()[:200]
        found = find(viewer, SearchQuery(words, kinds=("child",), area=viewer.area)) if words else []
        return {"words": words, "found": presenter.candidates(found, form.now), "searched": bool(words)}
    if step == "noticed":
        return {"common": presenter.common_questions(form)}
    if step == "signs":
        pack = _pack(form, child, viewer)
        return {"pack": pack, "lists": lists_for_form(pack, "concern")}
    if step == "others":
        cards = presenter.new_cards(form, spotted(first(form.raw, "noticed")))
        rows = involved.looked_up(viewer, form.raw, (child.pk,) if child else ())
        number = involved.next_number(form.raw) + len(cards)
        return {"spotted": cards, "involved": presenter.involved_part(rows, number)}
    if step == "now":
        return {"desk": presenter.duty_desk(child.area_id if child else first(form.raw, "child-area"), viewer)}
    if step == "check":
        pack = _pack(form, child, viewer)
        looks = look_at(pack, [("What you noticed", first(form.raw, "noticed"))])
        return {"summary": presenter.summary(form, child, pack), "looks": looks}
    return {}


def _offers(viewer: Viewer, form: ConcernForm) -> forms.Offers:
    child = _child(form)
    own = child.pk if child else UUID(int=0)
    found = children(viewer, own, form.raw, {"linked_children"})
    return offers.offers(CONCERN, _pack(form, child, viewer), children=found)


def _pack(form: ConcernForm, child: Thing | None, viewer: Viewer) -> Any:
    """The procedure of the child's area; of the viewer's own where it is not known."""
    area = child.area_id if child else first(form.raw, "child-area")
    return procedures.pack_of(area) or procedures.pack_of(viewer.area)


def _child(form: ConcernForm) -> Thing | None:
    chosen = subject_uuid(form)
    return Thing.objects.filter(pk=chosen, kind="child").first() if chosen else None


def _back(draft_id: UUID, step: str) -> str:
    if step == "who":
        return reverse("work")
    before = "danger" if step == "now" else STEPS[STEPS.index(step) - 1]
    return reverse("concern-step", kwargs={"draft_id": draft_id, "step": before})


def _sent_or_gone(viewer: Viewer, draft_id: UUID) -> HttpResponse:
    """A form sent twice lands on the same entry; a draft that is gone is as little there as somebody else's."""
    sent = Entry.objects.filter(account_id=viewer.account_id, client_key=draft_id).first()
    if sent is not None:
        return HttpResponseRedirect(reverse("concern-done", kwargs={"entry_id": sent.pk}))
    raise Http404(queries.NO_SUCH)


def _to(draft_id: UUID, step: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("concern-step", kwargs={"draft_id": draft_id, "step": step}))
