"""Addresses of the casework pages."""

from django.urls import path

from .pages import child, children, concern, entries, finding, numbers, putting_right, recording, screening, who, work

urlpatterns = [
    path("", work.home, name="home"),
    path("work", work.work, name="work"),
    path("work/seen", work.seen, name="work-seen"),
    path("desk", work.desk, name="desk"),
    path("children", children.children, name="children"),
    path("children/<uuid:subject_id>", child.child, name="child"),
    path("children/<uuid:subject_id>/record/", recording.menu, name="record"),
    path("children/<uuid:subject_id>/record/<slug:kind>", recording.record, name="record-kind"),
    path("children/<uuid:subject_id>/safe-contact", child.safe_contact, name="safe-contact"),
    path("children/<uuid:subject_id>/screening", screening.screening, name="screening"),
    path("children/<uuid:subject_id>/who/", who.who, name="who"),
    path("children/<uuid:subject_id>/who/<slug:act>", who.act, name="who-act"),
    path("children/<uuid:subject_id>/who/carry-out/<uuid:proposal_id>", who.carry_out, name="who-carry-out"),
    path("children/<uuid:subject_id>/who/end/<uuid:grant_id>", who.end, name="who-end"),
    path("children/<uuid:subject_id>/who/answer/<uuid:request_id>", who.answer, name="who-answer"),
    path("children/<uuid:subject_id>/who/leave/<uuid:agency_id>", who.leave, name="who-leave"),
    path("entries/<uuid:entry_id>", entries.entry, name="entry"),
    path("entries/<uuid:entry_id>/who/<slug:act>", who.entry_act, name="entry-who"),
    path("entries/<uuid:entry_id>/correct", entries.correct, name="entry-correct"),
    path("concern/", concern.start, name="concern"),
    path("concern/<uuid:draft_id>/<slug:step>", concern.step, name="concern-step"),
    path("concern/done/<uuid:entry_id>", concern.done, name="concern-done"),
    path("numbers", numbers.numbers, name="numbers"),
    path("search", finding.search, name="search"),
    path("things/<uuid:thing_id>", finding.thing, name="thing"),
    path("things/<uuid:thing_id>/put-right", putting_right.thing, name="thing-put-right"),
    path("drafts/<uuid:draft_id>/discard", work.discard_draft, name="draft-discard"),
]
