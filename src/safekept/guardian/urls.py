"""Addresses of the guardian's desk."""

from django.urls import path

from .pages import children, desk, law, people

A_CHILD = "guardian/children/<uuid:subject_id>"
urlpatterns = [
    path("guardian/", desk.desk, name="guardian"),
    path("guardian/reviewed", desk.reviewed, name="guardian-reviewed"),
    path("guardian/patterns", desk.patterns, name="guardian-patterns"),
    path("guardian/alerts/<uuid:alert_id>", desk.alert, name="guardian-alert"),
    path("guardian/children/", children.find, name="guardian-children"),
    path(f"{A_CHILD}/", children.looked, name="guardian-child"),
    path(f"{A_CHILD}/csv", children.as_csv, name="guardian-child-csv"),
    path(f"{A_CHILD}/deny", children.deny, name="guardian-deny"),
    path(f"{A_CHILD}/lift/<uuid:bar_id>", children.lift, name="guardian-lift"),
    path(f"{A_CHILD}/end/<uuid:grant_id>", children.end, name="guardian-end"),
    path(f"{A_CHILD}/carry-out/<uuid:proposal_id>", children.carry_out, name="guardian-carry-out"),
    path("law/", law.overview, name="law"),
    path("law/coming", law.coming, name="law-coming"),
    path("law/ask", law.ask, name="law-ask"),
    path("law/asked/<uuid:asked_id>", law.answer, name="law-answer"),
    path("law/hold", law.hold, name="law-hold"),
    path("law/held/<uuid:held_id>", law.lift, name="law-lift"),
    path("guardian/people/", people.find, name="guardian-people"),
    path("guardian/people/<uuid:account_id>/", people.looked, name="guardian-person"),
]
